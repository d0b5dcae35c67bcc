import { expect } from 'chai';
import { items, openApi, type SpecApi, textIn } from '../support/api.ts';

const maps = '/api/v1/namespaces/shop/configmaps';
const table = (version = 'v1') => ({ headers: { Accept: `application/json;as=Table;v=${version};g=meta.k8s.io` } });
const metadata = (as: string) => ({
  headers: { Accept: `application/json;as=${as};v=v1;g=meta.k8s.io,application/json` },
});

describe('a table', () => {
  let api: SpecApi;
  beforeEach(async () => {
    api = await openApi();
    await api.made('namespaces', '', { metadata: { name: 'shop' } });
    for (const name of ['a', 'b']) await api.post(maps, { metadata: { name }, data: { k: 'v' } });
    api.clock.advance(90_000);
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  it('has the printed columns of its kind, and a row for each object', async () => {
    for (const version of ['v1', 'v1beta1']) {
      const shown = (await api.get(maps, table(version))).json();
      expect(shown).to.include({ kind: 'Table', apiVersion: `meta.k8s.io/${version}` });
      expect(shown['metadata']).to.deep.equal({ resourceVersion: String(api.world.position) });
      const columns = items(shown['columnDefinitions']);
      expect(columns.map(({ name, type, format, priority }) => [name, type, format, priority])).to.deep.equal([
        ['Name', 'string', 'name', 0],
        ['Data', 'integer', '', 0],
        ['Age', 'string', '', 0],
      ]);
      expect(items(shown['rows']).map(({ cells }) => cells)).to.deep.equal([
        ['a', 1, '90s'],
        ['b', 1, '90s'],
      ]);
      expect(shown['rows']?.['0']?.['object']).to.include({
        kind: 'PartialObjectMetadata',
        apiVersion: `meta.k8s.io/${version}`,
      });
    }
  });

  it('shows one object, and pages', async () => {
    const one = (await api.get(`${maps}/a`, table())).json();
    expect(items(one['rows'])).to.have.length(1);
    expect(one['metadata']?.['resourceVersion']).to.equal(
      one['rows']?.['0']?.['object']?.['metadata']?.['resourceVersion'],
    );
    const first = (await api.get(`${maps}?limit=1`, table())).json();
    expect(first['metadata']).to.include({ remainingItemCount: 1 });
    const next = encodeURIComponent(textIn(first['metadata']?.['continue']));
    const second = (await api.get(`${maps}?limit=1&continue=${next}`, table())).json();
    expect(second['rows']?.['0']?.['cells']?.['0']).to.equal('b');
  });

  it('carries of each object what is asked for', async () => {
    const object = async (include: string) =>
      (await api.get(`${maps}?includeObject=${include}`, table())).json()['rows']?.['0']?.['object'];
    expect(await object('None')).to.equal(undefined);
    expect(await object('Metadata')).to.not.have.property('data');
    expect((await object('Object'))?.['data']).to.deep.equal({ k: 'v' });
    expect((await api.get(`${maps}?includeObject=Half`, table())).json()).to.include({ code: 400 });
  });

  it('is what was written, too', async () => {
    const made = await api.post(maps, { metadata: { name: 'c' } }, table());
    expect([made.code, made.json()['kind']]).to.deep.equal([201, 'Table']);
    expect(made.json()['rows']?.['0']?.['cells']?.['0']).to.equal('c');
  });

  it('is not made of what is no object of its own', async () => {
    const path = '/api/v1/namespaces/shop/serviceaccounts/x/token';
    await api.made('serviceaccounts', 'shop', { metadata: { name: 'x' } });
    expect((await api.post(path, { spec: {} }, table())).json()).to.include({ code: 406, reason: 'NotAcceptable' });
    const other = { headers: { Accept: 'application/json;as=Table;v=v2;g=meta.k8s.io' } };
    expect((await api.get(maps, other)).json()).to.include({ code: 406, reason: 'NotAcceptable' });
  });

  it('gives way to metadata alone', async () => {
    const list = (await api.get(maps, metadata('PartialObjectMetadataList'))).json();
    expect(list).to.include({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
    expect(items(list['items']).map((one) => Object.keys(one))).to.deep.equal([
      ['kind', 'apiVersion', 'metadata'],
      ['kind', 'apiVersion', 'metadata'],
    ]);
    const one = (await api.get(`${maps}/a`, metadata('PartialObjectMetadata'))).json();
    expect(one).to.include({ kind: 'PartialObjectMetadata' }).and.not.have.property('data');
    expect(one['metadata']?.['name']).to.equal('a');
  });
});
