import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { items, type Json } from '../support/api.ts';
import { openCli, type SpecCli } from '../support/cli.ts';
import { clientsRunHere, releases, stockClient } from '../support/kubectl.ts';

const configMap = (name: string, data: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
const web = (spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web', tier: 'front' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [container('web', 'web:1')] },
    },
    ...spec,
  },
});
const container = (name: string, image: string, more: object = {}) => ({ name, image, ...more });
const pods = (...containers: object[]) => ({
  template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
});
const webPath = '/apis/apps/v1/namespaces/default/deployments/web';

describe('reckon apply', () => {
  let cli: SpecCli;
  beforeEach(async () => {
    cli = await openCli();
    for (const name of ['default', 'shop']) await cli.made('namespaces', '', { metadata: { name } });
  });
  afterEach(() => cli.close());

  const apply = (object: unknown, ...args: string[]) =>
    cli.reckon(['apply', '-f', '-', ...args], { stdin: stringify(object, { aliasDuplicateObjects: false }) });
  const applied = async (object: unknown) => {
    const { code, out, err } = await apply(object);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    return out;
  };
  const spec = async (): Promise<Json> => (await cli.get(webPath)).json()['spec'] as Json; // a Deployment has one
  const containers = async () => items((await spec())['template']?.['spec']?.['containers']);

  it('creates, configures, and leaves unchanged', async () => {
    expect(await applied(web())).to.equal('deployment.apps/web created\n');
    const before = cli.world.position;
    expect(await applied(web())).to.equal('deployment.apps/web unchanged\n');
    expect(cli.world.position).to.equal(before);
    expect(await applied(web({ replicas: 3 }))).to.equal('deployment.apps/web configured\n');
    expect((await spec())['replicas']).to.equal(3);
  });

  it('takes away what the file no longer says, and keeps what others have set', async () => {
    await applied(configMap('a', { kept: '1', dropped: '2' }, { labels: { x: '1', y: '2' } }));
    await cli.patch('/api/v1/namespaces/default/configmaps/a', {
      data: { theirs: '3' },
      metadata: { labels: { z: '3' } },
    });
    await applied(configMap('a', { kept: '1' }, { labels: { x: '1' } }));
    const { data, metadata } = (await cli.get('/api/v1/namespaces/default/configmaps/a')).json();
    expect(data).to.deep.equal({ kept: '1', theirs: '3' });
    expect(metadata?.['labels']).to.deep.equal({ x: '1', z: '3' });
  });

  it('merges lists by their keys: elements come, change, go and change places', async () => {
    await applied(
      web(pods(container('web', 'web:1', { env: [{ name: 'A', value: '1' }] }), container('old', 'old:1'))),
    );
    await cli.patch(
      webPath,
      { spec: { template: { spec: { containers: [{ name: 'theirs', image: 'side:1' }] } } } },
      'strategic-merge',
    );
    await applied(
      web(pods(container('new', 'new:1'), container('web', 'web:2', { env: [{ name: 'B', value: '2' }] }))),
    );
    const seen = (await containers()).map(({ name, image, env }) => ({ name, image, ...(env && { env }) }));
    expect(seen).to.deep.include({ name: 'theirs', image: 'side:1' });
    expect(seen.filter(({ image }) => (image as unknown) !== 'side:1')).to.deep.equal([
      { name: 'new', image: 'new:1' },
      { name: 'web', image: 'web:2', env: [{ name: 'B', value: '2' }] },
    ]);
  });

  it('replaces one choice by another', async () => {
    await applied(web({ strategy: { type: 'RollingUpdate' } }));
    expect(await applied(web({ strategy: { type: 'Recreate' } }))).to.contain('configured');
    expect((await spec())['strategy']).to.deep.equal({ type: 'Recreate' });
  });

  it('keeps two ports of one number apart by their protocols', async () => {
    const ports = [
      { containerPort: 53, protocol: 'UDP' },
      { containerPort: 53, protocol: 'TCP' },
    ];
    await applied(web(pods(container('web', 'web:1', { ports }))));
    await applied(web(pods(container('web', 'web:2', { ports }))));
    expect((await containers())[0]?.['ports']).to.deep.equal(ports);
  });

  it('records who applied', async () => {
    await applied(web());
    const last = (await cli.story()).at(-1);
    expect(last?.origin).to.include({ manager: 'reckon-apply', via: 'api' });
  });

  it('reads several documents, Lists, files and folders', async () => {
    const folder = join(cli.home, 'all');
    await mkdir(folder);
    const text = [configMap('a', {}), configMap('b', {})].map((one) => stringify(one)).join('---\n');
    await writeFile(join(folder, '1.yaml'), `# two of them\n---\n${text}---\n`);
    await writeFile(
      join(folder, '2.json'),
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [configMap('c', {})] }),
    );
    await writeFile(join(folder, 'readme.txt'), 'no manifest');
    const { out, code } = await cli.reckon(['apply', '-f', folder, '-n', 'shop']);
    expect(out).to.equal('configmap/a created\nconfigmap/b created\nconfigmap/c created\n');
    expect(code).to.equal(0);
    expect((await cli.reckon(['get', 'cm', '-n', 'shop', '-o', 'name'])).out).to.contain('configmap/c');
  });

  it('says what would come of it, and changes nothing, on a dry run', async () => {
    const before = cli.world.position;
    const { out } = await apply(web(), '--dry-run');
    expect(out).to.equal('deployment.apps/web created (dry run)\n');
    expect(cli.world.position).to.equal(before);
  });

  it('goes on where one of several fails, tells every failure, and ends with 1', async () => {
    const text = [
      { apiVersion: 'v1', kind: 'Ship', metadata: { name: 's' } },
      configMap('a', { k: 1 }),
      configMap('b', {}, { namespace: 'nowhere' }),
      configMap('c', {}),
    ];
    const { code, out, err } = await cli.reckon(['apply', '-f', '-'], {
      stdin: text.map((one) => stringify(one)).join('---\n'),
    });
    expect(out).to.equal('configmap/c created\n');
    expect(err).to.contain('The server has no kind "Ship" in version "v1"');
    expect(err).to.contain('Error from server (BadRequest)').and.to.contain('namespaces "nowhere" not found');
    expect(code).to.equal(1);
  });

  it('refuses fields that there are none of', async () => {
    const { code, err } = await apply({ ...web(), spec: { ...web().spec, replics: 3 } });
    expect(err).to.contain('unknown field "spec.replics"');
    expect(code).to.equal(1);
  });

  it('refuses an object of another namespace than the command line says', async () => {
    const { code, err } = await apply(configMap('a', {}, { namespace: 'shop' }), '-n', 'default');
    expect(err).to.equal(
      'reckon: ConfigMap "a" says namespace "shop", the command line says "default": they must be the same\n',
    );
    expect(code).to.equal(1);
  });

  for (const [text, why] of [
    ['', 'There is no object in what was given'],
    ['a: [', 'Cannot read standard input: yaml:'],
    ['kind: Pod', 'apiVersion not set'],
    ['apiVersion: v1', 'kind not set'],
    ['apiVersion: v1\nkind: Pod', 'the Pod has no metadata.name'],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nkind: Pod', 'key "kind" already set in map'],
    ['- a', 'cannot unmarshal array'],
  ] as const)
    it(`does not apply ${JSON.stringify(text)}`, async () => {
      const { code, err } = await cli.reckon(['apply', '-f', '-'], { stdin: text });
      expect(err).to.contain(why);
      expect(code).to.equal(1);
    });

  it('says which file is not there', async () => {
    const { code, err } = await cli.reckon(['apply', '-f', join(cli.home, 'gone.yaml')]);
    expect(err).to.match(/There is no file ".*gone\.yaml"/);
    expect(code).to.equal(1);
  });

  for (const release of releases)
    it(`goes on where kubectl ${release} stopped, and the other way round`, async function () {
      if (!clientsRunHere) this.skip();
      const kubectl = await stockClient('kubectl', release, cli.kubeconfig, cli.home);
      const theirs = async (object: unknown) => {
        const { code, stdout, stderr } = await kubectl.run(['apply', '-f', '-'], { stdin: JSON.stringify(object) });
        expect(code, stderr).to.equal(0);
        return stdout;
      };
      expect(await theirs(web())).to.equal('deployment.apps/web created\n');
      expect(await applied(web())).to.equal('deployment.apps/web unchanged\n');
      expect(await theirs(web())).to.equal('deployment.apps/web unchanged\n');
      expect(await applied(web({ minReadySeconds: 5 }))).to.equal('deployment.apps/web configured\n');
      expect(await theirs(web())).to.equal('deployment.apps/web configured\n');
      expect(await spec()).not.to.have.property('minReadySeconds');
    });
});
