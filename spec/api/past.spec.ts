import { expect } from 'chai';
import { type Got, items, openApi, type SpecApi, textIn } from '../support/api.ts';

const maps = '/api/v1/namespaces/shop/configmaps';
const namesIn = (got: Got) => items(got.json()['items']).map(({ metadata }) => textIn(metadata?.['name']));

describe('the past', () => {
  let api: SpecApi;
  let then = 0;
  const make = (name: string) => api.made('configmaps', 'shop', { metadata: { name }, data: { k: 'old' } });
  beforeEach(async () => {
    api = await openApi();
    await api.made('namespaces', '', { metadata: { name: 'shop' } });
    await make('a');
    await make('b');
    then = api.world.position;
    api.clock.advance(60_000);
    await api.patch(`${maps}/a`, { data: { k: 'new' } });
    await api.remove(`${maps}/b`);
    await make('c');
    api.clock.advance(60_000);
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  it('is a list or an object as of a version', async () => {
    const list = await api.get(`${maps}?asOf=${then}`);
    expect(namesIn(list)).to.deep.equal(['a', 'b']);
    expect(list.json()['metadata']).to.deep.equal({ resourceVersion: String(then) });
    expect((await api.get(`${maps}/a?asOf=${then}`)).json()['data']).to.deep.equal({ k: 'old' });
    expect((await api.get(`${maps}/b?asOf=${then}`)).code).to.equal(200);
    expect((await api.get(`${maps}/c?asOf=${then}`)).json()['message']).to.equal('configmaps "c" not found');
    expect((await api.get(`${maps}/a`)).json()['data']).to.deep.equal({ k: 'new' });
  });

  it('is a list or an object as of a time, or of how long ago', async () => {
    expect(namesIn(await api.get(`${maps}?asOf=2026-01-01T00:00:30Z`))).to.deep.equal(['a', 'b']);
    expect(namesIn(await api.get(`${maps}?asOf=90s`))).to.deep.equal(['a', 'b']);
    expect(namesIn(await api.get(`${maps}?asOf=30s`))).to.deep.equal(['a', 'c']);
    expect(namesIn(await api.get(`${maps}?asOf=2025-12-31T23:59:59Z`))).to.deep.equal([]);
    expect((await api.get(`${maps}/a?asOf=1m30s`)).json()['data']).to.deep.equal({ k: 'old' });
  });

  it('is below a path to which any client can be pointed', async () => {
    const at = (path: string) => api.get(`/at/${encodeURIComponent('2026-01-01T00:00:30Z')}${path}`);
    expect(namesIn(await at(maps))).to.deep.equal(['a', 'b']);
    expect(namesIn(await at(`${maps}?labelSelector=!x&limit=1`))).to.deep.equal(['a']);
    expect((await at('/version')).code).to.equal(200);
    expect((await at('/apis')).json()['kind']).to.equal('APIGroupList');
    expect((await at('/nowhere')).code).to.equal(404);
  });

  it('shows tables', async () => {
    const table = await api.get(`${maps}?asOf=${then}`, {
      headers: { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    expect(items(table.json()['rows']).map(({ cells }) => cells?.['0'])).to.deep.equal(['a', 'b']);
  });

  it('does not move: a watch shows what was, and then nothing', async () => {
    const watch = await api.watch(`/at/${then}${maps}?watch=true&timeoutSeconds=60`);
    const shown = await watch.take(2);
    expect(shown.map((event) => event['object']?.['metadata']?.['name'])).to.deep.equal(['a', 'b']);
    await make('d');
    api.clock.advance(60_000);
    expect(await watch.next()).to.equal(undefined);
    const changes = await api.watch(`/at/${then}${maps}?watch=true&timeoutSeconds=60&resourceVersion=1`);
    api.clock.advance(60_000);
    expect(await changes.next()).to.equal(undefined);
  });

  it('cannot be changed', async () => {
    const { position } = api.world;
    const refused = [
      await api.post(`/at/1h${maps}`, { metadata: { name: 'd' } }),
      await api.patch(`${maps}/a?asOf=1h`, { data: {} }),
      await api.remove(`/at/1h${maps}/a`),
    ];
    for (const got of refused) expect(got.json()).to.include({ code: 405, reason: 'MethodNotAllowed' });
    expect(api.world.position).to.equal(position);
  });

  it('is refused when it cannot be read, or has not happened', async () => {
    for (const when of ['yesterday', '25:00', '2026-01-01T99:00:00Z', '2027-01-01T00:00:00Z'])
      expect((await api.get(`${maps}?asOf=${when}`)).json(), when).to.include({ code: 400, reason: 'BadRequest' });
  });

  it('is let go of where the kind keeps only the newest', async () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/shop/leases';
    expect((await api.post(leases, { metadata: { name: 'l' }, spec: { holderIdentity: 'x' } })).code).to.equal(201);
    expect((await api.get(`${leases}?asOf=${then}`)).json()).to.include({ code: 410, reason: 'Expired' });
    expect((await api.get(`${leases}/l?asOf=${then}`)).json()).to.include({ code: 410, reason: 'Expired' });
    expect(namesIn(await api.get(`${leases}?asOf=${api.world.position}`))).to.deep.equal(['l']);
  });

  it('needs the right that the present needs', async () => {
    const bob = await api.clientOf({ user: 'bob', groups: [] });
    expect((await api.get(`/at/${then}${maps}`, { as: bob })).json()).to.include({ code: 403, reason: 'Forbidden' });
  });
});
