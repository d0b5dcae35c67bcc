/* What Node alone can do: the same bytes over the same TLS, and nothing behind them. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { adminIdentity, openAuthority } from '../../api/auth/authority.ts';
import { realChance, realClock } from '../../events/clock.ts';

/** What the parent sends: the bytes to serve. */
interface Serving {
  readonly one: string;
  readonly many: string;
  readonly event: string;
}

const authority = await openAuthority(process.argv[2] ?? '', { clock: realClock, chance: realChance });
const { certificate, key } = await authority.serving(['localhost', '127.0.0.1']);
const client = await authority.client(adminIdentity);
let serving = { one: Buffer.alloc(0), many: Buffer.alloc(0), event: Buffer.alloc(0) };
const watching = new Set<ServerResponse>();

const server = createServer(
  {
    cert: certificate,
    key,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
    keepAliveTimeout: 120_000,
  },
  (request, response) => {
    const answer = (body: Buffer) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
      response.end(body);
    };
    if (request.url === '/watch') {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.flushHeaders();
      watching.add(response);
      return;
    }
    if (request.method === 'GET') return answer(request.url === '/many' ? serving.many : serving.one);
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      JSON.parse(Buffer.concat(pieces).toString());
      if (request.url === '/change') for (const watcher of watching) watcher.write(serving.event);
      answer(serving.one);
    });
  },
);
process.on('message', ({ one, many, event }: Serving) => {
  serving = { one: Buffer.from(one), many: Buffer.from(many), event: Buffer.from(event) };
  process.send?.('served');
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, ca: authority.certificate, certificate: client.certificate, key: client.key });
});
process.on('disconnect', () => process.exit(0));
