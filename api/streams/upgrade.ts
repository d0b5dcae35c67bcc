import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { badRequest, type Rejection, reject, statusOf } from '../../kinds/rejection.ts';

/** What a server's `upgrade` event gives. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came after the request's head already. */
  readonly head: Buffer;
}

/** What a client asks to speak instead of HTTP; undefined when it asks for neither. */
export const upgradeOf = ({ headers }: IncomingMessage): 'websocket' | 'spdy' | undefined => {
  if (!/\bupgrade\b/i.test(headers.connection ?? '')) return undefined;
  const wanted = (headers.upgrade ?? '').toLowerCase();
  if (wanted === 'websocket') return 'websocket';
  return wanted === 'spdy/3.1' ? 'spdy' : undefined;
};

/** What exec, attach and port-forward answer to a request that asks for neither. */
export const upgradeRequired = (): Rejection => badRequest('Upgrade request required');

/** The protocols that a header lists, in the client's order. */
export const protocolsIn = (header: string | string[] | undefined): readonly string[] =>
  (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '');

/** Client and server have no protocol in common. */
export const noCommonProtocol = (client: readonly string[], server: readonly string[]): Rejection =>
  reject(
    'Forbidden',
    `unable to upgrade: unable to negotiate protocol: client supports [${client.join(' ')}], server accepts [${server.join(' ')}]`,
  );

const headOf = (code: number, headers: Readonly<Record<string, string>>): string =>
  [
    `HTTP/1.1 ${code} ${STATUS_CODES[code]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

/** Answers an upgrade request with a refusal, closes the connection, and returns the refusal. */
export const refuseUpgrade = ({ socket }: Pick<Upgrade, 'socket'>, rejection: Rejection): Rejection => {
  const status = statusOf(rejection);
  const body = Buffer.from(`${JSON.stringify(status)}\n`);
  socket.on('error', () => socket.destroy());
  socket.write(
    headOf(status.code, {
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      Connection: 'close',
    }),
  );
  socket.end(body, () => socket.destroy());
  return rejection;
};

/** Answers 101: what follows on the connection is SPDY. */
export const switchToSpdy = ({ socket, head }: Upgrade, protocol: string): void => {
  const named: Record<string, string> = protocol === '' ? {} : { 'X-Stream-Protocol-Version': protocol };
  socket.write(headOf(101, { Connection: 'Upgrade', Upgrade: 'SPDY/3.1', ...named }));
  if (head.length > 0) socket.unshift(head);
};
