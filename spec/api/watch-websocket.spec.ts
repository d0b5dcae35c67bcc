import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { adminIdentity } from '../../api/auth/authority.ts';
import { type Json, openApi, type SpecApi } from '../support/api.ts';

const maps = '/api/v1/namespaces/shop/configmaps';

describe('a watch over a WebSocket', () => {
  let api: SpecApi;
  beforeEach(async () => {
    api = await openApi();
    await api.made('namespaces', '', { metadata: { name: 'shop' } });
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  const open = async (path: string, identity = adminIdentity) => {
    const { certificate, key } = await api.authority.client(identity);
    const tls = { ca: api.authority.certificate, cert: certificate, key };
    const socket = new WebSocket(`wss://127.0.0.1:${api.api.port}${path}`, tls);
    const events: Json[] = [];
    let told = () => undefined as void;
    socket.on('message', (data: Buffer) => {
      events.push(JSON.parse(data.toString()) as Json);
      told();
    });
    const take = async (count: number) => {
      while (events.length < count)
        await new Promise<void>((resolve) => {
          told = resolve;
        });
      return events.splice(0, count);
    };
    return { socket, take };
  };

  it('tells each event in a message of its own', async () => {
    await api.post(maps, { metadata: { name: 'a' } });
    const { socket, take } = await open(`${maps}?watch=true`);
    expect((await take(1)).map(({ type }) => type)).to.deep.equal(['ADDED']);
    for (const name of ['b', 'c', 'd']) await api.post(maps, { metadata: { name } });
    const events = await take(3);
    expect(events.map(({ object }) => object?.['metadata']?.['name'])).to.deep.equal(['b', 'c', 'd']);
    socket.terminate();
  });

  it('ends when its time is over', async () => {
    const { socket } = await open(`/api/v1/watch/namespaces/shop/configmaps?timeoutSeconds=10`);
    await once(socket, 'open');
    api.clock.advance(10_000);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).to.equal(1_000);
  });

  it('is refused as any other watch is', async () => {
    const refused = async (path: string, identity = adminIdentity) => {
      const { socket } = await open(path, identity);
      const [error] = (await once(socket, 'error')) as [Error];
      return error.message;
    };
    expect(await refused(`${maps}?watch=true`, { user: 'bob', groups: [] })).to.equal(
      'Unexpected server response: 403',
    );
    expect(await refused(`${maps}?watch=true&labelSelector=((`)).to.equal('Unexpected server response: 400');
    expect(await refused(maps)).to.equal('Unexpected server response: 400');
  });

  it('is not forced on whoever would like another protocol', async () => {
    const got = await api.get(maps, { headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' } });
    expect([got.code, got.json()['kind']]).to.deep.equal([200, 'ConfigMapList']);
  });
});
