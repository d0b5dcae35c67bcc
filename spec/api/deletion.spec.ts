import { expect } from 'chai';
import { openApi, type SpecApi, textIn } from '../support/api.ts';

const maps = '/api/v1/namespaces/shop/configmaps';
const pods = '/api/v1/namespaces/shop/pods';

describe('deletion', () => {
  let api: SpecApi;
  beforeEach(async () => {
    api = await openApi();
    await api.made('namespaces', '', { metadata: { name: 'shop' } });
    await api.made('serviceaccounts', 'shop', { metadata: { name: 'default' } });
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });
  const makePod = async (name: string, node?: string) => {
    await api.post(pods, { metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    if (node) await api.post(`${pods}/${name}/binding`, { target: { kind: 'Node', name: node } });
  };
  const metaOf = async (path: string) => (await api.get(path)).json()['metadata'];

  it('waits for finalizers, and ends with the last of them', async () => {
    await api.post(maps, { metadata: { name: 'a', finalizers: ['example.com/x', 'example.com/y'] } });
    const asked = await api.remove(`${maps}/a`);
    expect([asked.code, asked.json()['kind']]).to.deep.equal([200, 'ConfigMap']);
    expect(asked.json()['metadata']).to.include({
      deletionTimestamp: '2026-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
    });
    await api.patch(`${maps}/a`, { metadata: { finalizers: ['example.com/y'] } });
    const added = await api.patch(`${maps}/a`, { metadata: { finalizers: ['example.com/y', 'example.com/z'] } });
    expect(added.json()).to.include({ code: 422, reason: 'Invalid' });
    await api.patch(`${maps}/a`, { metadata: { finalizers: null } });
    expect((await api.get(`${maps}/a`)).code).to.equal(404);
  });

  it('puts finalizers for what is to become of dependents', async () => {
    const options: readonly (readonly [string, object | undefined, string])[] = [
      ['', { propagationPolicy: 'Foreground' }, 'foregroundDeletion'],
      ['', { propagationPolicy: 'Orphan' }, 'orphan'],
      ['', { orphanDependents: true }, 'orphan'],
      ['?propagationPolicy=Foreground', undefined, 'foregroundDeletion'],
      ['?orphanDependents=true', undefined, 'orphan'],
    ];
    for (const [i, [query, body, finalizer]] of options.entries()) {
      await api.post(maps, { metadata: { name: `a${i}` } });
      expect((await api.remove(`${maps}/a${i}${query}`, body)).code).to.equal(200);
      expect((await metaOf(`${maps}/a${i}`))?.['finalizers']).to.deep.equal([finalizer]);
    }
  });

  it('gives a pod that runs its grace, which can only become shorter', async () => {
    await makePod('p', 'a');
    const asked = await api.remove(`${pods}/p`);
    expect(asked.json()['metadata']).to.include({
      deletionTimestamp: '2026-01-01T00:00:30Z',
      deletionGracePeriodSeconds: 30,
    });
    await api.remove(`${pods}/p?gracePeriodSeconds=60`);
    expect(await metaOf(`${pods}/p`)).to.include({ deletionGracePeriodSeconds: 30 });
    await api.remove(`${pods}/p`, { gracePeriodSeconds: 5 });
    expect(await metaOf(`${pods}/p`)).to.include({ deletionGracePeriodSeconds: 5 });
    const uid = textIn((await metaOf(`${pods}/p`))?.['uid']);
    const last = await api.remove(`${pods}/p`, { gracePeriodSeconds: 0, preconditions: { uid } });
    expect([last.code, last.json()['kind']]).to.deep.equal([200, 'Pod']);
    expect((await api.get(`${pods}/p`)).code).to.equal(404);
  });

  it('takes a pod that nobody runs at once, and answers the pod', async () => {
    await makePod('p');
    const gone = await api.remove(`${pods}/p`);
    expect([gone.code, gone.json()['kind'], gone.json()['metadata']?.['name']]).to.deep.equal([200, 'Pod', 'p']);
    expect((await api.get(`${pods}/p`)).code).to.equal(404);
  });

  it('of a collection takes options too, and leaves what is not selected', async () => {
    for (const name of ['a', 'b']) await api.post(maps, { metadata: { name, labels: { name } } });
    const gone = await api.remove(`${maps}?labelSelector=name%3Da`, { propagationPolicy: 'Orphan' });
    expect(gone.json()['kind']).to.equal('ConfigMapList');
    expect((await metaOf(`${maps}/a`))?.['finalizers']).to.deep.equal(['orphan']);
    expect((await metaOf(`${maps}/b`))?.['deletionTimestamp']).to.equal(undefined);
  });

  it('of a namespace begins its end, after which nothing new comes in', async () => {
    await api.remove('/api/v1/namespaces/shop');
    const got = await api.post(maps, { metadata: { name: 'late' } });
    expect(got.json()).to.include({ code: 403, reason: 'Forbidden' });
    expect(got.json()['message']).to.equal(
      'configmaps "late" is forbidden: unable to create new content in namespace shop because it is being terminated',
    );
    expect(got.json()['details']?.['causes']?.['0']).to.include({ reason: 'NamespaceTerminating' });
  });

  it('of a namespace that must stay is refused', async () => {
    for (const name of ['default', 'kube-system', 'kube-public']) {
      await api.made('namespaces', '', { metadata: { name } });
      const got = await api.remove(`/api/v1/namespaces/${name}`);
      expect(got.json()).to.include({ code: 403, reason: 'Forbidden' });
      expect(got.json()['message']).to.equal(`namespaces "${name}" is forbidden: this namespace may not be deleted`);
    }
  });
});
