import { expect } from 'chai';
import { bodyBytesMax } from '../../api/body.ts';
import { type Got, type Json, openApi, type SpecApi } from '../support/api.ts';

const cm = (name: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more });
const maps = '/api/v1/namespaces/shop/configmaps';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';

/** Rows of upstream's answers to what is wrong, one for one: kubernetes-api.md, B.4. */
describe('what is refused', () => {
  let api: SpecApi;
  let position = 0;
  before(async () => {
    api = await openApi();
    await api.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
    await api.post(maps, cm('a', { data: { k: 'v' } }));
    await api.post(maps, cm('frozen', { immutable: true, data: { k: 'v' } }));
    const made = await api.post(deployments, {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    expect(made.code, made.text).to.equal(201);
  });
  beforeEach(() => {
    position = api.world.position;
  });
  afterEach(() => expect(api.world.position, 'a refusal leaves no event').to.equal(position));
  after(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  const expectRefusal = (got: Got, code: number, reason: string, message: string | RegExp): Json => {
    const status = got.json();
    expect(status).to.include({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code }, got.text);
    expect(got.code).to.equal(code);
    expect(status['reason']).to.equal(reason);
    if (typeof message === 'string') expect(status['message']).to.equal(message);
    else expect(status['message']).to.match(message);
    return status;
  };

  it('an object that is not there', async () => {
    const status = expectRefusal(await api.get(`${maps}/nope`), 404, 'NotFound', 'configmaps "nope" not found');
    expect(status['details']).to.deep.equal({ name: 'nope', kind: 'configmaps' });
    expect(status['metadata']).to.deep.equal({});
    const grouped = await api.get(`${deployments}/nope`);
    expectRefusal(grouped, 404, 'NotFound', 'deployments.apps "nope" not found');
    expect(grouped.json()['details']).to.deep.equal({ name: 'nope', group: 'apps', kind: 'deployments' });
  });

  it('a name that is taken', async () =>
    expectRefusal(await api.post(maps, cm('a')), 409, 'AlreadyExists', 'configmaps "a" already exists'));

  it('a resourceVersion that is not the newest', async () => {
    const message =
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again';
    const stale = { name: 'a', resourceVersion: '1' };
    expectRefusal(await api.put(`${maps}/a`, cm('a', { metadata: stale })), 409, 'Conflict', message);
    expectRefusal(await api.patch(`${maps}/a`, { metadata: stale }), 409, 'Conflict', message);
  });

  it('a name or namespace in the body that is not that of the URL', async () => {
    const message = 'the name of the object (b) does not match the name on the URL (a)';
    expectRefusal(await api.put(`${maps}/a`, cm('b')), 400, 'BadRequest', message);
    const elsewhere = cm('c', { metadata: { name: 'c', namespace: 'other' } });
    const created = 'the namespace of the provided object does not match the namespace sent on the request';
    expectRefusal(await api.post(maps, elsewhere), 400, 'BadRequest', created);
    const put = 'the namespace of the object (other) does not match the namespace on the request (shop)';
    expectRefusal(await api.put(`${maps}/c`, elsewhere), 400, 'BadRequest', put);
  });

  it('an object without a name', async () => {
    const got = await api.post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    const message = 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required';
    expectRefusal(got, 422, 'Invalid', message);
    expectRefusal(
      await api.put(`${maps}/a`, { metadata: {} }),
      400,
      'BadRequest',
      'the name of the object (a based on URL) was undeterminable: name must be provided',
    );
  });

  it('a resourceVersion on what is to be made', async () =>
    expectRefusal(
      await api.post(maps, cm('n', { metadata: { name: 'n', resourceVersion: '5' } })),
      500,
      'InternalError',
      'resourceVersion should not be set on objects to be created',
    ));

  it('a body that is no JSON', async () =>
    expectRefusal(
      await api.post(maps, '{"metadata":', { headers: { 'Content-Type': 'application/json' } }),
      400,
      'BadRequest',
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({"metadata":)`,
    ));

  it('a value of the wrong type', async () =>
    expectRefusal(
      await api.post(maps, cm('n', { data: 7 })),
      400,
      'BadRequest',
      /^ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type map\[string\]string$/,
    ));

  it('an object of another kind, or of none that is known', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'n' } };
    const converting =
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (v1.ConfigMap): unknown conversion';
    expectRefusal(await api.post(maps, secret), 400, 'BadRequest', converting);
    expectRefusal(
      await api.post(maps, { ...secret, kind: 'Ship' }),
      400,
      'BadRequest',
      /^Ship in version "v1" cannot be handled as a ConfigMap: no kind "Ship" is registered for version "v1" in scheme /,
    );
  });

  it('a field that breaks the rules of its kind', async () => {
    const got = await api.post(maps, cm('n', { metadata: { name: 'n', labels: { 'a b': 'c' } } }));
    const status = expectRefusal(
      got,
      422,
      'Invalid',
      /^ConfigMap "n" is invalid: metadata\.labels: Invalid value: "a b": /,
    );
    expect(status['details']).to.include({ name: 'n', kind: 'ConfigMap' });
    expect(status['details']?.['causes']?.['0']).to.include({ reason: 'FieldValueInvalid', field: 'metadata.labels' });
  });

  it('a JSON patch whose test fails', async () =>
    expectRefusal(
      await api.patch(`${maps}/a`, [{ op: 'test', path: '/data/k', value: 'other' }], 'json'),
      422,
      'Invalid',
      'the server rejected our request due to an error in our request',
    ));

  it('a deletion whose preconditions fail', async () => {
    const uid = { preconditions: { uid: 'x' } };
    expectRefusal(await api.remove(`${maps}/a`, uid), 409, 'Conflict', /UID in precondition: x, UID in object meta: /);
    const version = { preconditions: { resourceVersion: '1' } };
    expectRefusal(await api.remove(`${maps}/a`, version), 409, 'Conflict', /ResourceVersion in precondition: 1, /);
  });

  it('options that do not exist', async () => {
    expectRefusal(
      await api.get(`${maps}?resourceVersionMatch=Exact`),
      422,
      'Invalid',
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
    expectRefusal(
      await api.remove(`${maps}/a`, { propagationPolicy: 'Sideways' }),
      422,
      'Invalid',
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
    );
    expectRefusal(
      await api.patch(`${maps}/a?dryRun=Some`, {}),
      422,
      'Invalid',
      /^PatchOptions\.meta\.k8s\.io "" is invalid: dryRun: Unsupported value: \["Some"\]: supported values: "All"$/,
    );
    expectRefusal(
      await api.post(`${maps}?fieldValidation=Loose`, cm('n')),
      422,
      'Invalid',
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Loose": supported values: "", "Ignore", "Strict", "Warn"',
    );
    expectRefusal(
      await api.patch(`${maps}/a?force=true`, {}),
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });

  it('a field selector for a field that nobody keeps', async () =>
    expectRefusal(
      await api.get(`${maps}?fieldSelector=data.k%3Dv`),
      400,
      'BadRequest',
      '"data.k" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ));

  it('a label selector that cannot be read', async () =>
    expectRefusal(
      await api.get(`${maps}?labelSelector=a+in+b`),
      400,
      'BadRequest',
      "unable to parse requirement: found 'b' expected: '('",
    ));

  it('a state that is yet to come, after three seconds', async () => {
    const asked = api.get(`${maps}?resourceVersion=100000`);
    const timer = setInterval(() => api.clock.advance(1_000), 5);
    const got = await asked;
    clearInterval(timer);
    const message = `Timeout: Too large resource version: 100000, current: ${position}`;
    const status = expectRefusal(got, 504, 'Timeout', message);
    expect(status['details']).to.deep.equal({
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
    expect(got.headers['retry-after']).to.equal('1');
  });

  it('whoever may not', async () => {
    const bob = await api.clientOf({ user: 'bob', groups: ['dev'] });
    expectRefusal(
      await api.get('/api/v1/namespaces/gold/secrets', { as: bob }),
      403,
      'Forbidden',
      'secrets is forbidden: User "bob" cannot list resource "secrets" in API group "" in the namespace "gold"',
    );
    expectRefusal(
      await api.get('/api/v1/nodes', { as: bob }),
      403,
      'Forbidden',
      'nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expectRefusal(await api.get(maps, { as: api.nobody }), 403, 'Forbidden', /User "system:anonymous" cannot list/);
    const wrong = { as: api.nobody, headers: { Authorization: 'Bearer wrong' } };
    expectRefusal(await api.get('/version', wrong), 401, 'Unauthorized', 'Unauthorized');
  });

  it('an object in a namespace that is not there', async () =>
    expectRefusal(
      await api.post('/api/v1/namespaces/nope/configmaps', cm('n')),
      404,
      'NotFound',
      'namespaces "nope" not found',
    ));

  it('what may never change', async () => {
    const { metadata, ...web } = (await api.get(`${deployments}/web`)).json();
    const selector = { matchLabels: { app: 'other' } };
    const template = { ...web['spec']?.['template'], metadata: { labels: { app: 'other' } } };
    const got = await api.put(`${deployments}/web`, { ...web, metadata, spec: { ...web['spec'], selector, template } });
    const immutable = /^Deployment\.apps "web" is invalid: spec\.selector: Invalid value: .*: field is immutable$/;
    expectRefusal(got, 422, 'Invalid', immutable);
    expectRefusal(
      await api.patch(`${maps}/frozen`, { data: { k: 'w' } }),
      422,
      'Invalid',
      'ConfigMap "frozen" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    );
  });

  it('a method that a path does not have', async () => {
    const message = 'the server does not allow this method on the requested resource';
    expectRefusal(await api.remove('/api/v1/namespaces'), 405, 'MethodNotAllowed', message);
    expectRefusal(await api.post(`${maps}/a`, cm('a')), 405, 'MethodNotAllowed', message);
    expectRefusal(await api.put(maps, cm('a')), 405, 'MethodNotAllowed', message);
    expectRefusal(await api.post('/api/v1/configmaps', cm('n')), 405, 'MethodNotAllowed', message);
    expectRefusal(await api.remove('/api/v1/configmaps'), 405, 'MethodNotAllowed', message);
  });

  it('a media type that nobody speaks', async () => {
    const typed = (type: string) => ({ headers: { 'Content-Type': type } });
    const known = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
    const unknown = 'the body of the request was in an unknown format - accepted media types include:';
    expectRefusal(await api.post(maps, 'x', typed('text/css')), 415, 'UnsupportedMediaType', `${unknown} ${known}`);
    const patches = 'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json';
    const got = await api.send('PATCH', `${maps}/a`, { body: '{}', ...typed('application/json') });
    expectRefusal(got, 415, 'UnsupportedMediaType', new RegExp(`^${unknown} ${patches.replaceAll('+', '\\+')}`));
    expectRefusal(
      await api.get(maps, { headers: { Accept: 'text/css' } }),
      406,
      'NotAcceptable',
      `only the following media types are accepted: ${known}`,
    );
  });

  it('a body that is too large, announced or not', async () => {
    const body = JSON.stringify(cm('n', { data: { k: 'x'.repeat(bodyBytesMax) } }));
    const message = `Request entity too large: limit is ${bodyBytesMax}`;
    expectRefusal(await api.post(maps, body), 413, 'RequestEntityTooLarge', message);
    const chunked = { headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' } };
    expectRefusal(await api.post(maps, body, chunked), 413, 'RequestEntityTooLarge', message);
  });

  it('an exec without an upgrade', async () =>
    expectRefusal(
      await api.post('/api/v1/namespaces/shop/pods/p/exec?command=ls&stdout=true', ''),
      400,
      'BadRequest',
      'Upgrade request required',
    ));
});
