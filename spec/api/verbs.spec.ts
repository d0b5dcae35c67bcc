import { expect } from 'chai';
import { items, openApi, type SpecApi } from '../support/api.ts';

const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const cm = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { k: 'v' },
  ...more,
});
const path = '/api/v1/namespaces/shop/configmaps';

describe('the verbs of the API', () => {
  let api: SpecApi;
  beforeEach(async () => {
    api = await openApi();
    await api.post('/api/v1/namespaces', shop);
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  it('make an object and answer it as it now is', async () => {
    const made = await api.post(path, cm('a'));
    expect(made.code).to.equal(201);
    expect(made.headers['content-type']).to.equal('application/json');
    const { metadata, ...content } = made.json();
    expect(content).to.deep.equal({ apiVersion: 'v1', kind: 'ConfigMap', data: { k: 'v' } });
    expect(metadata).to.include({ name: 'a', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' });
    expect(metadata?.['uid']).to.match(/^[0-9a-f-]{36}$/);
    expect((await api.get(`${path}/a`)).text).to.equal(made.text);
  });

  it('make a name where only its beginning is given', async () => {
    const made = await api.post(path, cm('', { metadata: { generateName: 'web-' } }));
    expect(made.code).to.equal(201);
    expect(made.json()['metadata']?.['name']).to.match(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('put an object in the place of another', async () => {
    const made = (await api.post(path, cm('a'))).json();
    const put = await api.put(`${path}/a`, { ...made, data: { k: 'w' } });
    expect(put.code).to.equal(200);
    expect(put.json()['data']).to.deep.equal({ k: 'w' });
    expect(Number(put.json()['metadata']?.['resourceVersion'])).to.be.above(
      Number(made['metadata']?.['resourceVersion']),
    );
    expect(put.json()['metadata']?.['uid']).to.equal(made['metadata']?.['uid']);
  });

  it('patch by JSON patch, merge patch and strategic merge patch', async () => {
    await api.post(path, cm('a'));
    const json = await api.patch(`${path}/a`, [{ op: 'add', path: '/data/j', value: '1' }], 'json');
    expect(json.code, json.text).to.equal(200);
    const merge = await api.patch(`${path}/a`, { data: { k: null, m: '2' } }, 'merge');
    expect(merge.code, merge.text).to.equal(200);
    const strategic = await api.patch(`${path}/a`, { data: { s: '3' } }, 'strategic-merge');
    expect(strategic.json()['data']).to.deep.equal({ j: '1', m: '2', s: '3' });
  });

  it('change nothing, and record nothing, when a patch says what is so already', async () => {
    const made = await api.post(path, cm('a'));
    const { position } = api.world;
    const patched = await api.patch(`${path}/a`, { data: { k: 'v' } });
    expect(patched.text).to.equal(made.text);
    expect(api.world.position).to.equal(position);
  });

  it('lose no patch when many change one object at once', async () => {
    await api.post(path, cm('a'));
    const patches = Array.from({ length: 20 }, (_, i) => api.patch(`${path}/a`, { data: { [`n${i}`]: 'x' } }));
    expect((await Promise.all(patches)).map(({ code }) => code)).to.deep.equal(Array<number>(20).fill(200));
    expect(Object.keys((await api.get(`${path}/a`)).json()['data'] ?? {})).to.have.length(21);
  });

  it('delete, and answer what was deleted', async () => {
    const made = (await api.post(path, cm('a'))).json();
    const gone = await api.remove(`${path}/a`);
    expect(gone.code).to.equal(200);
    expect(gone.json()).to.deep.equal({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: made['metadata']?.['uid'] },
    });
    expect((await api.get(`${path}/a`)).code).to.equal(404);
  });

  it('delete what a selector selects, and answer the list of it', async () => {
    for (const [name, tier] of [
      ['a', 'x'],
      ['b', 'y'],
      ['c', 'x'],
    ])
      await api.post(path, cm(name ?? '', { metadata: { name, labels: { tier } } }));
    const gone = await api.remove(`${path}?labelSelector=tier%3Dx`);
    expect(gone.code).to.equal(200);
    expect(items(gone.json()['items']).map((one) => one['metadata']?.['name'])).to.deep.equal(['a', 'c']);
    expect(items((await api.get(path)).json()['items']).map((one) => one['metadata']?.['name'])).to.deep.equal(['b']);
  });

  it('record who did it, through what and with which tool', async () => {
    await api.post(path, cm('a'), { headers: { 'User-Agent': 'kubectl/v1.34.0 (linux/amd64)' } });
    await api.patch(`${path}/a?fieldManager=tuner`, { data: { k: 'w' } });
    const [created, changed] = (await api.story()).slice(-2);
    expect(created?.origin).to.include({ via: 'api', manager: 'kubectl' });
    expect(created?.origin.by.user).to.equal('kubernetes-admin');
    expect(changed?.origin.manager).to.equal('tuner');
  });

  it('only pretend on a dry run', async () => {
    const { position } = api.world;
    const made = await api.post(`${path}?dryRun=All`, cm('a'));
    expect(made.code).to.equal(201);
    expect(made.json()['data']).to.deep.equal({ k: 'v' });
    expect(made.json()['metadata']).to.include({ name: 'a' }).and.not.have.property('resourceVersion');
    expect((await api.get(`${path}/a`)).code).to.equal(404);
    expect(api.world.position).to.equal(position);
    await api.post(path, cm('a'));
    expect((await api.remove(`${path}/a?dryRun=All`)).code).to.equal(200);
    expect((await api.remove(`${path}/a`, { dryRun: ['All'] })).code).to.equal(200);
    expect((await api.get(`${path}/a`)).code).to.equal(200);
  });
});
