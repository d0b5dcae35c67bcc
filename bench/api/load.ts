import { performance } from 'node:perf_hooks';
import { connect, type TLSSocket } from 'node:tls';

/** Whom to ask, and as whom. PEM. */
export interface Aim {
  readonly port: number;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A connection that asks one thing after the other and reads no more of an answer than it must. */
export interface Connection {
  /** Sends a request; resolves with the answer's HTTP code once its body has come in whole. */
  ask(request: Buffer | string): Promise<number>;
  close(): void;
}

const headEnd = Buffer.from('\r\n\r\n');

const lengthIn = (head: string): number => Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);

/** Opens one keep-alive connection. */
export const openConnection = ({ port, ca, certificate, key }: Aim): Promise<Connection> =>
  new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', ca, cert: certificate, key });
    let answered: ((code: number) => void) | undefined;
    let failed: ((error: Error) => void) | undefined;
    let head: Buffer = Buffer.alloc(0);
    let [left, code] = [-1, 0];
    socket.on('data', (bytes: Buffer) => {
      let rest = bytes;
      if (left < 0) {
        head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
        const end = head.indexOf(headEnd);
        if (end < 0) return;
        const text = head.toString('latin1', 0, end);
        code = Number(text.slice(9, 12));
        left = lengthIn(text);
        rest = head.subarray(end + headEnd.length);
        head = Buffer.alloc(0);
      }
      left -= rest.length;
      if (left > 0) return;
      left = -1;
      const done = answered;
      answered = undefined;
      done?.(code);
    });
    socket.on('error', reject);
    socket.on('close', () => failed?.(new Error('the server closed the connection')));
    socket.once('secureConnect', () =>
      resolve({
        ask: (request) =>
          new Promise((done, fail) => {
            [answered, failed] = [done, fail];
            socket.write(request);
          }),
        close: () => {
          failed = undefined;
          socket.destroy();
        },
      }),
    );
  });

/** A request as bytes. */
export const requestOf = (method: string, path: string, body = '', type = 'application/json'): string => {
  const length = body === '' ? '' : `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench/1\r\nAccept: application/json\r\n${length}\r\n${body}`;
};

/** How many answers a second all connections got together; throws on any other code than `expected`. */
export const rateOf = async (
  connections: readonly Connection[],
  count: number,
  expected: number,
  request: (n: number) => Buffer | string,
): Promise<number> => {
  let next = 0;
  const work = async (connection: Connection) => {
    while (next < count) {
      const n = next++;
      const code = await connection.ask(request(n));
      if (code !== expected) throw new Error(`request ${n} was answered with ${code}, not ${expected}`);
    }
  };
  const begun = performance.now();
  await Promise.all(connections.map(work));
  return (count * 1_000) / (performance.now() - begun);
};
