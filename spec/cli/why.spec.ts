import { expect } from 'chai';
import { openCliOn } from '../support/cli.ts';
import { type Cluster, deploymentOf, openCluster } from '../support/cluster.ts';

describe('reckon why', () => {
  let cluster: Cluster;
  let cli: Awaited<ReturnType<typeof openCliOn>>;
  beforeEach(async () => {
    cluster = await openCluster([{ name: 'a' }, { name: 'b', labels: { disk: 'fast' } }]);
    cli = await openCliOn(cluster);
  });
  afterEach(() => cli.close());

  const why = async (what: string): Promise<string> => {
    const { code, out, err } = await cli.reckon(['why', what]);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    return out;
  };
  const podNames = () => cluster.pods().map(({ metadata }) => metadata.name);
  const deploy = async (replicas: number) => {
    await cluster.create('deployments.apps', deploymentOf('web', replicas, 'web:1'));
    await cluster.pass(2_000);
  };
  const scaledDown = async (): Promise<string> => {
    await deploy(3);
    const before = podNames();
    await cli.reckon(['scale', 'deploy/web', '--replicas', '2']);
    await cluster.pass(2_000);
    return before.find((name) => !podNames().includes(name)) ?? expect.fail('no pod went');
  };

  it('tells of a deleted pod which scale-down it went by, and who asked for that', async () => {
    const gone = await scaledDown();
    const [short] = (await why(`pod/${gone}`)).split('\n');
    expect(short).to.match(
      new RegExp(
        `^Pod ${gone} was deleted by the replica-set controller because Deployment web was scaled 3 → 2 by kubernetes-admin using reckon-scale at \\d\\d:\\d\\d:\\d\\d\\.$`,
      ),
    );
  });

  it('tells its life event by event, with the chain of causes of each', async () => {
    const story = (await why(`pod/${await scaledDown()}`))
      .split('\n')
      .map((line) => line.replace(/\d\d:\d\d:\d\d/, 'T'));
    expect(story.slice(2, -1).filter((line) => !/^(NODE|[ab]) +(TOTAL|\d+) /.test(line))).to.deep.equal([
      'T  was created by the replica-set controller',
      '            because ReplicaSet web-6d4f67b756 was created by the deployment controller',
      '            because Deployment web was created by alice using spec',
      `T  was placed on node ${/placed on node (\w)/.exec(story.join())?.[1]} by the scheduler`,
      `T  became Running, became ready, says the agent of ${/agent of (\w)/.exec(story.join())?.[1]}`,
      'T  was deleted by the replica-set controller',
      '            because ReplicaSet web-6d4f67b756 was scaled 3 → 2 by the deployment controller',
      '            because Deployment web was scaled 3 → 2 by kubernetes-admin using reckon-scale',
      `T  was gone, says the agent of ${/agent of (\w)/.exec(story.join())?.[1]}`,
      '',
      `Why on ${/placed on node (\w)/.exec(story.join())?.[1]}: 2 nodes, 2 could run it.`,
    ]);
  });

  it('tells of a replacement which pod it replaces, and who deleted that', async () => {
    await deploy(2);
    const [first = ''] = podNames();
    const before = podNames();
    await cli.reckon(['delete', `pod/${first}`, '--no-wait']);
    await cluster.pass(2_000);
    const fresh = podNames().find((name) => !before.includes(name)) ?? '';
    expect(await why(`pod/${fresh}`)).to.match(
      new RegExp(
        `^Pod ${fresh} was created by the replica-set controller because Pod ${first} was deleted by kubernetes-admin using reckon-delete at `,
      ),
    );
  });

  it('tells why a pod is where it is: which nodes could not run it, and the points of the best', async () => {
    await cluster.create('pods', {
      metadata: { name: 'picky' },
      spec: { nodeSelector: { disk: 'fast' }, containers: [{ name: 'c', image: 'i' }] },
    });
    await cluster.pass(2_000);
    const text = await why('pod/picky');
    expect(text).to.contain(
      "Why on b: 2 nodes, 1 could run it; not: 1 node(s) didn't match Pod's node affinity/selector.\n",
    );
    expect(text).to.match(/NODE +TOTAL +POINTS\nb +\d+ +\w+ \d+/);
  });

  it('tells why a pod is nowhere yet', async () => {
    await cluster.create('pods', {
      metadata: { name: 'lost' },
      spec: { nodeSelector: { disk: 'golden' }, containers: [{ name: 'c', image: 'i' }] },
    });
    await cluster.pass(2_000);
    expect(await why('pod/lost')).to.contain('Not placed yet: 0/2 nodes are available: ');
  });

  it('tells that a pod took no more traffic because its node was silent, and who says so', async () => {
    await deploy(1);
    const [name = ''] = podNames();
    for (const node of cluster.nodes) node.disconnect();
    await cluster.pass(60_000);
    expect(await why(`pod/${name}`)).to.match(
      /^\S+ {2}was ready no more, says the node-life controller\n.*because Node [ab] /m,
    );
  });

  it('tells of an object that was made by hand who made it', async () => {
    await deploy(1);
    expect(await why('deploy/web')).to.match(/^Deployment web was created by alice using spec at /);
  });

  it('tells of the newest life of a name', async () => {
    await cluster.create('configmaps', { metadata: { name: 'a' }, data: { k: '1' } });
    await cli.reckon(['delete', 'cm/a']);
    await cluster.create('configmaps', { metadata: { name: 'a' }, data: { k: '2' } });
    const text = await why('cm/a');
    expect(text).to.match(/^ConfigMap a was created by alice/);
    expect(text).not.to.contain('deleted');
  });

  it('-o json prints the events and all that they follow from', async () => {
    const { out } = await cli.reckon(['why', `pod/${await scaledDown()}`, '-o', 'json']);
    const { events, because } = JSON.parse(out) as {
      events: { type: string; ref: object }[];
      because: { type: string; ref: { resource: string } }[];
    };
    expect(events.at(-1)?.type).to.equal('Deleted');
    expect(because.map(({ type, ref }) => `${ref.resource} ${type}`)).to.include('deployments.apps Scaled');
  });

  it('of what never was is an error', async () => {
    const { code, err } = await cli.reckon(['why', 'pod/never']);
    expect(err).to.equal('reckon: Error from server (NotFound): pods "never" not found\n');
    expect(code).to.equal(1);
  });
});
