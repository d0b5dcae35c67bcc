import { expect } from 'chai';
import type { Authorize } from '../../api/auth/authorize.ts';
import { authorizeByGroup } from '../../api/auth/authorize.ts';
import { items, type Json, openApi, type SpecApi } from '../support/api.ts';

const ref = { resource: 'configmaps', namespace: 'shop', name: 'a' };
const history = '/reckon/v1/history/configmaps/shop/a';
const why = '/reckon/v1/why/configmaps/shop/a';

/** Bob may get what is in the shop; all else is as always. */
const bobInTheShop: Authorize = (who, asked) =>
  who.user === 'bob' && 'resource' in asked && asked.verb === 'get' && asked.namespace === 'shop'
    ? undefined
    : authorizeByGroup(who, asked);

describe('the story of an object', () => {
  let api: SpecApi;
  beforeEach(async () => {
    api = await openApi({ authorize: bobInTheShop });
    for (const name of ['shop', 'other']) await api.made('namespaces', '', { metadata: { name } });
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  const events = async (path: string) => items((await api.get(path)).json()['events']);
  const types = async (path: string): Promise<readonly unknown[]> => (await events(path)).map(({ type }) => type);

  it('is every event of its stream, with when, who, through what, and why', async () => {
    await api.made('configmaps', 'shop', { metadata: { name: 'a' }, data: { k: '1' } });
    api.clock.advance(1_500);
    await api.merge(ref, { data: { k: '2' } });
    const [, changed] = await events(history);
    const position = api.world.position;
    expect(changed).to.deep.equal({
      position,
      revision: 1,
      at: '2026-01-01T00:00:01.500Z',
      type: 'ContentReplaced',
      event: { type: 'ContentReplaced', delta: [['/data/k', '2']] },
      by: { user: 'alice', groups: ['system:authenticated'] },
      via: 'api',
      manager: 'spec',
      command: changed?.['command'],
      causes: [],
    });
    expect(changed?.['command']).to.match(/^alice\//);
  });

  it('goes on when the object is gone, and when another comes under its name', async () => {
    await api.made('configmaps', 'shop', { metadata: { name: 'a' } });
    await api.remove('/api/v1/namespaces/shop/configmaps/a');
    expect(await types(history)).to.deep.equal(['Created', 'Deleted']);
    await api.made('configmaps', 'shop', { metadata: { name: 'a' } });
    expect(await types(history)).to.deep.equal(['Created', 'Deleted', 'Created']);
  });

  it('is told as it stood at a moment, and of long ones the newest events', async () => {
    await api.made('configmaps', 'shop', { metadata: { name: 'a' } });
    const then = api.world.position;
    await api.merge(ref, { data: { k: '1' } });
    expect(await types(`${history}?asOf=${then}`)).to.deep.equal(['Created']);
    expect(await types(`/at/${then}${why}`)).to.deep.equal(['Created']);
    const cut = (await api.get(`${history}?limit=1`)).json();
    expect([items(cut['events']).map(({ type }) => type), cut['cut']]).to.deep.equal([['ContentReplaced'], true]);
    expect((await api.get(history)).json()['cut']).to.equal(false);
  });

  it('names the events it follows from, back to whoever asked', async () => {
    await api.made('configmaps', 'shop', { metadata: { name: 'first' } });
    const first = api.world.position;
    await api.create('configmaps', 'shop', { metadata: { name: 'second' } }, { causes: [first] });
    await api.create('configmaps', 'shop', { metadata: { name: 'a' } }, { causes: [api.world.position] });
    const { because, cut } = (await api.get(why)).json();
    expect(items(because).map((one) => [one['ref']?.['name'], one['position']])).to.deep.equal([
      ['second', first + 1],
      ['first', first],
    ]);
    expect(cut).to.equal(false);
  });

  it('is told to whoever may get the object today, without what they may not read', async () => {
    const bob = await api.clientOf({ user: 'bob', groups: [] });
    await api.made('configmaps', 'other', { metadata: { name: 'hidden' } });
    await api.create('configmaps', 'shop', { metadata: { name: 'a' } }, { causes: [api.world.position] });
    const seen: Json = (await api.get(why, { as: bob })).json();
    expect([items(seen['events']).length, seen['because'], seen['cut']]).to.deep.equal([1, [], true]);
    const refused = await api.get('/reckon/v1/history/configmaps/other/hidden', { as: bob });
    expect([refused.code, refused.json()['message']]).to.deep.equal([
      403,
      'configmaps "hidden" is forbidden: User "bob" cannot get resource "configmaps" in API group "" in the namespace "other"',
    ]);
    expect((await api.get(history, { as: api.nobody })).code).to.equal(403);
  });

  for (const [path, message] of [
    ['/reckon/v1/history/configmaps/shop/never', 'configmaps "never" not found'],
    ['/reckon/v1/why/ships/shop/a', 'the server could not find the requested resource'],
    ['/reckon/v1/why/configmaps/-/a', 'the server could not find the requested resource'],
    ['/reckon/v1/history/claims.reckon.dev/-/a', 'the server could not find the requested resource'],
  ] as const)
    it(`is not found at ${path}`, async () => {
      const { code, json } = await api.get(path);
      expect([code, json()['message']]).to.deep.equal([404, message]);
    });
});
