import { expect } from 'chai';
import type { EndpointSlice } from '../../kinds/endpoint-slice.ts';
import type { Endpoints } from '../../kinds/endpoints.ts';
import type { Node } from '../../kinds/node.ts';
import { isRejection } from '../../kinds/rejection.ts';
import type { Service } from '../../kinds/service.ts';
import { type Cluster, deploymentOf, openCluster } from '../support/cluster.ts';
import { contentOf, foldOf } from '../support/story.ts';

const ref = (resource: string, name: string, namespace = 'default') => ({ resource, namespace, name });
const serviceOf = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec },
});
const readyIn = (cluster: Cluster, service = 'web') =>
  cluster.world
    .indexed<EndpointSlice>('endpointslices.discovery.k8s.io', 'service', `default/${service}`)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready)
    .map(({ targetRef }) => targetRef?.name);
const namesOf = (cluster: Cluster) => cluster.active().map(({ metadata }) => metadata.name);

const twoNodes = () => openCluster([{ name: 'a' }, { name: 'b' }]);

describe('a cluster', () => {
  it('begins with what every cluster has', async () => {
    const { world } = await openCluster([]);
    const names = (resource: string) =>
      world.list(resource).map(({ metadata: { namespace, name } }) => (namespace ? `${namespace}/${name}` : name));
    expect(names('namespaces')).to.deep.equal(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    expect(names('serviceaccounts')).to.deep.equal([
      'default/default',
      'kube-node-lease/default',
      'kube-public/default',
      'kube-system/default',
    ]);
    expect(names('priorityclasses.scheduling.k8s.io')).to.deep.equal([
      'system-cluster-critical',
      'system-node-critical',
    ]);
    expect(world.get<Service>(ref('services', 'kubernetes'))?.spec).to.include({ clusterIP: '10.96.0.1' });
    expect(names('configmaps')).to.include('default/kube-root-ca.crt');
  });

  it('makes a node ready to take pods once it says that it is', async () => {
    const { world } = await openCluster([{ name: 'a' }]);
    expect(world.get<Node>({ resource: 'nodes', namespace: '', name: 'a' })?.spec.taints ?? []).to.deep.equal([]);
  });

  describe('with a Service', () => {
    const serving = async () => {
      const cluster = await twoNodes();
      await cluster.create('deployments.apps', deploymentOf('web', 3, 'web:1'));
      await cluster.create('services', serviceOf('web'));
      await cluster.pass(2_000);
      return cluster;
    };

    it('sends traffic to the pods that are ready', async () => {
      const cluster = await serving();
      expect(readyIn(cluster)).to.have.members(namesOf(cluster));
      const [subset] = cluster.world.get<Endpoints>(ref('endpoints', 'web'))?.subsets ?? [];
      expect(subset?.addresses).to.have.length(3);
      expect(subset?.ports).to.deep.equal([{ port: 80, protocol: 'TCP' }]);
    });

    it('keeps a pod out that is relabelled, and makes another in its place', async () => {
      const cluster = await serving();
      const [first = ''] = namesOf(cluster);
      await cluster.merge(ref('pods', first), { metadata: { labels: { app: 'other' } } });
      await cluster.pass(1_000);
      expect(readyIn(cluster)).to.have.length(3).and.not.include(first);
      const freed = cluster.pods().find(({ metadata }) => metadata.name === first);
      expect(freed?.metadata.ownerReferences).to.equal(undefined);
      expect(freed?.status?.phase).to.equal('Running');
    });

    it('takes a pod in again that got its labels back, and lets go of one too many', async () => {
      const cluster = await serving();
      const [first = ''] = namesOf(cluster);
      await cluster.merge(ref('pods', first), { metadata: { labels: { app: 'other' } } });
      await cluster.pass(1_000);
      await cluster.merge(ref('pods', first), { metadata: { labels: { app: 'web' } } });
      await cluster.pass(1_000);
      expect(cluster.active()).to.have.length(3);
      expect(cluster.pods().every(({ metadata }) => metadata.ownerReferences?.length === 1)).to.equal(true);
    });

    it('orders every node to carry it, and to forget it', async () => {
      const cluster = await serving();
      const orders: string[] = [];
      cluster.orders.forNode('a').subscribe((one) => orders.push('key' in one ? `${one.type} ${one.key}` : one.type));
      expect(orders).to.include('ServeService service/default/web');
      await cluster.remove(ref('services', 'web'));
      expect(orders.at(-1)).to.equal('Forget service/default/web');
      expect(cluster.world.get(ref('endpoints', 'web'))).to.equal(undefined);
      expect(readyIn(cluster)).to.deep.equal([]);
    });

    it('keeps its address over a hundred pods and a restart', async () => {
      const cluster = await serving();
      const addressOf = () => cluster.world.get<Service>(ref('services', 'web'))?.spec.clusterIP;
      const address = addressOf();
      await cluster.merge(ref('deployments.apps', 'web'), { spec: { replicas: 12 } });
      await cluster.pass(800);
      for (let i = 0; i < 9; i++) {
        for (const name of namesOf(cluster)) await cluster.remove(ref('pods', name));
        await cluster.pass(800);
      }
      await cluster.restart();
      expect(addressOf()).to.equal(address);
      expect(readyIn(cluster)).to.have.length(12);
    });

    it('gives its address and port to another once it is gone', async () => {
      const cluster = await serving();
      const asked = { type: 'NodePort', clusterIP: '10.96.0.50', ports: [{ port: 80, nodePort: 30_080 }] };
      await cluster.create('services', serviceOf('one', asked));
      expect(isRejection(await cluster.door.create('services', 'default', serviceOf('two', asked)))).to.equal(true);
      await cluster.remove(ref('services', 'one'));
      const two = (await cluster.create('services', serviceOf('two', asked))) as Service;
      expect(two.spec.clusterIP).to.equal('10.96.0.50');
    });

    it('gives its node port back when it needs none any more', async () => {
      const cluster = await serving();
      await cluster.create('services', serviceOf('one', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }));
      await cluster.merge(ref('services', 'one'), {
        spec: { type: 'ClusterIP', ports: [{ port: 80, nodePort: null }] },
      });
      const claims = cluster.world.list('claims.reckon.dev').map(({ metadata }) => metadata.name);
      expect(claims.filter((name) => name.startsWith('nodeport-'))).to.deep.equal([]);
    });
  });

  describe('that loses a node', () => {
    const lossy = async () => {
      const cluster = await twoNodes();
      await cluster.create('deployments.apps', deploymentOf('web', 4, 'web:1'));
      await cluster.create('services', serviceOf('web'));
      await cluster.pass(2_000);
      return cluster;
    };
    const nodeOf = (cluster: Cluster, name: string) =>
      cluster.world.get<Node>({ resource: 'nodes', namespace: '', name });
    const readiness = (cluster: Cluster, name: string) =>
      nodeOf(cluster, name)?.status?.conditions?.find(({ type }) => type === 'Ready');

    it('gives it 40 seconds, then takes its pods out of Services and sends it no more', async () => {
      const cluster = await lossy();
      cluster.nodes[0]?.fallSilent();
      await cluster.pass(29_000);
      expect(readiness(cluster, 'a')?.status).to.equal('True');
      await cluster.pass(12_000);
      expect(readiness(cluster, 'a')).to.include({ status: 'Unknown', reason: 'NodeStatusUnknown' });
      expect(nodeOf(cluster, 'a')?.spec.taints?.map(({ key, effect }) => `${key}:${effect}`)).to.deep.equal([
        'node.kubernetes.io/unreachable:NoSchedule',
        'node.kubernetes.io/unreachable:NoExecute',
      ]);
      expect(readyIn(cluster)).to.have.length(2);
      await cluster.merge(ref('deployments.apps', 'web'), { spec: { replicas: 6 } });
      await cluster.pass(1_000);
      expect(cluster.active().filter(({ spec }) => spec.nodeName === 'b')).to.have.length(4);
    });

    it('takes it up again when it speaks again', async () => {
      const cluster = await lossy();
      cluster.nodes[0]?.fallSilent();
      await cluster.pass(45_000);
      cluster.nodes[0]?.speakAgain();
      await cluster.pass(11_000);
      expect(cluster.failures).to.deep.equal([]);
      expect(readiness(cluster, 'a')?.status).to.equal('True');
      expect(nodeOf(cluster, 'a')?.spec.taints ?? []).to.deep.equal([]);
      expect(readyIn(cluster)).to.have.length(4);
    });

    it('gives every node its grace again after a restart', async () => {
      const cluster = await lossy();
      cluster.nodes[0]?.fallSilent();
      await cluster.pass(30_000);
      await cluster.restart();
      await cluster.pass(30_000);
      expect(readiness(cluster, 'a')?.status).to.equal('True');
      await cluster.pass(15_000);
      expect(readiness(cluster, 'a')?.status).to.equal('Unknown');
    });

    it('replaces its pods elsewhere once the node is deleted', async () => {
      const cluster = await lossy();
      cluster.nodes[0]?.fallSilent();
      await cluster.pass(45_000);
      await cluster.remove({ resource: 'nodes', namespace: '', name: 'a' });
      await cluster.pass(2_000);
      expect(cluster.active().map(({ spec }) => spec.nodeName)).to.deep.equal(['b', 'b', 'b', 'b']);
      expect(readyIn(cluster)).to.have.length(4);
    });
  });

  it('empties a namespace that is deleted, pods first, and lets it go', async () => {
    const cluster = await twoNodes();
    await cluster.create('namespaces', { metadata: { name: 'shop' } }, '');
    await cluster.create('deployments.apps', deploymentOf('web', 2, 'web:1'), 'shop');
    await cluster.create('services', serviceOf('web'), 'shop');
    await cluster.create('configmaps', { metadata: { name: 'settings', finalizers: ['example.org/hold'] } }, 'shop');
    await cluster.pass(2_000);
    await cluster.remove({ resource: 'namespaces', namespace: '', name: 'shop' });
    await cluster.pass(3_000);
    const left = () =>
      contentOf(cluster.world).filter(
        (one) => (one as { metadata: { namespace?: string } }).metadata.namespace === 'shop',
      );
    expect(left()).to.have.length(1);
    const namespace = cluster.world.get<Node>({ resource: 'namespaces', namespace: '', name: 'shop' });
    const said = (namespace?.status?.conditions ?? []).map(
      ({ type, status, message }) => `${type} ${status} ${message}`,
    );
    expect(said).to.include(
      'NamespaceContentRemaining True Some resources are remaining: configmaps has 1 resource instances',
    );
    expect(said).to.include(
      'NamespaceFinalizersRemaining True Some content in the namespace has finalizers remaining: example.org/hold in 1 resource instances',
    );

    await cluster.merge(ref('configmaps', 'settings', 'shop'), { metadata: { finalizers: null } });
    await cluster.pass(1_000);
    expect(left()).to.deep.equal([]);
    expect(cluster.world.list('namespaces').map(({ metadata }) => metadata.name)).not.to.include('shop');
    const gone = (await cluster.story())
      .filter(({ event, ref: of }) => event.type === 'Deleted' && of.namespace === 'shop')
      .map(({ ref: of }) => of.resource);
    expect(gone.lastIndexOf('pods')).to.be.lessThan(gone.indexOf('services'));
  });

  it('lets go of Events an hour after they were told', async () => {
    const cluster = await twoNodes();
    await cluster.create('deployments.apps', deploymentOf('web', 1, 'web:1'));
    await cluster.pass(2_000);
    expect(cluster.world.list('events')).not.to.deep.equal([]);
    cluster.clock.advance(3_500_000);
    await cluster.pass(100);
    expect(cluster.world.list('events')).not.to.deep.equal([]);
    cluster.clock.advance(200_000);
    await cluster.pass(100);
    expect(cluster.world.list('events')).to.deep.equal([]);
  });

  describe('that is ended in the middle of a rollout and begun again from its log', () => {
    for (const afterMs of [0, 100, 400, 700, 1_300]) {
      it(`after ${afterMs} ms goes on where it was, and no pod notices`, async () => {
        const cluster = await twoNodes();
        await cluster.create('deployments.apps', deploymentOf('web', 4, 'web:1'));
        await cluster.pass(2_000);
        await cluster.merge(ref('deployments.apps', 'web'), {
          spec: { template: { spec: { containers: [{ name: 'main', image: 'web:2' }] } } },
        });
        await cluster.pass(afterMs);
        const before = cluster.pods().map(({ metadata: { uid, creationTimestamp } }) => `${uid} ${creationTimestamp}`);
        await cluster.restart();
        const after = cluster.pods().map(({ metadata: { uid, creationTimestamp } }) => `${uid} ${creationTimestamp}`);
        expect(after).to.include.members(before.filter((one) => after.includes(one)));
        await cluster.pass(6_000);
        expect(cluster.deployment().status).to.include({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
        expect([...new Set(cluster.active().map(({ spec }) => spec.containers[0]?.image))]).to.deep.equal(['web:2']);
        expect(cluster.nodes.reduce((sum, { running }) => sum + running, 0)).to.equal(4);
        expect(contentOf(foldOf(await cluster.story()))).to.deep.equal(contentOf(cluster.world));
      });
    }

    it('writes nothing when there was nothing to do', async () => {
      const cluster = await twoNodes();
      await cluster.create('deployments.apps', deploymentOf('web', 2, 'web:1'));
      await cluster.pass(2_000);
      const position = cluster.world.position;
      await cluster.restart();
      await cluster.pass(60_000);
      expect(cluster.world.position).to.equal(position);
    });
  });
});
