import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { openCli, type SpecCli } from '../support/cli.ts';
import { clientsRunHere, releases, stockClient } from '../support/kubectl.ts';

const pod = (name: string, tier: string) => ({
  metadata: { name, labels: { tier } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
});

describe('reckon get', () => {
  let cli: SpecCli;
  beforeEach(async () => {
    cli = await openCli();
    for (const name of ['default', 'shop']) {
      await cli.made('namespaces', '', { metadata: { name } });
      await cli.made('serviceaccounts', name, { metadata: { name: 'default' } });
    }
    await cli.made('configmaps', 'default', { metadata: { name: 'a' }, data: { k: 'v' } });
    await cli.made('pods', 'default', pod('web-1', 'front'));
    await cli.made('pods', 'default', pod('web-2', 'back'));
    await cli.made('pods', 'shop', pod('till', 'front'));
  });
  afterEach(() => cli.close());

  it('prints the server’s table', async () => {
    const { code, out, err } = await cli.reckon(['get', 'pods']);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    expect(out.split('\n')).to.deep.equal([
      'NAME    READY   STATUS    RESTARTS   AGE',
      'web-1   0/1     Pending   0          0s',
      'web-2   0/1     Pending   0          0s',
      '',
    ]);
  });

  it('knows resources by plural, singular, short name, kind and group', async () => {
    for (const word of ['pods', 'pod', 'po', 'Pod', 'PODS'])
      expect((await cli.reckon(['get', word, '-o', 'name'])).out, word).to.equal('pod/web-1\npod/web-2\n');
    for (const word of ['deploy', 'deployments.apps', 'deploy.v1.apps'])
      expect((await cli.reckon(['get', word])).err, word).to.equal('No resources found in default namespace.\n');
  });

  it('finds by name, by pair, by labels, by fields and in all namespaces', async () => {
    const names = async (...args: string[]) => (await cli.reckon(['get', ...args, '-o', 'name'])).out.split('\n');
    expect(await names('po', 'web-2', 'web-1')).to.deep.equal(['pod/web-2', 'pod/web-1', '']);
    expect(await names('po/web-2', 'cm/a')).to.deep.equal(['pod/web-2', 'configmap/a', '']);
    expect(await names('po', '-l', 'tier=back')).to.deep.equal(['pod/web-2', '']);
    expect(await names('po', '--field-selector', 'metadata.name!=web-2')).to.deep.equal(['pod/web-1', '']);
    expect(await names('po', '-n', 'shop')).to.deep.equal(['pod/till', '']);
    const { out } = await cli.reckon(['get', 'po', '-A', '--no-headers']);
    expect(out.split('\n')[2]).to.match(/^shop +till /);
  });

  it('shows more columns with -o wide, and several kinds one below the other', async () => {
    expect((await cli.reckon(['get', 'po', '-o', 'wide'])).out).to.match(/AGE +IP +NODE +NOMINATED NODE/);
    const { out } = await cli.reckon(['get', 'cm,po']);
    expect(out).to.match(/^NAME +DATA +AGE\nconfigmap\/a .*\n\nNAME +READY.*\npod\/web-1 /);
  });

  it('prints one object as it is, several as a List', async () => {
    const one = parse((await cli.reckon(['get', 'cm/a', '-o', 'yaml'])).out);
    expect(one).to.deep.include({ apiVersion: 'v1', kind: 'ConfigMap', data: { k: 'v' } });
    const list = JSON.parse((await cli.reckon(['get', 'po', '-o', 'json'])).out);
    expect(list.kind).to.equal('List');
    expect(list.items.map((item: { kind: string }) => item.kind)).to.deep.equal(['Pod', 'Pod']);
  });

  it('shows what it found, and ends with 1 when something is missing', async () => {
    const { code, out, err } = await cli.reckon(['get', 'po', 'web-1', 'gone']);
    expect(out).to.contain('web-1');
    expect(err).to.equal('reckon: Error from server (NotFound): pods "gone" not found\n');
    expect(code).to.equal(1);
  });

  it('says which resource types the server does not have', async () => {
    const { code, err } = await cli.reckon(['get', 'ships']);
    expect({ code, err }).to.deep.equal({ code: 1, err: 'reckon: The server does not have a resource type "ships"\n' });
  });

  for (const [args, why] of [
    [['po', '-o', 'rainbow'], '-o knows wide, yaml, json, name'],
    [['po', '-w', '--at', '1'], 'The past does not change'],
    [['po', 'web-1', '-A'], 'A name is found in one namespace only'],
    [['po,cm', 'x'], 'several resource types at once'],
    [['po', 'cm/a'], 'Leave out "po"'],
    [['po', '--at', 'teatime'], 'Cannot read "teatime" as a moment'],
    [['po', '--nonsense'], "unknown option '--nonsense'"],
    [[], "missing required argument 'what'"],
  ] as const)
    it(`does not understand "get ${args.join(' ')}"`, async () => {
      const { code, err } = await cli.reckon(['get', ...args]);
      expect(err).to.contain(why);
      expect(code).to.equal(2);
    });

  describe('--at', () => {
    const deleted = async () => {
      cli.clock.advance(60_000);
      await cli.remove('/api/v1/namespaces/default/pods/web-2');
    };

    it('shows a list as it was some seconds ago, and says which moment that is', async () => {
      const then = (await cli.reckon(['get', 'po', '-o', 'json'])).out;
      await deleted();
      cli.clock.advance(10_000);
      const { code, out, err } = await cli.reckon(['get', 'po', '--at', '11 s ago', '-o', 'json']);
      expect(out).to.equal(then);
      expect(err).to.match(/^As of \d\d:\d\d:\d\d, version \d+:\n$/);
      expect(code).to.equal(0);
      expect((await cli.reckon(['get', 'po', '-o', 'name'])).out).to.equal('pod/web-1\n');
    });

    it('shows the very table that was shown then, ages too', async () => {
      cli.clock.advance(30_000);
      const then = (await cli.reckon(['get', 'po'])).out;
      const one = (await cli.reckon(['get', 'po/web-2'])).out;
      await deleted();
      cli.clock.advance(10_000);
      expect(then).to.match(/web-2 .* 30s\n$/);
      expect((await cli.reckon(['get', 'po', '--at', '70s'])).out).to.equal(then);
      expect((await cli.reckon(['get', 'po/web-2', '--at', '70s'])).out).to.equal(one);
      const { text } = await cli.get('/api/v1/namespaces/default/pods/web-2?asOf=70s', {
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
      });
      expect(text).to.contain('"30s"');
    });

    it('shows one object as of a version, also when it is gone', async () => {
      const version = String(cli.world.position);
      await deleted();
      expect((await cli.reckon(['get', 'po/web-2'])).code).to.equal(1);
      const { code, out, err } = await cli.reckon(['get', 'po/web-2', '--at', version]);
      expect(out).to.match(/web-2 +0\/1 +Pending/);
      expect(err).to.equal(`As of version ${version}:\n`);
      expect(code).to.equal(0);
    });

    it('is for any client, through a server whose path names the moment', async () => {
      const then = (await cli.reckon(['get', 'po', '--at', '0s'])).out;
      const version = cli.world.position;
      await deleted();
      const path = join(cli.home, 'then');
      const config = await readFile(cli.kubeconfig, 'utf8');
      await writeFile(path, config.replace(/(server: .*)$/m, `$1/at/${version}`));
      expect((await cli.reckon(['get', 'po', '--kubeconfig', path])).out).to.equal(then);
      const refused = await cli.reckon(['delete', 'po/web-1', '--kubeconfig', path]);
      expect(refused.err).to.contain('The past cannot be changed');
      if (!clientsRunHere) return;
      for (const release of releases) {
        const kubectl = await stockClient('kubectl', release, path, cli.home);
        expect((await kubectl.run(['get', 'pods'])).stdout).to.equal(then);
      }
    });

    it('says so when there was no such object then', async () => {
      const { code, err } = await cli.reckon(['get', 'po/web-2', '--at', '1']);
      expect(err).to.equal('As of version 1:\nreckon: pods "web-2" did not exist then\n');
      expect(code).to.equal(1);
    });
  });

  it('-w shows what is there, then what changes, in the same columns', async () => {
    const ending = new AbortController();
    let seen = '';
    const onOut = (text: string) => {
      seen += text;
      if (text.includes('web-2')) void cli.made('pods', 'default', pod('web-3', 'front'));
      if (text.includes('web-3')) ending.abort();
    };
    const { code, out } = await cli.reckon(['get', 'po', '-w'], { signal: ending.signal, onOut });
    expect(out).to.equal(seen);
    expect(out.split('\n').slice(-2)).to.deep.equal(['web-3   0/1     Pending   0          0s', '']);
    expect(code).to.equal(0);
  });
});
