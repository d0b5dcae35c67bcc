import { badRequest, type Rejection } from '../kinds/rejection.ts';

/** Where the next page of a list begins. */
export interface Place {
  /** The state that all pages show; undefined: whatever there is now (an inconsistent list). */
  readonly position: number | undefined;
  /** Begin after this object. */
  readonly namespace: string;
  readonly name: string;
  /** When the first page was answered, ms since the Unix epoch. */
  readonly since: number;
}

/** How long the pages of one list may be asked for, as upstream's compaction allows. */
export const pagesMsMax = 5 * 60_000;

/** Tokens are ours, but come back from anywhere. */
interface Written {
  readonly v?: unknown;
  readonly rv?: unknown;
  readonly start?: unknown;
  readonly since?: unknown;
}

const version = 'meta.k8s.io/v1';

/** A place as the opaque token that clients send back. */
export const tokenOf = ({ position, namespace, name, since }: Place): string =>
  Buffer.from(
    JSON.stringify({ v: version, rv: position ?? -1, start: `${namespace}/${name}`, since } satisfies Written),
  ).toString('base64url');

const parse = (text: string): Written | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** The inverse of {@link tokenOf}. */
export const placeOf = (token: string): Place | Rejection => {
  const written = parse(Buffer.from(token, 'base64url').toString());
  const { v, rv, start, since } = written ?? {};
  if (
    v !== version ||
    typeof rv !== 'number' ||
    !Number.isSafeInteger(rv) ||
    typeof start !== 'string' ||
    typeof since !== 'number'
  )
    return badRequest('continue key is not valid: it was not made by this server');
  const slash = start.indexOf('/');
  return {
    position: rv < 0 ? undefined : rv,
    namespace: start.slice(0, Math.max(slash, 0)),
    name: start.slice(slash + 1),
    since,
  };
};
