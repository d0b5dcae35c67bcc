import { expect } from 'chai';
import type { Command } from '../../kinds/command.ts';
import { type Cluster, deploymentOf, openCluster } from '../support/cluster.ts';
import { brokenPromises, contentOf, foldOf } from '../support/story.ts';

const web = { resource: 'deployments.apps', namespace: 'default', name: 'web' };
const image = (to: string) => ({
  spec: {
    template: { spec: { containers: [{ name: 'main', image: to, ports: [{ name: 'http', containerPort: 80 }] }] } },
  },
});
const imagesOf = (cluster: Cluster) => [...new Set(cluster.active().map(({ spec }) => spec.containers[0]?.image))];
const conditionOf = (cluster: Cluster, type: string) =>
  cluster.deployment().status?.conditions?.find((one) => one.type === type);
const revisionOf = (cluster: Cluster) =>
  cluster.deployment().metadata.annotations?.['deployment.kubernetes.io/revision'];

/** Two nodes and a Deployment that is up. */
const deployed = async (replicas = 4, more: object = {}, lagOf?: (command: Command) => number) => {
  const cluster = await openCluster([{ name: 'a' }, { name: 'b' }], lagOf);
  await cluster.create('deployments.apps', deploymentOf('web', replicas, 'web:1', more));
  await cluster.pass(2_000);
  return cluster;
};

