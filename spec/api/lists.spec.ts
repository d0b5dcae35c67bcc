import { expect } from 'chai';
import { type Got, items, openApi, type SpecApi, textIn } from '../support/api.ts';

const maps = '/api/v1/namespaces/shop/configmaps';
const namesIn = (got: Got) =>
  items(got.json()['items']).map(({ metadata }) => `${textIn(metadata?.['namespace'])}/${textIn(metadata?.['name'])}`);

describe('a list', () => {
  let api: SpecApi;
  const make = (name: string, labels = {}, namespace = 'shop') =>
    api.made('configmaps', namespace, { metadata: { name, labels }, data: { k: 'v' } });
  beforeEach(async () => {
    api = await openApi();
    for (const name of ['shop', 'bank']) await api.made('namespaces', '', { metadata: { name } });
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  it('shows every object by namespace and name, as of one version', async () => {
    for (const [name, namespace] of [
      ['b', 'shop'],
      ['a', 'shop'],
      ['z', 'bank'],
    ])
      await make(name ?? '', {}, namespace);
    const all = await api.get('/api/v1/configmaps');
    expect(namesIn(all)).to.deep.equal(['bank/z', 'shop/a', 'shop/b']);
    expect(all.json()).to.include({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(all.json()['metadata']).to.deep.equal({ resourceVersion: String(api.world.position) });
    expect(namesIn(await api.get(maps))).to.deep.equal(['shop/a', 'shop/b']);
    expect((await api.get('/api/v1/namespaces/nobody/configmaps')).json()['items']).to.deep.equal([]);
  });

  it('shows the same bytes of each object that a get shows', async () => {
    await make('a');
    await api.post(maps, { metadata: { name: 'b' }, data: { k: 'ünïcödé "quoted" \\ 🚢' } });
    const list = await api.get(maps);
    for (const name of ['a', 'b']) expect(list.text).to.include((await api.get(`${maps}/${name}`)).text.trim());
  });

  it('narrows down by labels and by fields', async () => {
    await make('a', { tier: 'x' });
    await make('b', { tier: 'y' });
    await make('c', {});
    const named = async (query: string) => namesIn(await api.get(`${maps}?${query}`));
    expect(await named('labelSelector=tier')).to.deep.equal(['shop/a', 'shop/b']);
    expect(await named('labelSelector=tier+in+(y,z)')).to.deep.equal(['shop/b']);
    expect(await named('labelSelector=!tier')).to.deep.equal(['shop/c']);
    expect(await named('fieldSelector=metadata.name%3Db')).to.deep.equal(['shop/b']);
    expect(await named('fieldSelector=metadata.name%3Db&labelSelector=tier%3Dx')).to.deep.equal([]);
    expect(await named('fieldSelector=metadata.name!%3Db')).to.deep.equal(['shop/a', 'shop/c']);
    expect(namesIn(await api.get('/api/v1/configmaps?fieldSelector=metadata.name%3Db'))).to.deep.equal(['shop/b']);
  });

  describe('in pages', () => {
    const page = async (token?: string, more = '') => {
      const next = token === undefined ? '' : `&continue=${encodeURIComponent(token)}`;
      return api.get(`${maps}?limit=2${next}${more}`);
    };
    const metaOf = (got: Got) =>
      got.json()['metadata'] as unknown as { resourceVersion: string; continue?: string; remainingItemCount?: number };
    beforeEach(async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await make(name, { half: name < 'c' ? '1' : '2' });
    });

    it('shows all of it as it was when the first page was shown', async () => {
      const first = await page();
      const { resourceVersion } = metaOf(first);
      await api.remove(`${maps}/d`);
      await make('cc');
      const second = await page(metaOf(first).continue);
      const third = await page(metaOf(second).continue);
      expect([first, second, third].map(namesIn)).to.deep.equal([
        ['shop/a', 'shop/b'],
        ['shop/c', 'shop/d'],
        ['shop/e'],
      ]);
      expect([second, third].map((got) => metaOf(got).resourceVersion)).to.deep.equal([
        resourceVersion,
        resourceVersion,
      ]);
      expect([first, second, third].map((got) => metaOf(got).remainingItemCount)).to.deep.equal([3, 1, undefined]);
      expect(metaOf(third).continue).to.equal(undefined);
    });

    it('reads the pages of a list that is no longer at hand from the log', async () => {
      const first = await page();
      // More lists than are kept at hand.
      for (let i = 0; i < 40; i++) {
        await make(`later-${i}`);
        await page();
      }
      const second = await page(metaOf(first).continue);
      expect(namesIn(second)).to.deep.equal(['shop/c', 'shop/d']);
      expect(metaOf(second).resourceVersion).to.equal(metaOf(first).resourceVersion);
    });

    it('counts what remains only where everything is listed', async () => {
      const first = await page(undefined, '&labelSelector=half%3D2');
      expect(namesIn(first)).to.deep.equal(['shop/c', 'shop/d']);
      expect(metaOf(first)).to.not.have.property('remainingItemCount');
      expect(namesIn(await page(metaOf(first).continue, '&labelSelector=half%3D2'))).to.deep.equal(['shop/e']);
    });

    it('lets go of a list after five minutes, and offers to go on without consistency', async () => {
      const first = await page();
      await api.remove(`${maps}/c`);
      api.clock.advance(5 * 60_000 + 1);
      const late = await page(metaOf(first).continue);
      expect(late.code).to.equal(410);
      expect(late.json()).to.include({ reason: 'Expired', code: 410 });
      expect(late.json()['message']).to.match(/^The provided continue parameter is too old/);
      const again = await page(metaOf(late).continue);
      expect(namesIn(again)).to.deep.equal(['shop/d', 'shop/e']);
      expect(metaOf(again).resourceVersion).to.equal(String(api.world.position));
    });

    it('refuses a token that it did not make', async () => {
      for (const token of ['x', Buffer.from('{"v":"meta.k8s.io/v1"}').toString('base64')])
        expect((await page(token)).json()).to.include({ code: 400, reason: 'BadRequest' });
    });
  });

  describe('of a version', () => {
    it('is exactly that one, or not older', async () => {
      await make('a');
      const then = api.world.position;
      await make('b');
      const at = (query: string) => api.get(`${maps}?${query}`);
      const exact = await at(`resourceVersion=${then}&resourceVersionMatch=Exact`);
      expect(namesIn(exact)).to.deep.equal(['shop/a']);
      expect(exact.json()['metadata']).to.deep.equal({ resourceVersion: String(then) });
      expect(namesIn(await at(`resourceVersion=${then}&limit=10`))).to.deep.equal(['shop/a']);
      expect(namesIn(await at(`resourceVersion=${then}`))).to.deep.equal(['shop/a', 'shop/b']);
      expect(namesIn(await at(`resourceVersion=${then}&resourceVersionMatch=NotOlderThan`))).to.have.length(2);
      expect(namesIn(await at('resourceVersion=0'))).to.have.length(2);
    });

    it('waits for a version that is about to come', async () => {
      const waiting = api.get(`${maps}?resourceVersion=${api.world.position + 2}`);
      await make('a');
      await make('b');
      expect(namesIn(await waiting)).to.deep.equal(['shop/a', 'shop/b']);
    });

    it('is refused when it is no version', async () => {
      const got = await api.get(`${maps}?resourceVersion=new`);
      expect(got.json()).to.include({ code: 400, reason: 'BadRequest' });
      expect(got.json()['message']).to.match(/^invalid resource version: /);
    });
  });
});
