import { expect } from 'chai';
import { saidBy } from '../support/answers.ts';
import type { Client } from '../support/kubectl.ts';
import { type RawRequest, type RealCluster, realCluster } from '../support/real-cluster.ts';

interface Status {
  readonly message: string;
  readonly reason: string;
}

const maps = '/api/v1/namespaces/bad/configmaps';
const deployments = '/apis/apps/v1/namespaces/bad/deployments';

const mapNamed = (name: string, metadata = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
});
const deployment = (spec: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'bad' },
  spec: {
    selector: { matchLabels: { app: 'bad' } },
    template: { metadata: { labels: { app: 'bad' } }, spec: { containers: [{ name: 'c', image: 'reckon/demo:1' }] } },
    ...spec,
  },
});
const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Nine lists of nine of the one before: 1.4 GB once it is unfolded. */
const bomb = `apiVersion: v1
kind: ConfigMap
metadata: { name: bad }
data:
  a0: &a0 [x, x, x, x, x, x, x, x, x]
${Array.from({ length: 9 }, (_, n) => `  a${n + 1}: &a${n + 1} [${Array.from({ length: 9 }, () => `*a${n}`).join(', ')}]\n`).join('')}`;

const unrecognized = 'the object provided is unrecognized (must be of type ConfigMap): ';

type Case = readonly [what: string, code: number, reason: string, message: string, request: RawRequest];
const post = (path: string, body: object | string | Buffer, contentType = 'application/json'): RawRequest => ({
  method: 'POST',
  path,
  contentType,
  body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
});

const cases: readonly Case[] = [
  [
    'a wrong type',
    400,
    'BadRequest',
    'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    post(deployments, deployment({ replicas: 'three' })),
  ],
  [
    'an unknown field',
    400,
    'BadRequest',
    'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
    post(`${deployments}?fieldValidation=Strict`, deployment({ replica: 3 })),
  ],
  [
    'an unknown kind',
    400,
    'BadRequest',
    'Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    post(maps, { ...mapNamed('bad'), kind: 'Foo' }),
  ],
  [
    'a missing selector',
    422,
    'Invalid',
    'Deployment.apps "bad" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"app":"bad"}: `selector` does not match template `labels`]',
    post(deployments, deployment({ selector: undefined })),
  ],
  ['a duplicate name', 409, 'AlreadyExists', 'configmaps "there" already exists', post(maps, mapNamed('there'))],
  [
    'a stale resourceVersion',
    409,
    'Conflict',
    'Operation cannot be fulfilled on configmaps "there": the object has been modified; please apply your changes to the latest version and try again',
    { ...post(`${maps}/there`, mapNamed('there', { resourceVersion: '1' })), method: 'PUT' },
  ],
  [
    'a body of 4 MB',
    413,
    'RequestEntityTooLarge',
    'Request entity too large: limit is 3145728',
    post(maps, { ...mapNamed('bad'), data: { a: 'x'.repeat(4 * 2 ** 20) } }),
  ],
  [
    'a YAML bomb',
    400,
    'BadRequest',
    `${unrecognized}yaml: document contains excessive aliasing (61706956657273696f6e3a2076310a6b696e643a20436f6e6669674d6170 ...)`,
    post(maps, bomb, 'application/yaml'),
  ],
  [
    'invalid UTF-8',
    400,
    'BadRequest',
    `${unrecognized}couldn't get version/kind; json parse error: invalid UTF-8 ({"apiVersion":"v1","kind":"Con ...)`,
    post(maps, bytes('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bad"},"data":{"a":"\xff\xfe"}}')),
  ],
  [
    'broken protobuf',
    400,
    'BadRequest',
    `${unrecognized}unexpected EOF (6b3873000affff)`,
    post(maps, bytes('k8s\0\x0a\xff\xff'), 'application/vnd.kubernetes.protobuf'),
  ],
];

describe('bad input', function () {
  this.timeout(30_000);
  let cluster: RealCluster;
  let kubectl: Client;
  before(async () => {
    cluster = await realCluster();
    kubectl = await cluster.kubectl();
    await saidBy(kubectl)('create', 'namespace', 'bad');
    await saidBy(kubectl)('--namespace=bad', 'create', 'configmap', 'there');
  });
  after(() => saidBy(kubectl)('delete', 'namespace', 'bad', '--wait=false'));

  /** Position of the newest event of these streams; whatever else the cluster does does not move it. */
  const events = async () => {
    const told = ['configmaps/bad/bad', 'configmaps/bad/there', 'deployments.apps/bad/bad'].map(async (one) => {
      const [resource, namespace, name] = one.split('/');
      const { stdout, stderr } = await cluster.reckon([
        'history',
        `${resource}/${name}`,
        '-n',
        namespace ?? '',
        '-o',
        'json',
      ]);
      return stdout || stderr;
    });
    return Promise.all(told);
  };

  for (const [what, code, reason, message, request] of cases)
    it(`${what} is refused in upstream's words`, async () => {
      const answer = await cluster.ask(request);
      const said = answer.json as Status;
      expect({ code: answer.code, reason: said.reason, message: said.message }).to.deep.equal({
        code,
        reason,
        message,
      });
    });

  it('leaves no event', async () => {
    const before = await events();
    for (const [, , , , request] of cases) await cluster.ask(request);
    expect(await events()).to.deep.equal(before);
    expect(before[0]).to.match(/not found|no event|never/i);
    expect(before[1]).to.contain('"Created"');
  });

  it('is told by kubectl as upstream would have it told', async () => {
    const create = (object: object, ...more: readonly string[]) =>
      kubectl.run(['--namespace=bad', 'create', '-f', '-', ...more], { stdin: JSON.stringify(object) });
    expect(await create(deployment({ replica: 3 }))).to.deep.equal({
      code: 1,
      stdout: '',
      stderr:
        'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"\n',
    });
    expect((await create(deployment({ selector: undefined }))).stderr).to.equal(
      'The Deployment "bad" is invalid: \n* spec.selector: Required value\n* spec.template.metadata.labels: Invalid value: {"app":"bad"}: `selector` does not match template `labels`\n',
    );
    expect((await create({ ...mapNamed('bad'), kind: 'Foo' }, '--validate=false')).stderr).to.equal(
      'error: resource mapping not found for name: "bad" namespace: "" from "STDIN": no matches for kind "Foo" in version "v1"\nensure CRDs are installed first\n',
    );
    expect((await create(mapNamed('there'))).stderr).to.equal(
      'Error from server (AlreadyExists): error when creating "STDIN": configmaps "there" already exists\n',
    );
  });
});
