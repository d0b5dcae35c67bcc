import { expect } from 'chai';
import { openCli, type SpecCli } from '../support/cli.ts';

describe('reckon delete', () => {
  let cli: SpecCli;
  beforeEach(async () => {
    cli = await openCli();
    for (const name of ['default', 'shop']) await cli.made('namespaces', '', { metadata: { name } });
    for (const name of ['a', 'b', 'c'])
      await cli.made('configmaps', 'default', { metadata: { name, labels: { odd: String(name !== 'b') } } });
  });
  afterEach(() => cli.close());

  const left = async () => (await cli.reckon(['get', 'cm', '-o', 'name'])).out;

  it('deletes by name, by pair, by label, and all', async () => {
    expect((await cli.reckon(['delete', 'cm', 'a'])).out).to.equal('configmap/a deleted\n');
    expect((await cli.reckon(['delete', 'cm/b'])).out).to.equal('configmap/b deleted\n');
    expect(await left()).to.equal('configmap/c\n');
    expect((await cli.reckon(['delete', 'cm', '-l', 'odd=false'])).err).to.equal('No resources found.\n');
    expect((await cli.reckon(['delete', 'cm', '--all'])).out).to.equal('configmap/c deleted\n');
    expect(await left()).to.equal('');
  });

  it('deletes what files name', async () => {
    const stdin = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
    expect((await cli.reckon(['delete', '-f', '-'], { stdin })).out).to.equal('configmap/a deleted\n');
    expect(await left()).to.equal('configmap/b\nconfigmap/c\n');
  });

  it('returns when the object is gone', async () => {
    await cli.merge(
      { resource: 'configmaps', namespace: 'default', name: 'a' },
      { metadata: { finalizers: ['x.dev/hold'] } },
    );
    let ended = false;
    const deleting = cli.reckon(['delete', 'cm/a']).then((run) => {
      ended = true;
      return run;
    });
    for (;;) {
      const { metadata } = (await cli.get('/api/v1/namespaces/default/configmaps/a')).json();
      if (metadata?.['deletionTimestamp']) break;
    }
    expect(ended).to.equal(false);
    await cli.merge({ resource: 'configmaps', namespace: 'default', name: 'a' }, { metadata: { finalizers: null } });
    expect((await deleting).code).to.equal(0);
  });

  it('does not wait when told so', async () => {
    await cli.merge(
      { resource: 'configmaps', namespace: 'default', name: 'a' },
      { metadata: { finalizers: ['x.dev/hold'] } },
    );
    expect((await cli.reckon(['delete', 'cm/a', '--no-wait'])).out).to.equal('configmap/a deleted\n');
  });

  it('deletes the others, tells what is missing and ends with 1, unless that is as good', async () => {
    const { code, out, err } = await cli.reckon(['delete', 'cm', 'gone', 'a']);
    expect({ code, out }).to.deep.equal({ code: 1, out: 'configmap/a deleted\n' });
    expect(err).to.equal('reckon: Error from server (NotFound): configmaps "gone" not found\n');
    expect((await cli.reckon(['delete', 'cm', 'gone', '--ignore-not-found'])).code).to.equal(0);
  });

  it('passes on how', async () => {
    await cli.merge(
      { resource: 'configmaps', namespace: 'default', name: 'a' },
      { metadata: { finalizers: ['x.dev/hold'] } },
    );
    await cli.reckon(['delete', 'cm/a', '--no-wait', '--cascade', 'orphan']);
    const { metadata } = (await cli.get('/api/v1/namespaces/default/configmaps/a')).json();
    expect(metadata?.['finalizers']).to.deep.equal(['x.dev/hold', 'orphan']);
  });

  for (const [args, why] of [
    [['cm'], 'Say which: by name, with --selector, or --all'],
    [[], 'Say what'],
    [['cm/a', '--cascade', 'up'], '--cascade takes background, foreground, orphan'],
    [['cm/a', '--grace-period', 'long'], '--grace-period takes seconds'],
    [['cm/a', '--grace-period', '3', '--now'], 'leave out --grace-period'],
    [['cm/a', '-f', 'x.yaml'], 'not both'],
  ] as const)
    it(`does not understand "delete ${args.join(' ')}"`, async () => {
      const { code, err } = await cli.reckon(['delete', ...args]);
      expect(err).to.contain(why);
      expect(code).to.equal(2);
      expect(await left()).to.equal('configmap/a\nconfigmap/b\nconfigmap/c\n');
    });
});
