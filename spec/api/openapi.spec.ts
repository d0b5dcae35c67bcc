import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { adminIdentity } from '../../api/auth/authority.ts';
import { gnostic2, gnostic3 } from '../../api/openapi/gnostic-messages.ts';
import { type Json, openApi, type SpecApi } from '../support/api.ts';
import { golden } from '../support/golden.ts';
import { type Client, clientsRunHere, releases, stockClient } from '../support/kubectl.ts';

type Plain = { readonly [key: string]: unknown };

/** Everything under a key of this name, anywhere in a document. */
const under = (key: string, value: unknown): readonly unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [...(name === key ? [item] : []), ...under(key, item)]);
};
const operationsOf = (document: Json): readonly Plain[] =>
  Object.values(document['paths'] ?? {}).flatMap((item) =>
    Object.entries(item).flatMap(([method, operation]) => (method === 'parameters' ? [] : [operation as Plain])),
  );

describe('gnostic', () => {
  // `pb`: what gnostic itself writes for the document.
  const rows = golden('gnostic') as readonly { version: 2 | 3; document: Plain; pb: string }[];
  for (const { version, document, pb } of rows)
    it(`writes a version ${version} document as gnostic does`, () =>
      expect((version === 2 ? gnostic2 : gnostic3)(document).toString('base64')).to.equal(pb));
});

