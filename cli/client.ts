import { Agent, request } from 'node:https';
import { UserError } from './output.ts';

/** How to reach an API server and who to be there. PEM. */
export interface Access {
  /** `https://host:port`, and a path before all others where there is one. */
  readonly server: string;
  readonly ca?: string;
  /** Believe any server. */
  readonly insecure?: boolean;
  readonly certificate?: string;
  readonly key?: string;
  readonly token?: string;
  /** For commands that name no namespace. */
  readonly namespace: string;
}

export interface Answer {
  readonly code: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Ask {
  readonly method?: string;
  /** With its query. */
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  /** Given each piece of the body as it comes, in place of collecting it. */
  readonly onChunk?: (chunk: Buffer) => void;
  /** Ends the request wherever it is; that is no error. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** A client of one API server. */
export interface Client {
  readonly access: Access;
  ask(ask: Ask): Promise<Answer>;
  close(): void;
}

const timeoutMsDefault = 60_000;
/** What came of a request that its signal ended. */
const nothing: Answer = { code: 200, body: '', headers: {} };

/** Node says nothing but a code when it tried several addresses. */
const wordsOf = (error: NodeJS.ErrnoException): string => error.message || error.code || error.name;

/** Keeps its connections between requests. */
export const clientFor = (access: Access): Client => {
  const agent = new Agent({
    keepAlive: true,
    ...(access.ca && { ca: access.ca }),
    ...(access.insecure && { rejectUnauthorized: false }),
    ...(access.certificate && { cert: access.certificate }),
    ...(access.key && { key: access.key }),
  });
  const { hostname, port, pathname } = new URL(access.server);
  const root = pathname.replace(/\/$/, '');

  const ask = ({
    method = 'GET',
    path,
    accept = 'application/json',
    contentType,
    body,
    onChunk,
    signal,
    timeoutMs,
  }: Ask) =>
    new Promise<Answer>((resolve, reject) => {
      const failed = (error: Error) => (signal?.aborted ? resolve(nothing) : reject(error));
      const asked = request(
        {
          agent,
          hostname: hostname.replace(/^\[|\]$/g, ''),
          port: port === '' ? 443 : Number(port),
          method,
          path: `${root}${path}`,
          headers: {
            Accept: accept,
            'User-Agent': 'reckon',
            ...(contentType && { 'Content-Type': contentType }),
            ...(access.token && { Authorization: `Bearer ${access.token}` }),
            ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
          },
          ...(signal && { signal }),
          timeout: timeoutMs ?? (onChunk ? 0 : timeoutMsDefault),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          const code = answer.statusCode ?? 0;
          const stream = onChunk !== undefined && code < 300;
          answer.on('data', (chunk: Buffer) => (stream ? onChunk(chunk) : chunks.push(chunk)));
          answer.on('end', () =>
            resolve({ code, body: Buffer.concat(chunks).toString('utf8'), headers: answer.headers }),
          );
          answer.on('error', failed);
        },
      );
      asked.on('timeout', () =>
        asked.destroy(new Error(`no answer within ${(timeoutMs ?? timeoutMsDefault) / 1_000} s`)),
      );
      asked.on('error', (error) =>
        failed(new UserError(`Cannot reach the API server at ${access.server}: ${wordsOf(error)}`)),
      );
      asked.end(body);
    });

  return { access, ask, close: () => agent.destroy() };
};

/** JSON, where it is; what is no JSON comes from something that is no API server. */
const parsed = (body: string): unknown => {
  if (body === '') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
};

/** The body of a successful answer; otherwise throws what the server said. */
export const bodyOf = ({ code, body }: Answer): unknown => {
  const said = parsed(body);
  if (code < 300 && typeof said !== 'string') return said;
  if (typeof said === 'string')
    throw new UserError(`The server answered ${code}, but not as an API server: ${said.slice(0, 200)}`);
  const { message, reason } = (said ?? {}) as { readonly message?: string; readonly reason?: string }; // a Status
  throw new UserError(`Error from server (${reason ?? code}): ${message ?? body}`);
};
