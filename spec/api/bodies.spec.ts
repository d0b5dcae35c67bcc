import { gunzipSync } from 'node:zlib';
import { get as httpsGet } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { parse as parseYaml } from 'yaml';
import { structType } from '../../kinds/schema/table.ts';
import { readProtobuf, writeProtobuf } from '../../kinds/schema/protobuf.ts';
import { openApi, type SpecApi } from '../support/api.ts';

const maps = '/api/v1/namespaces/shop/configmaps';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const typed = (type: string) => ({ headers: { 'Content-Type': type } });
const protobuf = 'application/vnd.kubernetes.protobuf';

const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
};

describe('bodies', () => {
  let api: SpecApi;
  before(async () => {
    api = await openApi();
    await api.made('namespaces', '', { metadata: { name: 'shop' } });
  });
  after(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  describe('that come in', () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata:\n  k: "1"\n  long: |\n    two\n    lines\n';
    const data = { k: '1', long: 'two\nlines\n' };

    it('may be JSON, YAML or protobuf, and come to the same', async () => {
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'json' }, data };
      const made = [
        await api.post(maps, object),
        await api.post(maps, text.replace('NAME', 'yaml'), typed('application/yaml')),
        await api.post(
          maps,
          writeProtobuf(structType('core/v1', 'ConfigMap'), { ...object, metadata: { name: 'proto' } }),
          typed(protobuf),
        ),
      ];
      expect(made.map(({ code }) => code)).to.deep.equal([201, 201, 201]);
      for (const { json } of made) expect(json()['data']).to.deep.equal(data);
    });

    it('need no kind where the path says it, nor a content type', async () => {
      const got = await api.send('POST', maps, { body: '{"metadata":{"name":"bare"}}' });
      expect(got.code, got.text).to.equal(201);
      expect(got.json()).to.include({ apiVersion: 'v1', kind: 'ConfigMap' });
    });

    it('may be options in protobuf, of whichever version', async () => {
      await api.post(maps, { metadata: { name: 'gone' } });
      for (const apiVersion of ['v1', 'apps/v1']) {
        const options = { apiVersion, kind: 'DeleteOptions', dryRun: ['All'] };
        const bytes = writeProtobuf(structType('meta/v1', 'DeleteOptions'), options);
        expect((await api.remove(`${maps}/gone`, bytes, typed(protobuf))).code).to.equal(200);
        expect((await api.get(`${maps}/gone`)).code).to.equal(200);
      }
    });

    const broken: readonly (readonly [string, string, string | Buffer, RegExp])[] = [
      [
        'no JSON',
        'application/json',
        '{"a" 1}',
        /json parse error: invalid character '1' after object key \(\{"a" 1\}\)$/,
      ],
      ['nothing', 'application/json', '', /json parse error: unexpected end of JSON input \(<empty>\)$/],
      ['a list', 'application/json', '[]', /json: cannot unmarshal array into Go value of type /],
      [
        'invalid UTF-8',
        'application/json',
        Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
        /invalid UTF-8/,
      ],
      ['too deep', 'application/json', '['.repeat(20_000), /json parse error: /],
      ['no YAML', 'application/yaml', 'a: [', /\(must be of type ConfigMap\): yaml: line 1: did not find expected/],
      [
        'a YAML bomb',
        'application/yaml',
        `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefgh'.replaceAll(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)}, `.repeat(9).slice(0, -2)}]\n`)}`,
        /yaml: document contains excessive aliasing/,
      ],
      ['protobuf without its mark', protobuf, Buffer.from('hello'), /does not appear to be a protobuf message/],
      ['protobuf that breaks off', protobuf, Buffer.from('k8s\0\x0a\x40abc'), /proto|EOF/i],
    ];
    for (const [what, type, body, message] of broken)
      it(`are refused and leave no event when they are ${what}`, async () => {
        const { position } = api.world;
        const got = await api.post(maps, body, typed(type));
        expect(got.json(), got.text).to.include({ code: 400, reason: 'BadRequest', status: 'Failure' });
        expect(got.json()['message']).to.match(message);
        expect(api.world.position).to.equal(position);
      });
  });

  describe('with fields that nobody knows', () => {
    const odd = JSON.stringify({ ...web, spec: { ...web.spec, replica: 2 } }).replace('"name":"web"', '"name":"NAME"');
    const twice = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"NAME"},"data":{"a":"1","a":"2"}}';
    const post = (path: string, body: string, name: string, more = '') =>
      api.post(`${path}${more}`, body.replace('NAME', name), typed('application/json'));

    it('are taken with a warning', async () => {
      const got = await post(deployments, odd, 'warned');
      expect(got.code).to.equal(201);
      expect(got.headers['warning']).to.equal('299 - "unknown field \\"spec.replica\\""');
      expect(got.json()['spec']).to.not.have.property('replica');
      expect((await post(maps, twice, 'warned')).headers['warning']).to.equal('299 - "duplicate field \\"data.a\\""');
    });

    it('are taken silently when they are to be ignored', async () => {
      const got = await post(deployments, odd, 'ignored', '?fieldValidation=Ignore');
      expect([got.code, got.headers['warning']]).to.deep.equal([201, undefined]);
    });

    it('are refused when reading is to be strict', async () => {
      const { position } = api.world;
      const got = await post(deployments, odd, 'strict', '?fieldValidation=Strict');
      expect(got.json()).to.include({ code: 400, reason: 'BadRequest' });
      expect(got.json()['message']).to.equal(
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
      );
      expect((await post(maps, twice, 'strict', '?fieldValidation=Strict')).json()['message']).to.equal(
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a"',
      );
      expect(api.world.position).to.equal(position);
    });

    it('fill no more of an answer than its head has room for', async () => {
      const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`unknown${'x'.repeat(300)}${i}`, 1]));
      const got = await api.post(maps, { metadata: { name: 'many' }, ...many });
      expect(got.code).to.equal(201);
      expect(String(got.headers['warning']).length).to.be.within(2_000, 4_200);
    });

    it('are refused in a patch that is to be read strictly, and warned of otherwise', async () => {
      await api.post(maps, { metadata: { name: 'patched' } });
      const strict = await api.patch(`${maps}/patched?fieldValidation=Strict`, { dada: { k: 'v' } });
      expect(strict.json()).to.include({ code: 422, reason: 'Invalid' });
      expect(strict.json()['message']).to.match(
        /^ "" is invalid: patch: Invalid value: ".*": strict decoding error: unknown field "dada"$/,
      );
      const warned = await api.patch(`${maps}/patched`, { dada: { k: 'v' }, data: { k: 'w' } });
      expect([warned.code, warned.headers['warning']]).to.deep.equal([200, '299 - "unknown field \\"dada\\""']);
    });
  });

  describe('that go out', () => {
    const ask = (accept: string, path = `${maps}/out`) => api.get(path, { headers: { Accept: accept } });
    before(() => api.post(maps, { metadata: { name: 'out' }, data: { k: 'v' } }));

    it('are JSON unless something else is wanted more', async () => {
      for (const accept of [
        '*/*',
        'application/*',
        'application/json',
        'text/html,*/*;q=0.1',
        `${protobuf},application/json`,
      ])
        expect((await ask(accept)).headers['content-type'], accept).to.equal('application/json');
    });

    it('are YAML when asked for', async () => {
      const got = await ask('application/yaml;q=0.9, application/json;q=0.5');
      expect(got.headers['content-type']).to.equal('application/yaml');
      expect(parseYaml(got.text)).to.deep.equal((await ask('*/*')).json());
    });

    it('are protobuf for those who take nothing else', async () => {
      const raw = (path: string) =>
        new Promise<IncomingMessage>((resolve) => {
          const options = {
            host: '127.0.0.1',
            port: api.api.port,
            path,
            agent: api.admin,
            headers: { Accept: protobuf },
          };
          httpsGet(options, resolve);
        });
      const got = await raw(`${maps}/out`);
      expect(got.headers['content-type']).to.equal(protobuf);
      const one = readProtobuf(await buffer(got), () => structType('core/v1', 'ConfigMap'));
      expect('value' in one && one.value['data']).to.deep.equal({ k: 'v' });
      const list = readProtobuf(await buffer(await raw(maps)), () => structType('core/v1', 'ConfigMapList'));
      expect('value' in list && list.kind).to.equal('ConfigMapList');
    });

    it('are indented for people', async () => {
      const plain = (await ask('*/*')).text;
      expect(plain.trim()).to.not.include('\n');
      const pretty = `${JSON.stringify(JSON.parse(plain), undefined, 2)}\n`;
      expect((await api.get(`${maps}/out?pretty=true`)).text).to.equal(pretty);
      const agent = (name: string) => ({ headers: { 'User-Agent': name } });
      expect((await api.get(`${maps}/out`, agent('curl/8.0'))).text).to.equal(pretty);
      expect((await api.get(`${maps}/out?pretty=0`, agent('curl/8.0'))).text).to.equal(plain);
    });

    it('are compressed when they are large and the client can', async () => {
      await api.post(maps, { metadata: { name: 'large' }, data: { k: 'x'.repeat(200_000) } });
      const plain = await api.get(`${maps}/large`);
      const raw = await new Promise<IncomingMessage>((resolve) => {
        const headers = { 'Accept-Encoding': 'gzip' };
        httpsGet({ host: '127.0.0.1', port: api.api.port, path: `${maps}/large`, agent: api.admin, headers }, resolve);
      });
      expect(raw.headers['content-encoding']).to.equal('gzip');
      expect(gunzipSync(await buffer(raw)).toString()).to.equal(plain.text);
      const small = await api.get(`${maps}/out`, { headers: { 'Accept-Encoding': 'gzip' } });
      expect(small.headers['content-encoding']).to.equal(undefined);
    });
  });
});