describe('a Deployment', () => {
  it('comes up with as many pods as asked for, spread over the nodes', async () => {
    const cluster = await deployed(4);
    expect(cluster.deployment().status).to.include({
      replicas: 4,
      updatedReplicas: 4,
      readyReplicas: 4,
      availableReplicas: 4,
      observedGeneration: 1,
    });
    expect(cluster.nodes.map(({ running }) => running)).to.deep.equal([2, 2]);
    expect(conditionOf(cluster, 'Available')).to.include({ status: 'True', reason: 'MinimumReplicasAvailable' });
    expect(conditionOf(cluster, 'Progressing')).to.include({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(cluster.failures).to.deep.equal([]);
  });

  it('scales up and down', async () => {
    const cluster = await deployed(2);
    await cluster.merge(web, { spec: { replicas: 5 } });
    await cluster.pass(2_000);
    expect(cluster.deployment().status).to.include({ replicas: 5, availableReplicas: 5 });
    await cluster.merge(web, { spec: { replicas: 1 } });
    await cluster.pass(2_000);
    expect(cluster.pods()).to.have.length(1);
    await cluster.merge(web, { spec: { replicas: 0 } });
    await cluster.pass(2_000);
    expect(cluster.pods()).to.deep.equal([]);
  });

  it('replaces a pod that is deleted', async () => {
    const cluster = await deployed(3);
    const [first] = cluster.pods();
    await cluster.remove({ resource: 'pods', namespace: 'default', name: first?.metadata.name ?? '' });
    await cluster.pass(2_000);
    expect(cluster.active()).to.have.length(3);
    expect(cluster.pods().map(({ metadata }) => metadata.name)).not.to.include(first?.metadata.name);
  });

  describe('rolls to a new template', () => {
    const limits: readonly (readonly [number | string, number | string])[] = [
      ['25%', '25%'],
      [1, 0],
      [0, 1],
      // Rounded down to none: then one may be missing all the same.
      [0, '1%'],
      ['100%', 0],
      [0, '100%'],
    ];
    for (const [maxSurge, maxUnavailable] of limits) {
      it(`with maxSurge ${maxSurge} and maxUnavailable ${maxUnavailable}, and at every position keeps to them`, async () => {
        const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
        const cluster = await deployed(4, { strategy });
        const from = cluster.world.position;
        await cluster.merge(web, image('web:2'));
        await cluster.pass(8_000);
        expect(imagesOf(cluster)).to.deep.equal(['web:2']);
        expect(cluster.active()).to.have.length(4);
        expect(brokenPromises(await cluster.story(), 'web', from)).to.deep.equal([]);
        expect(revisionOf(cluster)).to.equal('2');
        expect(conditionOf(cluster, 'Progressing')).to.include({ reason: 'NewReplicaSetAvailable' });
        expect(cluster.failures).to.deep.equal([]);
      });
    }

    const lags: Readonly<Record<string, (command: Command) => number>> = {
      'commands are slow': () => 400,
      'deletions are slow': ({ type }) => (type === 'Delete' ? 900 : 0),
      'reports are slow': ({ type }) => (type === 'ReportStatus' ? 900 : 0),
      'sizes are slow': ({ type }) => (type === 'Patch' ? 900 : 0),
    };
    for (const [name, lagOf] of Object.entries(lags)) {
      it(`and at every position keeps to its limits though ${name}`, async () => {
        const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } };
        const cluster = await deployed(4, { strategy }, lagOf);
        await cluster.pass(4_000);
        const from = cluster.world.position;
        await cluster.merge(web, image('web:2'));
        await cluster.pass(30_000);
        expect(imagesOf(cluster)).to.deep.equal(['web:2']);
        expect(brokenPromises(await cluster.story(), 'web', from)).to.deep.equal([]);
      });
    }

    it('and keeps what it took as a ReplicaSet without pods', async () => {
      const cluster = await deployed(2);
      await cluster.merge(web, image('web:2'));
      await cluster.pass(4_000);
      expect(
        cluster
          .sets()
          .map(({ spec }) => spec.replicas)
          .sort(),
      ).to.deep.equal([0, 2]);
    });

    it('and keeps no more of those than it is told to', async () => {
      const cluster = await deployed(1, { revisionHistoryLimit: 1 });
      for (const to of ['web:2', 'web:3', 'web:4']) {
        await cluster.merge(web, image(to));
        await cluster.pass(3_000);
      }
      expect(cluster.sets()).to.have.length(2);
      expect(revisionOf(cluster)).to.equal('4');
    });
  });

  it('goes back to an earlier template by taking up its ReplicaSet', async () => {
    const cluster = await deployed(3);
    const before = cluster.deployment().spec.template;
    const [first] = cluster.sets();
    await cluster.merge(web, image('web:2'));
    await cluster.pass(4_000);
    // What kubectl rollout undo does: the set's template without its hash.
    await cluster.merge(web, image('web:1'));
    await cluster.pass(4_000);
    expect(cluster.deployment().spec.template).to.deep.equal(before);
    expect(cluster.sets()).to.have.length(2);
    const again = cluster.sets().find(({ metadata }) => metadata.uid === first?.metadata.uid);
    expect(again?.spec.replicas).to.equal(3);
    expect(again?.metadata.annotations).to.include({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(revisionOf(cluster)).to.equal('3');
  });

  it('does nothing new while it is paused, and one rollout when it goes on', async () => {
    const cluster = await deployed(3);
    await cluster.merge(web, { spec: { paused: true } });
    const position = cluster.world.position;
    await cluster.merge(web, image('web:2'));
    await cluster.merge(web, image('web:3'));
    await cluster.pass(3_000);
    expect(imagesOf(cluster)).to.deep.equal(['web:1']);
    const pods = (await cluster.story()).filter((one) => one.position > position && one.ref.resource === 'pods');
    expect(pods).to.deep.equal([]);
    expect(conditionOf(cluster, 'Progressing')).to.include({ status: 'Unknown', reason: 'DeploymentPaused' });
    // It still scales.
    await cluster.merge(web, { spec: { replicas: 4 } });
    await cluster.pass(2_000);
    expect(cluster.active()).to.have.length(4);

    await cluster.merge(web, { spec: { paused: false } });
    await cluster.pass(6_000);
    expect(imagesOf(cluster)).to.deep.equal(['web:3']);
    expect(cluster.sets()).to.have.length(2);
  });

  it('with Recreate starts nothing new before all that is old has ended', async () => {
    const cluster = await deployed(3, { strategy: { type: 'Recreate' } });
    const from = cluster.world.position;
    await cluster.merge(web, image('web:2'));
    await cluster.pass(5_000);
    expect(imagesOf(cluster)).to.deep.equal(['web:2']);
    const pods = (await cluster.story()).filter((one) => one.position > from && one.ref.resource === 'pods');
    const lastEnd = pods.findLastIndex(({ event }) => event.type === 'Deleted');
    const firstStart = pods.findIndex(({ event }) => event.type === 'Created');
    expect(lastEnd).to.be.greaterThan(-1).and.lessThan(firstStart);
  });

  it('says that it does not get on, and stays available', async () => {
    const cluster = await deployed(4, { progressDeadlineSeconds: 20 });
    const from = cluster.world.position;
    await cluster.merge(web, image('web:sick'));
    await cluster.pass(25_000);
    expect(conditionOf(cluster, 'Progressing')).to.include({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    expect(conditionOf(cluster, 'Available')).to.include({ status: 'True' });
    expect(brokenPromises(await cluster.story(), 'web', from)).to.deep.equal([]);
    await cluster.merge(web, image('web:2'));
    await cluster.pass(6_000);
    expect(imagesOf(cluster)).to.deep.equal(['web:2']);
    expect(conditionOf(cluster, 'Progressing')).to.include({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  it('keeps its proportions when it is scaled in the middle of a rollout', async () => {
    const cluster = await deployed(10, {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
    });
    await cluster.merge(web, image('web:sick'));
    await cluster.pass(2_000);
    const sizes = () =>
      cluster
        .sets()
        .map(({ spec }) => spec.replicas ?? 0)
        .sort((a, b) => a - b);
    expect(sizes()).to.deep.equal([5, 8]);
    await cluster.merge(web, { spec: { replicas: 15 } });
    await cluster.pass(2_000);
    // 18 in all, shared 8 to 5.
    expect(sizes()).to.deep.equal([7, 11]);
  });

  it('waits minReadySeconds before a pod counts', async () => {
    const cluster = await deployed(2, { minReadySeconds: 5 });
    expect(cluster.deployment().status).to.include({ readyReplicas: 2 }).and.not.have.property('availableReplicas');
    await cluster.pass(5_000);
    expect(cluster.deployment().status).to.include({ availableReplicas: 2 });
  });

  it('is garbage with all that is its own once it is deleted', async () => {
    const cluster = await deployed(3);
    await cluster.remove(web);
    await cluster.pass(2_000);
    expect(cluster.sets()).to.deep.equal([]);
    expect(cluster.pods()).to.deep.equal([]);
    expect(cluster.nodes.map(({ running }) => running)).to.deep.equal([0, 0]);
  });

  it('goes last when it is deleted in the foreground', async () => {
    const cluster = await deployed(2);
    await cluster.remove(web, { propagationPolicy: 'Foreground' });
    await cluster.pass(2_000);
    const gone = (await cluster.story())
      .filter(({ event, ref }) => event.type === 'Deleted' && ref.resource !== 'events')
      .map(({ ref }) => ref.resource);
    expect(gone).to.deep.equal(['pods', 'pods', 'replicasets.apps', 'deployments.apps']);
  });

  it('leaves its ReplicaSet alone when it is deleted as an orphan, and another of its kind takes that in', async () => {
    const cluster = await deployed(2);
    const uids = cluster.pods().map(({ metadata }) => metadata.uid);
    await cluster.remove(web, { propagationPolicy: 'Orphan' });
    await cluster.pass(2_000);
    expect(cluster.sets().map(({ metadata }) => metadata.ownerReferences)).to.deep.equal([undefined]);
    await cluster.create('deployments.apps', deploymentOf('web', 2, 'web:1'));
    await cluster.pass(2_000);
    expect(cluster.sets()).to.have.length(1);
    expect(cluster.pods().map(({ metadata }) => metadata.uid)).to.deep.equal(uids);
  });

  it('is what a fresh fold of the log says it is', async () => {
    const cluster = await deployed(3);
    await cluster.merge(web, image('web:2'));
    await cluster.pass(4_000);
    expect(contentOf(foldOf(await cluster.story()))).to.deep.equal(contentOf(cluster.world));
  });

  it('makes no event while nothing happens', async () => {
    const cluster = await deployed(3);
    await cluster.pass(5_000);
    const position = cluster.world.position;
    await cluster.pass(120_000);
    expect(cluster.world.position).to.equal(position);
  });
});
