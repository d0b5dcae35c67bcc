import { expect } from 'chai';
import { parse } from 'yaml';
import { authorizeByGroup } from '../../api/auth/authorize.ts';
import { openCli, type SpecCli } from '../support/cli.ts';

const ref = { resource: 'configmaps', namespace: 'default', name: 'a' };

describe('reckon history', () => {
  let cli: SpecCli;
  beforeEach(async () => {
    cli = await openCli();
    await cli.made('namespaces', '', { metadata: { name: 'default' } });
    await cli.made('configmaps', 'default', { metadata: { name: 'a' }, data: { k: '1' } });
    cli.clock.advance(61_000);
    await cli.merge(ref, { data: { k: '2' } });
    await cli.reckon(['delete', 'cm/a']);
  });
  afterEach(() => cli.close());

  const lines = async (...args: string[]) => (await cli.reckon(['history', ...args])).out.trimEnd().split('\n');

  it('shows every event: version, time, who, through what and what changed; also of what is gone', async () => {
    const [heading = '', created = '', changed = '', deleted, ...more] = await lines('cm/a');
    expect(heading).to.match(/^VERSION +TIME +EVENT +WHO +THROUGH +WHAT CHANGED$/);
    expect(created).to.match(/^2 +\S+ +Created +alice +api, spec$/);
    expect(changed).to.match(/^3 +\S+ +ContentReplaced +alice +api, spec +data\.k: 1 → 2$/);
    expect(deleted).to.match(/^4 +\S+ +Deleted +kubernetes-admin +api, reckon-delete$/);
    expect(more).to.deep.equal([]);
  });

  it('--diff shows every changed field, before and after', async () => {
    const text = (await lines('cm', 'a', '--diff')).join('\n');
    expect(text).to.match(/version 3, \S+: ContentReplaced by alice using spec\n- data\.k: "1"\n\+ data\.k: "2"\n/);
    expect(text).to.match(/version 2, .*\n\+ apiVersion: v1\n\+ kind: ConfigMap\n/);
  });

  it('-o prints the events as they were recorded', async () => {
    const { events } = JSON.parse((await cli.reckon(['history', 'cm/a', '-o', 'json'])).out);
    expect(events.map(({ type }: { type: string }) => type)).to.deep.equal(['Created', 'ContentReplaced', 'Deleted']);
    expect(events[1].event.delta).to.deep.equal([['/data/k', '2']]);
    expect(parse((await cli.reckon(['history', 'cm/a', '-o', 'yaml'])).out)).to.deep.equal({ events });
  });

  it('says so when it shows only the newest', async () => {
    const { out, err } = await cli.reckon(['history', 'cm/a', '--limit', '2']);
    expect(out).not.to.contain('Created');
    // What it was before is not known then.
    expect(out).to.contain('data.k: 2');
    expect(err).to.equal('Only the newest 2 events are shown: --limit shows more.\n');
  });

  it('shows no content of Secrets', async () => {
    await cli.made('secrets', 'default', { metadata: { name: 's' }, data: { password: 'aHVudGVyMg==' } });
    await cli.merge({ resource: 'secrets', namespace: 'default', name: 's' }, { data: { password: 'b3RoZXI=' } });
    const text = `${(await lines('secret/s')).join()}${(await lines('secret/s', '--diff')).join()}`;
    expect(text).to.contain('data.password: (hidden) → (hidden)');
    expect(text).not.to.match(/aHVudGVyMg|b3RoZXI/);
  });

  it('of what never was is an error', async () => {
    const { code, err } = await cli.reckon(['history', 'cm/never']);
    expect(err).to.equal('reckon: Error from server (NotFound): configmaps "never" not found\n');
    expect(code).to.equal(1);
  });

  it('is told only to whoever may get the object', async () => {
    await cli.close();
    cli = await openCli({
      authorize: (who, asked) => authorizeByGroup({ ...who, groups: ['system:authenticated'] }, asked),
    });
    const { code, err } = await cli.reckon(['history', 'cm/a']);
    expect(err).to.contain('cannot get resource "configmaps"');
    expect(code).to.equal(1);
  });

  for (const [args, why] of [
    [['cm'], 'Name one object'],
    [['cm', 'a', 'b'], 'Name one object'],
    [['cm/a', '--limit', '0'], '--limit takes a whole number from 1 to 9999'],
    [['cm/a', '-o', 'wide'], '-o knows json and yaml'],
    [['/a'], 'an object is named as <resource>/<name>'],
  ] as const)
    it(`does not understand "history ${args.join(' ')}"`, async () => {
      const { code, err } = await cli.reckon(['history', ...args]);
      expect(err).to.contain(why);
      expect(code).to.equal(2);
    });
});
