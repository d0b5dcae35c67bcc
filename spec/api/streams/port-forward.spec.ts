import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { acceptPortForward, type ForwardedConnection } from '../../../api/streams/port-forward.ts';
import { type VirtualClock, virtualClock } from '../../support/clock.ts';
import { type Received, requestUpgrade, type SpdyClient, spdyClient } from './spdy-client.ts';

const resets = (received: readonly Received[]) =>
  received.flatMap((frame) => (frame.type === 3 && 'words' in frame ? [frame.words[0]] : []));

describe('a port-forward', () => {
  let server: Server;
  let client: SpdyClient;
  let clock: VirtualClock;
  let connections: ForwardedConnection[];
  let came: (() => void) | undefined;
  const port = () => (server.address() as AddressInfo).port;
  beforeEach(async () => {
    clock = virtualClock();
    connections = [];
    server = createServer();
    server.on('upgrade', (request, socket, head) => {
      const take = (connection: ForwardedConnection) => {
        connections.push(connection);
        came?.();
      };
      void acceptPortForward({ request, socket, head }, take, clock);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { socket, head } = await requestUpgrade(port(), [
      'Upgrade: SPDY/3.1',
      'X-Stream-Protocol-Version: portforward.k8s.io',
    ]);
    expect(head)
      .to.match(/^HTTP\/1\.1 101 /)
      .and.to.contain('X-Stream-Protocol-Version: portforward.k8s.io');
    client = spdyClient(socket);
  });
  afterEach(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const connectionAt = async (index: number): Promise<ForwardedConnection> => {
    while (connections.length <= index)
      await new Promise<void>((resolve) => {
        came = resolve;
      });
    const found = connections[index];
    if (!found) throw new Error('just came');
    return found;
  };
  const open = (id: number, streamType: string, more: Record<string, string> = {}) =>
    client.open(id, { streamType, port: '80', ...more });

  it('pairs the streams of a connection by the client’s number, in any order', async () => {
    await open(1, 'error', { requestID: 'a' });
    await open(3, 'data', { requestID: 'b', port: '81' });
    await open(5, 'data', { requestID: 'a' });
    await open(7, 'error', { requestID: 'b', port: '81' });
    expect([(await connectionAt(0)).port, (await connectionAt(1)).port]).to.deep.equal([80, 81]);
    connections[1]?.data.end('eighty-one');
    await client.until(() => client.textOf(3) === 'eighty-one');
  });

  it('pairs the streams of an old client, which gives no number, by their order', async () => {
    await open(1, 'error');
    await open(3, 'data');
    (await connectionAt(0)).data.write('x');
    await client.until(() => client.textOf(3) === 'x');
  });

  it('ends the error stream without a word when all went well', async () => {
    await open(1, 'error');
    await open(3, 'data');
    (await connectionAt(0)).data.end();
    const all = await client.until((frames) => frames.filter((frame) => 'fin' in frame && frame.fin).length === 2);
    expect(all.some((frame) => frame.type === 'data' && 'stream' in frame && frame.stream === 1)).to.equal(true);
    expect(client.textOf(1)).to.equal('');
  });

  it('tells why there is no connection, and closes it', async () => {
    await open(1, 'error');
    await open(3, 'data');
    (await connectionAt(0)).fail('connection refused');
    await client.until((all) => client.textOf(1) === 'connection refused' && resets(all).includes(3));
  });

  it('drops a stream whose other half does not come within 30 s', async () => {
    await open(1, 'error');
    await client.until((all) => all.some(({ type }) => type === 2));
    clock.advance(30_000);
    await client.until((all) => resets(all).includes(1));
    await open(3, 'data');
    await client.until((all) => all.filter(({ type }) => type === 2).length === 2);
    expect(connections).to.deep.equal([]);
  });

  it('drops streams of other sorts, twins, and ports that are none', async () => {
    await open(1, 'other');
    await open(3, 'error', { requestID: 'a' });
    await open(5, 'error', { requestID: 'a' });
    for (const [index, bad] of ['0', '65536', '-1', '8e1', ''].entries())
      await open(7 + 2 * index, 'data', { port: bad });
    await client.until((all) => resets(all).length === 7);
    expect(resets(client.received)).to.deep.equal([1, 5, 7, 9, 11, 13, 15]);
  });
});
