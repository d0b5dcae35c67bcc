import {
  AppsV1Api,
  CoreV1Api,
  type Informer,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node';
import { expect } from 'chai';
import { adminIdentity } from '../../api/auth/authority.ts';
import { openApi, type SpecApi } from '../support/api.ts';

const namespace = 'shop';

/** A client that nobody here wrote, generated from upstream's OpenAPI. */
describe('the JavaScript client', () => {
  let api: SpecApi;
  let config: KubeConfig;
  let core: CoreV1Api;
  before(async () => {
    api = await openApi();
    await api.made('namespaces', '', { metadata: { name: namespace } });
    const { certificate, key } = await api.authority.client(adminIdentity);
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    config = new KubeConfig();
    config.loadFromClusterAndUser(
      {
        name: 'spec',
        server: `https://127.0.0.1:${api.api.port}`,
        caData: base64(api.authority.certificate),
        skipTLSVerify: false,
      },
      { name: 'admin', certData: base64(certificate), keyData: base64(key) },
    );
    core = config.makeApiClient(CoreV1Api);
  });
  after(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  it('reads the version', async () => {
    const version = await config.makeApiClient(VersionApi).getCode();
    expect([version.major, version.minor]).to.deep.equal(['1', '34']);
  });

  it('makes, reads, lists, replaces, patches and deletes objects', async () => {
    const body = { metadata: { name: 'a', labels: { tier: 'x' } }, data: { k: 'v' } };
    const made = await core.createNamespacedConfigMap({ namespace, body });
    expect(made.metadata?.creationTimestamp).to.deep.equal(new Date('2026-01-01T00:00:00Z'));
    expect(await core.readNamespacedConfigMap({ namespace, name: 'a' })).to.deep.equal(made);
    const listed = await core.listNamespacedConfigMap({ namespace, labelSelector: 'tier=x', limit: 10 });
    expect(listed.items.map(({ metadata }) => metadata?.name)).to.deep.equal(['a']);
    const put = await core.replaceNamespacedConfigMap({
      namespace,
      name: 'a',
      body: Object.assign(made, { data: { k: 'w' } }),
    });
    expect(put.data).to.deep.equal({ k: 'w' });
    const patched = await core.patchNamespacedConfigMap(
      { namespace, name: 'a', body: { data: { j: '1' } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    expect(patched.data).to.deep.equal({ j: '1', k: 'w' });
    expect((await core.deleteNamespacedConfigMap({ namespace, name: 'a' })).status).to.equal('Success');
    const missing: unknown = await core
      .readNamespacedConfigMap({ namespace, name: 'a' })
      .catch((thrown: unknown) => thrown);
    expect(missing).to.have.property('code', 404);
  });

  it('scales a Deployment', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const body = { metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template } };
    await apps.createNamespacedDeployment({ namespace, body });
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
    expect([scale.spec?.replicas, scale.status?.selector]).to.deep.equal([1, 'app=web']);
    await apps.replaceNamespacedDeploymentScale({
      namespace,
      name: 'web',
      body: Object.assign(scale, { spec: { replicas: 4 } }),
    });
    expect((await apps.readNamespacedDeployment({ namespace, name: 'web' })).spec?.replicas).to.equal(4);
  });

  it('watches', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const told: string[] = [];
    const request = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      { fieldSelector: 'metadata.name=watched' },
      (type, object: V1ConfigMap) => {
        told.push(`${type} ${object.metadata?.name}`);
        if (type === 'DELETED') resolve(told);
      },
      () => undefined,
    );
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'watched' } } });
    await core.deleteNamespacedConfigMap({ namespace, name: 'watched' });
    expect(await promise).to.deep.equal(['ADDED watched', 'DELETED watched']);
    request.abort();
  });

  it('keeps a copy of a collection up to date', async () => {
    const list = () => core.listNamespacedConfigMap({ namespace });
    const informer: Informer<V1ConfigMap> = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list);
    const seen = (verb: 'add' | 'update' | 'delete', name: string) =>
      new Promise<V1ConfigMap>((resolve) =>
        informer.on(verb, (object) => {
          if (object.metadata?.name === name) resolve(object);
        }),
      );
    const [added, updated, gone] = [seen('add', 'kept'), seen('update', 'kept'), seen('delete', 'kept')];
    await informer.start();
    const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'kept' } } });
    expect((await added).metadata?.uid).to.equal(made.metadata?.uid);
    await core.replaceNamespacedConfigMap({ namespace, name: 'kept', body: Object.assign(made, { data: { k: 'v' } }) });
    expect((await updated).data).to.deep.equal({ k: 'v' });
    await core.deleteNamespacedConfigMap({ namespace, name: 'kept' });
    await gone;
    await informer.stop();
  });
});
