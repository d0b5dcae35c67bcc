import { expect } from 'chai';
import { items, type Json, openApi, type SpecApi, textIn } from '../support/api.ts';

const v2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const v2beta1 = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';
const kubectl = `${v2},${v2beta1},application/json`;

describe('discovery', () => {
  let api: SpecApi;
  before(async () => {
    api = await openApi();
  });
  after(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });
  const get = async (path: string, accept = 'application/json') =>
    (await api.get(path, { headers: { Accept: accept } })).json();
  const named = (list: Json | undefined, name: string, by = 'name') =>
    items(list).find((one) => textIn(one[by]) === name);

  it('begins with the core versions and where to reach them', async () => {
    const versions = await get('/api');
    expect(versions).to.deep.include({ kind: 'APIVersions', versions: ['v1'] });
    expect(versions['serverAddressByClientCIDRs']).to.deep.equal([
      { clientCIDR: '0.0.0.0/0', serverAddress: `127.0.0.1:${api.api.port}` },
    ]);
  });

  it('lists groups with their versions', async () => {
    const list = await get('/apis');
    expect(list).to.include({ kind: 'APIGroupList', apiVersion: 'v1' });
    const apps = { groupVersion: 'apps/v1', version: 'v1' };
    expect(named(list['groups'], 'apps')).to.deep.equal({ name: 'apps', versions: [apps], preferredVersion: apps });
    expect(named(list['groups'], 'reckon.dev'), 'internal').to.equal(undefined);
    expect(await get('/apis/apps')).to.deep.equal({
      kind: 'APIGroup',
      apiVersion: 'v1',
      name: 'apps',
      versions: [apps],
      preferredVersion: apps,
    });
  });

  it('lists resources with all that clients need to use them', async () => {
    const core = await get('/api/v1');
    expect(core).to.include({ kind: 'APIResourceList', groupVersion: 'v1' });
    const { storageVersionHash, ...pods } = named(core['resources'], 'pods') ?? {};
    expect(storageVersionHash).to.match(/^[A-Za-z0-9+/]{11}=$/);
    expect(pods).to.deep.equal({
      name: 'pods',
      singularName: 'pod',
      namespaced: true,
      kind: 'Pod',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['po'],
      categories: ['all'],
    });
    expect(named(core['resources'], 'namespaces')?.['verbs']).to.not.include('deletecollection');
    expect(named(core['resources'], 'nodes')?.['namespaced']).to.equal(false);
  });

  it('lists subresources with the kinds of their bodies', async () => {
    const [apps, core] = [await get('/apis/apps/v1'), await get('/api/v1')];
    expect(named(apps['resources'], 'deployments/scale')).to.deep.equal({
      name: 'deployments/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
    const kindOf = (name: string) => {
      const { group, version, kind } = named(core['resources'], name) ?? {};
      return { group, version, kind };
    };
    const own = { group: undefined, version: undefined };
    expect(kindOf('pods/status')).to.deep.equal({ ...own, kind: 'Pod' });
    expect(kindOf('pods/binding')).to.deep.equal({ ...own, kind: 'Binding' });
    expect(kindOf('pods/exec')).to.deep.equal({ ...own, kind: 'PodExecOptions' });
    expect(kindOf('pods/eviction')).to.deep.equal({ group: 'policy', version: 'v1', kind: 'Eviction' });
    expect(kindOf('serviceaccounts/token')).to.deep.equal({
      group: 'authentication.k8s.io',
      version: 'v1',
      kind: 'TokenRequest',
    });
  });

  it('comes in one document, as kubectl asks', async () => {
    const got = await api.get('/apis', { headers: { Accept: kubectl } });
    expect(got.headers['content-type']).to.equal(v2);
    const list = got.json();
    expect(list).to.include({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    const apps = items(list['items']).find(({ metadata }) => textIn(metadata?.['name']) === 'apps');
    expect(apps?.['versions']?.['0']).to.include({ version: 'v1', freshness: 'Current' });
    expect(named(apps?.['versions']?.['0']?.['resources'], 'deployments', 'resource')).to.deep.equal({
      resource: 'deployments',
      responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      scope: 'Namespaced',
      singularResource: 'deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
      subresources: [
        {
          subresource: 'scale',
          responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          verbs: ['get', 'patch', 'update'],
        },
        {
          subresource: 'status',
          responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
    expect((await get('/api', kubectl))['items']?.['0']?.['metadata']).to.deep.equal({ creationTimestamp: null });
    expect((await api.get('/apis', { headers: { Accept: v2beta1 } })).headers['content-type']).to.equal(v2beta1);
  });

  it('is not sent again to a client that has it', async () => {
    const first = await api.get('/apis', { headers: { Accept: kubectl } });
    const known = { Accept: kubectl, 'If-None-Match': String(first.headers['etag']) };
    const again = await api.get('/apis', { headers: known });
    expect([again.code, again.text]).to.deep.equal([304, '']);
    expect(again.headers['etag']).to.equal(first.headers['etag']);
    expect((await api.get('/apis', { headers: { ...known, 'If-None-Match': '"other"' } })).code).to.equal(200);
  });

  it('has the same resources in both forms', async () => {
    const plain = new Set<string>();
    for (const { name } of items((await get('/apis'))['groups']))
      for (const one of items((await get(`/apis/${textIn(name)}/v1`))['resources']))
        plain.add(`${textIn(name)} ${textIn(one['name'])}`);
    const aggregated = new Set<string>();
    for (const group of items((await get('/apis', v2))['items']))
      for (const one of items(group['versions']?.['0']?.['resources'])) {
        const start = `${textIn(group['metadata']?.['name'])} ${textIn(one['resource'])}`;
        aggregated.add(start);
        if (one['subresources'])
          for (const sub of items(one['subresources'])) aggregated.add(`${start}/${textIn(sub['subresource'])}`);
      }
    expect([...aggregated].sort()).to.deep.equal([...plain].sort());
  });
});

describe('paths that are no resource', () => {
  let api: SpecApi;
  let failing: string | undefined;
  before(async () => {
    api = await openApi({ checks: [{ name: 'log', failing: () => failing }] });
  });
  after(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  it('tell the version, in numbers that clients compare', async () => {
    const version = (await api.get('/version')).json();
    expect(version).to.include({ major: '1', minor: '34', gitVersion: 'v1.34.0+reckon-0.0.0' });
    expect((await api.get('/version?timeout=32s', { as: api.nobody })).code).to.equal(200);
  });

  it('tell whether the server is well', async () => {
    for (const path of ['/healthz', '/livez', '/readyz', '/readyz/log', '/livez/ping']) {
      const got = await api.get(path, { as: path.split('/').length > 2 ? api.admin : api.nobody });
      expect([got.code, got.text], path).to.deep.equal([200, 'ok']);
    }
    expect((await api.get('/readyz?verbose')).text).to.equal('[+]ping ok\n[+]log ok\nreadyz check passed\n');
    failing = 'the disk is full';
    const ill = await api.get('/readyz');
    expect([ill.code, ill.text]).to.deep.equal([
      500,
      '[+]ping ok\n[-]log failed: reason withheld\nreadyz check failed\n',
    ]);
    expect((await api.get('/livez')).code).to.equal(200);
    expect((await api.get('/readyz?exclude=log')).code).to.equal(200);
    failing = undefined;
  });

  it('count what was asked', async () => {
    await api.get('/api/v1/pods');
    const { text } = await api.get('/metrics');
    expect(text).to.match(
      /^apiserver_request_total\{verb="LIST",group="",resource="pods",subresource="",code="200"\} 1$/m,
    );
    expect(text).to.match(/^apiserver_request_duration_seconds_bucket\{verb="LIST",le="\+Inf"\} 1$/m);
    expect(text).to.match(/^reckon_world_position \d+$/m);
    expect((await api.get('/metrics', { as: api.nobody })).code).to.equal(403);
  });

  it('are not found, in the way that tells how far the path was right', async () => {
    const resource = await api.get('/api/v1/ships');
    expect(resource.json()).to.deep.include({
      code: 404,
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
      details: {},
    });
    const group = await api.get('/apis/ships.example.com/v1');
    expect([group.code, group.text]).to.deep.equal([404, '404 page not found\n']);
    expect(group.headers['content-type']).to.match(/^text\/plain/);
    const root = await api.get('/ships');
    expect(root.code).to.equal(404);
    expect(items(root.json()['paths'])).to.include.members(['/api', '/apis/apps/v1', '/healthz', '/version']);
    expect((await api.get('/ships', { as: api.nobody })).json()).to.include({ code: 403 });
    expect((await api.get('/apis/reckon.dev/v1/claims')).code).to.equal(404);
  });

  it('echo the audit id, and give each request one', async () => {
    const sent = await api.get('/version', { headers: { 'Audit-Id': 'mine' } });
    expect(sent.headers['audit-id']).to.equal('mine');
    const [one, other] = [await api.get('/version'), await api.get('/version')];
    expect(one.headers['audit-id']).to.match(/^[0-9a-f-]{36}$/);
    expect(other.headers['audit-id']).to.not.equal(one.headers['audit-id']);
  });

  it('refuse what is too long or not HTTP, and go on', async () => {
    expect((await api.get(`/api/v1/pods?labelSelector=${'a'.repeat(70_000)}`)).code).to.equal(431);
    expect((await api.get('/api/v1/namespaces/%ff/pods')).code).to.be.within(400, 404);
    expect((await api.get('/version')).code).to.equal(200);
  });
});
