import { expect } from 'chai';
import { openCliOn } from '../support/cli.ts';
import { type Cluster, deploymentOf, openCluster } from '../support/cluster.ts';

describe('reckon describe', () => {
  let cluster: Cluster;
  let cli: Awaited<ReturnType<typeof openCliOn>>;
  before(async () => {
    cluster = await openCluster([{ name: 'a' }]);
    cli = await openCliOn(cluster);
    await cluster.create('deployments.apps', deploymentOf('web', 1, 'web:1'));
    await cluster.create('secrets', { metadata: { name: 's' }, data: { password: 'aHVudGVyMg==' } });
    await cluster.pass(2_000);
  });
  after(() => cli.close());

  const describeIt = async (...args: string[]) => {
    const { code, out, err } = await cli.reckon(['describe', ...args]);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    return out;
  };

  it('shows what is asked of an object, how it is, and the Events about it', async () => {
    const text = await describeIt('pods', '-l', 'app=web');
    for (const line of [
      /^Name: web-6d4f67b756-\w+$/m,
      /^Labels:\n {2}app: web\n/m,
      /^Controlled By: ReplicaSet\/web-6d4f67b756$/m,
      /^ {2}Containers:\n {4}main:\n {6}Image: web:1\n {6}Ports:\n {8}http:\n {10}Container Port: 80$/m,
      /^ {2}DNS Policy: ClusterFirst$/m,
      /^ {4}Ready: True since 2026-01-01T00:00:01Z$/m,
      /^Events:\n {2}TYPE +REASON +WHEN +FROM +MESSAGE\n {2}Normal +Scheduled +\S+ +default-scheduler +Successfully assigned /m,
    ])
      expect(text).to.match(line);
  });

  it('tells conditions on one line each, with why', async () => {
    expect(await describeIt('deploy', 'web')).to.contain(
      '    Available: True since 2026-01-01T00:00:01Z (MinimumReplicasAvailable: Deployment has minimum availability.)\n',
    );
  });

  it('keeps words that are somebody’s own as they are', async () => {
    expect(await describeIt('node/a'))
      .to.contain('Labels:\n  kubernetes.io/hostname: a\n')
      .and.to.contain('    memory: 8Gi\n');
  });

  it('shows of Secrets only how long they are', async () => {
    const text = await describeIt('secret/s');
    expect(text).to.contain('Data:\n  password: 7 bytes\n');
    expect(text).not.to.contain('aHVudGVyMg');
  });

  it('ends with 1 when there is nothing to show', async () => {
    const one = await cli.reckon(['describe', 'deploy/gone']);
    expect([one.code, one.err]).to.deep.equal([
      1,
      'reckon: Error from server (NotFound): deployments.apps "gone" not found\n',
    ]);
    expect((await cli.reckon(['describe', 'cm', '-l', 'a=b'])).err).to.equal('reckon: No resources found\n');
  });
});