describe('OpenAPI', function () {
  this.timeout(20_000);
  let api: SpecApi;
  before(async () => {
    api = await openApi();
  });
  after(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });
  const read = async (path: string) => (await api.get(path)).json();

  for (const path of ['/openapi/v2', '/openapi/v3/api/v1', '/openapi/v3/apis/apps/v1'])
    it(`holds at ${path} every schema that it refers to, and no name twice`, async () => {
      const document = await read(path);
      const schemas = (document['definitions'] ?? document['components']?.['schemas']) as unknown as Plain;
      const start = path.endsWith('v2') ? '#/definitions/' : '#/components/schemas/';
      const refs = under('$ref', document).filter((ref) => typeof ref === 'string');
      expect(refs.length).to.be.greaterThan(100);
      for (const ref of refs) expect(schemas).to.have.property(ref.slice(start.length));
      const ids = under('operationId', document);
      expect(new Set(ids).size).to.equal(ids.length);
    });

  it('tells clients of each patch that it validates fields, and can be dry', async () => {
    for (const path of ['/openapi/v2', '/openapi/v3/api/v1', '/openapi/v3/apis/apps/v1']) {
      const patches = operationsOf(await read(path)).filter((each) => each['x-kubernetes-action'] === 'patch');
      expect(patches).to.not.be.empty;
      for (const { parameters, operationId } of patches) {
        const names = (parameters as readonly { name: string; in: string }[]).flatMap((each) =>
          each.in === 'query' ? [each.name] : [],
        );
        expect(names, String(operationId)).to.include.members(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
      }
      const kinds = patches.map((each) => (each['x-kubernetes-group-version-kind'] as { kind: string }).kind);
      expect(kinds).to.include(path.endsWith('/apps/v1') ? 'Deployment' : 'Pod');
    }
  });

  it('says how lists are merged', async () => {
    const { components } = await read('/openapi/v3/apis/apps/v1');
    const container = components?.['schemas']?.['io.k8s.api.core.v1.Container'] as unknown as { properties: Plain };
    expect(container.properties['ports']).to.deep.include({
      type: 'array',
      'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-patch-merge-key': 'containerPort',
      'x-kubernetes-patch-strategy': 'merge',
    });
    const deployment = components?.['schemas']?.['io.k8s.api.apps.v1.Deployment'] as unknown as Plain;
    expect(deployment['x-kubernetes-group-version-kind']).to.deep.equal([
      { group: 'apps', version: 'v1', kind: 'Deployment' },
    ]);
  });

  it('names every version with a hash, under which its document may be kept', async () => {
    const paths = (await read('/openapi/v3'))['paths'];
    const url = paths?.['apis/apps/v1']?.['serverRelativeURL'] as unknown as string;
    expect(url).to.match(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{64}$/);
    const kept = await api.get(url);
    expect(kept.headers).to.include({ 'cache-control': 'public, max-age=31536000, immutable' });
    expect((await api.get('/openapi/v3/apis/apps/v1')).headers['cache-control']).to.equal('no-cache, private');
    const moved = await api.get('/openapi/v3/apis/apps/v1?hash=OLD');
    expect([moved.code, moved.headers.location]).to.deep.equal([301, url]);
  });

  it('answers 304 to who has the document already, in each of its forms', async () => {
    for (const accept of ['application/json', 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']) {
      const first = await api.get('/openapi/v2', { headers: { Accept: accept } });
      expect(first.headers['content-type']).to.equal(accept.replace('@', '.'));
      const again = await api.get('/openapi/v2', {
        headers: { Accept: accept, 'If-None-Match': String(first.headers.etag) },
      });
      expect([again.code, again.text]).to.deep.equal([304, '']);
    }
    expect((await api.get('/openapi/v2', { headers: { Accept: 'text/html' } })).code).to.equal(406);
  });
});

for (const release of releases)
  describe(`kubectl ${release} with OpenAPI`, function () {
    this.timeout(60_000);
    let api: SpecApi;
    let kubectl: Client;
    let home: string;
    before(async function () {
      if (!clientsRunHere) this.skip();
      api = await openApi();
      home = await mkdtemp(join(tmpdir(), 'reckon-openapi-'));
      const { certificate, key } = await api.authority.client(adminIdentity);
      const base64 = (text: string) => Buffer.from(text).toString('base64');
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [
          {
            name: 'c',
            cluster: {
              server: `https://127.0.0.1:${api.api.port}`,
              'certificate-authority-data': base64(api.authority.certificate),
            },
          },
        ],
        users: [
          { name: 'u', user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } },
        ],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      };
      await writeFile(join(home, 'config'), JSON.stringify(config));
      kubectl = await stockClient('kubectl', release, join(home, 'config'), home);
      await api.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
    });
    after(async () => {
      await api?.close();
      if (home) await rm(home, { recursive: true });
    });

    it('explains fields', async () => {
      const field = await kubectl.run(['explain', 'deployment.spec.strategy.rollingUpdate.maxSurge']);
      expect(field.stderr).to.equal('');
      expect(field.stdout)
        .to.match(/GROUP:\s+apps\nKIND:\s+Deployment\nVERSION:\s+v1/)
        .and.match(/maxSurge <IntOrString>/);
      const port = await kubectl.run(['explain', 'pod.spec.containers.ports']);
      expect(port.stdout)
        .to.match(/containerPort\s+<integer> -required-/)
        .and.match(/protocol\s+<string>\n\s*enum: SCTP, TCP, UDP/);
      const old = await kubectl.run(['explain', 'pod.spec', '--output', 'plaintext-openapiv2']);
      expect([old.code, old.stderr]).to.deep.equal([0, '']);
      expect(old.stdout).to.match(/containers\s+<\[\]Object> -required-/);
    });

    const service = (ports: readonly object[]) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { selector: { app: 'web' }, ports },
      });

    it('applies again, with lists merged by their keys', async () => {
      const [http, https] = [
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'https', port: 443, targetPort: 8443 },
      ];
      const made = await kubectl.run(['apply', '-f', '-'], { stdin: service([http, https]) });
      expect([made.stdout, made.stderr]).to.deep.equal(['service/web created\n', '']);
      const changed = await kubectl.run(['apply', '-f', '-'], {
        stdin: service([http, { ...https, targetPort: 9443 }]),
      });
      expect([changed.stdout, changed.stderr]).to.deep.equal(['service/web configured\n', '']);
      const ports = (await api.get('/api/v1/namespaces/shop/services/web')).json()['spec']?.[
        'ports'
      ] as unknown as readonly Plain[];
      expect(ports.map(({ name, targetPort }) => [name, targetPort])).to.deep.equal([
        ['http', 8080],
        ['https', 9443],
      ]);
    });

    it('leaves the checking of fields to the server, and says what it says', async () => {
      const wrong = JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', namespace: 'shop' },
        dta: { a: 'b' },
      });
      const ran = await kubectl.run(['apply', '-f', '-'], { stdin: wrong });
      expect(ran.code).to.equal(1);
      expect(ran.stderr).to.include('strict decoding error: unknown field "dta"');
    });
  });
