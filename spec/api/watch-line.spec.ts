import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'chai';
import { batchOf } from '../../api/watch/batch.ts';
import { httpLine } from '../../api/watch/sink.ts';

describe("a watcher's line", () => {
  it('keeps what is sent while the connection still ends the answer before', async () => {
    const first = Promise.withResolvers<ServerResponse>();
    const second = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      if (request.url === '/list') return first.resolve(response);
      const line = httpLine(response);
      line.send(batchOf([Buffer.from('{"type":"ADDED"}\n'), Buffer.from('{"type":"MODIFIED"}\n')]));
      line.end();
      second.resolve();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on a port
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString();
    });
    socket.write('GET /list HTTP/1.1\r\nHost: a\r\n\r\nGET /watch HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await second.promise;
    (await first.promise).end('list');
    await once(socket, 'close');
    server.close();
    expect(received).to.match(/list[\s\S]*\{"type":"ADDED"\}[\s\S]*\{"type":"MODIFIED"\}/);
  });
});
