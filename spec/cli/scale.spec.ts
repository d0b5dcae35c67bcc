import { expect } from 'chai';
import { openCli, type SpecCli } from '../support/cli.ts';

describe('reckon scale', () => {
  let cli: SpecCli;
  beforeEach(async () => {
    cli = await openCli();
    await cli.made('namespaces', '', { metadata: { name: 'default' } });
    await cli.made('deployments.apps', 'default', {
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
  });
  afterEach(() => cli.close());

  const replicas = () => cli.world.get({ resource: 'deployments.apps', namespace: 'default', name: 'web' });

  it('says how many there are to be, and is recorded as that', async () => {
    const { code, out } = await cli.reckon(['scale', 'deploy/web', '--replicas', '5']);
    expect({ code, out }).to.deep.equal({ code: 0, out: 'deployment.apps/web scaled\n' });
    const last = (await cli.story()).at(-1);
    expect(last?.event.type).to.equal('Scaled');
    expect(last?.origin.manager).to.equal('reckon-scale');
    expect(replicas()).to.have.nested.property('spec.replicas', 5);
  });

  it('does so only if there are to be as many now as said', async () => {
    const { code, err } = await cli.reckon(['scale', 'deploy/web', '--replicas', '5', '--current-replicas', '3']);
    expect(err).to.equal('reckon: deployment.apps/web is to have 2 replicas, not 3: nothing was changed\n');
    expect(code).to.equal(1);
    expect((await cli.reckon(['scale', 'deploy/web', '--replicas', '0', '--current-replicas', '2'])).code).to.equal(0);
    expect(replicas()).to.have.nested.property('spec.replicas', 0);
  });

  for (const [args, code, why] of [
    [['deploy/web', '--replicas', 'many'], 2, '--replicas takes a whole number from 0, not "many"'],
    [['deploy', '--replicas', '1'], 2, 'Name what is to be scaled'],
    [['deploy/web'], 2, "required option '--replicas <n>' not specified"],
    [['ns/default', '--replicas', '1'], 1, 'namespace/default cannot be scaled'],
    [['deploy/gone', '--replicas', '1'], 1, 'deployments.apps "gone" not found'],
  ] as const)
    it(`refuses "scale ${args.join(' ')}"`, async () => {
      const run = await cli.reckon(['scale', ...args]);
      expect(run.err).to.contain(why);
      expect(run.code).to.equal(code);
    });
});
