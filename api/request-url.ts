import { badRequest, type Rejection } from '../kinds/rejection.ts';

/** What a request's URL says. */
export interface Asking {
  /** Without the query, and without the prefix of the past. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The moment to look at, as the client wrote it; undefined means now. */
  readonly when: string | undefined;
}

const noQuery = new URLSearchParams();
const pastPrefix = '/at/';

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
};

/**
 * Reads a request's URL. The past is asked for by `?asOf=<when>`, or by a path below `/at/<when>/`, which any client can be
 * pointed at.
 */
export const askingOf = (url: string): Asking | Rejection => {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  // Shared by all that have none: nobody changes it.
  const query = mark < 0 ? noQuery : new URLSearchParams(url.slice(mark + 1));
  const asOf = query.size > 0 ? query.get('asOf') || undefined : undefined;
  if (!path.startsWith(pastPrefix)) return { path, query, when: asOf };
  const end = path.indexOf('/', pastPrefix.length);
  const when = decoded(path.slice(pastPrefix.length, end < 0 ? undefined : end));
  if (!when) return badRequest('the moment in the path cannot be read: write /at/<time or version>/api/…');
  return { path: end < 0 ? '/' : path.slice(end), query, when: asOf ?? when };
};
