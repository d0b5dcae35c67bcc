import { expect } from 'chai';
import { items, openApi, type SpecApi, textIn } from '../support/api.ts';

const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const pods = '/api/v1/namespaces/shop/pods';

const web = {
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
};
const pod = (name: string) => ({ metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }] } });

describe('subresources', () => {
  let api: SpecApi;
  const story = async (name: string) =>
    (await api.story()).filter(({ ref }) => ref.name === name).map(({ event }) => event.type);
  beforeEach(async () => {
    api = await openApi();
    await api.made('namespaces', '', { metadata: { name: 'shop' } });
    await api.made('serviceaccounts', 'shop', { metadata: { name: 'default' } });
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  describe('scale', () => {
    const scale = `${deployments}/web/scale`;
    beforeEach(async () => expect((await api.post(deployments, web)).code).to.equal(201));

    it('shows how many replicas are asked for and there, and what selects them', async () => {
      const { metadata, ...shown } = (await api.get(scale)).json();
      expect(shown).to.deep.equal({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        spec: { replicas: 2 },
        status: { replicas: 0, selector: 'app=web' },
      });
      expect(metadata).to.include({ name: 'web', namespace: 'shop' });
    });

    it('is changed by a patch, as kubectl scale does, or put in place', async () => {
      const patched = await api.patch(scale, { spec: { replicas: 5 } });
      expect(patched.json()['spec']).to.deep.equal({ replicas: 5 });
      const shown = (await api.get(`${deployments}/web`)).json();
      expect(shown['spec']?.['replicas']).to.equal(5);
      expect(shown['metadata']?.['generation']).to.equal(2);
      const put = await api.put(scale, { metadata: { name: 'web' }, spec: { replicas: 0 } });
      expect([put.code, put.json()['spec']]).to.deep.equal([200, {}]);
      expect((await api.get(`${deployments}/web`)).json()['spec']?.['replicas']).to.equal(0);
      expect(await story('web')).to.deep.equal(['Created', 'Scaled', 'Scaled']);
    });

    it('refuses what is stale, negative, of another name, or not there', async () => {
      const { position } = api.world;
      const stale = { metadata: { name: 'web', resourceVersion: '1' }, spec: { replicas: 3 } };
      expect((await api.put(scale, stale)).json()).to.include({ code: 409, reason: 'Conflict' });
      expect((await api.patch(scale, { spec: { replicas: -1 } })).json()['message']).to.equal(
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      );
      expect((await api.put(scale, { metadata: { name: 'x' }, spec: {} })).json()).to.include({ code: 400 });
      expect((await api.get(`${deployments}/nope/scale`)).json()).to.include({ code: 404 });
      expect((await api.patch(`${deployments}/nope/scale`, {})).json()).to.include({ code: 404 });
      expect(api.world.position).to.equal(position);
    });
  });

  describe('status', () => {
    const status = `${pods}/p/status`;
    beforeEach(async () => expect((await api.post(pods, pod('p'))).code).to.equal(201));

    it('is written alone: the rest stays, and so does the status on a write of the rest', async () => {
      const before = (await api.get(`${pods}/p`)).json();
      const put = await api.put(status, {
        ...before,
        spec: { ...before['spec'], nodeName: 'elsewhere' },
        status: { phase: 'Running' },
      });
      expect(put.code, put.text).to.equal(200);
      expect(put.json()['status']?.['phase']).to.equal('Running');
      expect(put.json()['spec']).to.deep.equal(before['spec']);
      const patched = await api.patch(`${pods}/p`, { status: { phase: 'Failed' }, metadata: { labels: { a: 'b' } } });
      expect(patched.json()['status']?.['phase']).to.equal('Running');
      expect(patched.json()['metadata']?.['labels']).to.deep.equal({ a: 'b' });
    });

    it('is patched alone', async () => {
      const condition = { type: 'Ready', status: 'True' };
      const patched = await api.patch(status, { status: { conditions: [condition] } }, 'strategic-merge');
      expect(patched.code, patched.text).to.equal(200);
      expect(items(patched.json()['status']?.['conditions']).map(({ type }) => textIn(type))).to.include('Ready');
      expect((await api.get(status)).json()['metadata']?.['generation']).to.equal(1);
    });
  });

  describe('binding', () => {
    const binding = (node: string) => ({ metadata: { name: 'p' }, target: { kind: 'Node', name: node } });

    it('gives a pod a node, once', async () => {
      await api.post(pods, pod('p'));
      const bound = await api.post(`${pods}/p/binding`, binding('a'));
      expect(bound.json()).to.deep.equal({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        code: 201,
      });
      expect(bound.code).to.equal(201);
      expect((await api.get(`${pods}/p`)).json()['spec']?.['nodeName']).to.equal('a');
      const again = await api.post(`${pods}/p/binding`, binding('b'));
      expect(again.json()).to.include({ code: 409, reason: 'Conflict' });
      expect(again.json()['message']).to.equal(
        'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "a"',
      );
      expect(await story('p')).to.deep.equal(['Created', 'Bound']);
    });
  });

  describe('eviction', () => {
    it('deletes a pod with its grace', async () => {
      await api.post(pods, pod('p'));
      await api.post(`${pods}/p/binding`, { target: { kind: 'Node', name: 'a' } });
      const evicted = await api.post(`${pods}/p/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'p' },
        deleteOptions: { gracePeriodSeconds: 7 },
      });
      expect(evicted.code, evicted.text).to.equal(201);
      expect((await api.get(`${pods}/p`)).json()['metadata']).to.include({ deletionGracePeriodSeconds: 7 });
      expect((await api.post(`${pods}/nope/eviction`, { metadata: { name: 'nope' } })).code).to.equal(404);
    });
  });

  describe('finalize', () => {
    it('lets a namespace go', async () => {
      const gone = await api.remove('/api/v1/namespaces/shop');
      expect(gone.json()['status']?.['phase']).to.equal('Terminating');
      const put = await api.put('/api/v1/namespaces/shop/finalize', {
        metadata: { name: 'shop' },
        spec: { finalizers: [] },
      });
      expect(put.code, put.text).to.equal(200);
      expect((await api.get('/api/v1/namespaces/shop')).code).to.equal(404);
    });
  });

  describe('token', () => {
    it('is issued for a service account, and is good for it', async () => {
      // Tokens are verified by the time of the server, which is virtual here.
      const path = '/api/v1/namespaces/shop/serviceaccounts/default/token';
      const got = await api.post(path, { spec: { expirationSeconds: 3600 } });
      expect(got.code, got.text).to.equal(201);
      expect(got.json()).to.include({ kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' });
      const token = textIn(got.json()['status']?.['token']);
      const asked = await api.get(pods, { as: api.nobody, headers: { Authorization: `Bearer ${token}` } });
      expect(asked.json()['message']).to.match(/^pods is forbidden: User "system:serviceaccount:shop:default" cannot/);
      expect((await api.post(path, { spec: { expirationSeconds: 1 } })).json()).to.include({ code: 422 });
      expect((await api.get('/openid/v1/jwks')).json()['keys']?.['0']).to.include({ alg: 'ES256' });
    });
  });
});
