import { expect } from 'chai';
import fc from 'fast-check';
import type { Node } from '../../kinds/node.ts';
import { isFinished, type Pod } from '../../kinds/pod.ts';
import { amountsOf, requestsOf } from '../../kinds/pod-resources.ts';
import type { World } from '../../projections/world.ts';
import { openCluster } from '../support/cluster.ts';
import { replay } from '../support/story.ts';

const podOf = (name: string, cpu: string, spec: object = {}) => ({
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu } } }], ...spec },
});
const ref = (name: string) => ({ resource: 'pods', namespace: 'default', name });

/** Nodes that carry more than they have, as `node resource asked of there is`. Added up anew, not read from the World's sums. */
const overfull = (world: World): readonly string[] =>
  world.list<Node>('nodes').flatMap(({ metadata, status }) => {
    const room = amountsOf(status?.allocatable);
    const asked: Record<string, number> = {};
    for (const pod of world.list<Pod>('pods').filter((one) => one.spec.nodeName === metadata.name && !isFinished(one)))
      for (const [name, amount] of Object.entries(requestsOf(pod))) asked[name] = (asked[name] ?? 0) + amount;
    return Object.entries(asked).flatMap(([name, amount]) =>
      amount > (room[name] ?? 0) ? [`${metadata.name} ${name} ${amount} of ${room[name] ?? 0}`] : [],
    );
  });

describe('scheduling', () => {
  it('never gives a node more than it has, at any position of any history', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ do: fc.constant('create' as const), cpu: fc.integer({ min: 1, max: 20 }) }),
            fc.record({ do: fc.constant('remove' as const), nth: fc.nat(8) }),
            fc.record({ do: fc.constant('pass' as const), nth: fc.constantFrom(100, 500) }),
            fc.record({ do: fc.constant('restart' as const) }),
          ),
          { minLength: 5, maxLength: 25 },
        ),
        async (deeds) => {
          const cluster = await openCluster([
            { name: 'a', cpu: '2', pods: '4' },
            { name: 'b', cpu: '3', pods: '4' },
          ]);
          for (const [i, deed] of deeds.entries()) {
            if (deed.do === 'create') await cluster.create('pods', podOf(`p${i}`, `${deed.cpu}00m`));
            else if (deed.do === 'restart') await cluster.restart();
            else if (deed.do === 'pass') await cluster.pass(deed.nth);
            else {
              const pod = cluster.pods()[deed.nth];
              if (pod) await cluster.remove(ref(pod.metadata.name));
            }
          }
          await cluster.pass(2_000);
          cluster.stop();
          for (const { world, recorded } of replay(await cluster.story()))
            expect(overfull(world), `at ${recorded.position}`).to.deep.equal([]);
          // Whoever still waits fits nowhere.
          for (const pod of cluster.pods().filter(({ spec }) => !spec.nodeName)) {
            const said = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
            expect(said).to.include({ status: 'False', reason: 'Unschedulable' });
            expect(said?.message).to.match(/^0\/2 nodes are available: /);
          }
        },
      ),
      { numRuns: 20 },
    )).timeout(60_000);

  it('places a pod that waited as soon as another makes room', async () => {
    const cluster = await openCluster([{ name: 'a', cpu: '1' }]);
    await cluster.create('pods', podOf('first', '800m'));
    await cluster.create('pods', podOf('second', '800m'));
    await cluster.pass(1_000);
    const second = () => cluster.world.get<Pod>(ref('second'));
    expect(second()?.spec.nodeName).to.equal(undefined);
    expect(second()?.status?.conditions?.[0]?.message).to.equal('0/1 nodes are available: 1 Insufficient cpu.');
    await cluster.remove(ref('first'));
    await cluster.pass(1_000);
    expect(second()?.spec.nodeName).to.equal('a');
  });

  it('places a pod that waited as soon as a node is labelled for it', async () => {
    const cluster = await openCluster([{ name: 'a' }]);
    await cluster.create('pods', podOf('picky', '1m', { nodeSelector: { disk: 'ssd' } }));
    expect(cluster.active()[0]?.spec.nodeName).to.equal(undefined);
    await cluster.merge({ resource: 'nodes', namespace: '', name: 'a' }, { metadata: { labels: { disk: 'ssd' } } });
    expect(cluster.active()[0]?.spec.nodeName).to.equal('a');
  });

  it('gives every pod a node exactly once, and says why it is that one', async () => {
    const cluster = await openCluster([{ name: 'a' }, { name: 'b', cpu: '8' }]);
    for (let i = 0; i < 10; i++) await cluster.create('pods', podOf(`p${i}`, '100m'));
    await cluster.pass(1_000);
    const bound = (await cluster.story()).filter(({ event }) => event.type === 'Bound');
    expect(new Set(bound.map((one) => one.ref.name)).size)
      .to.equal(bound.length)
      .and.equal(10);
    expect(bound[0]).to.have.nested.property('event.placement.feasible', 2);
    expect(bound[0]).to.have.deep.nested.property('event.placement.refused', {});
    expect(bound[0]).to.have.nested.property('event.placement.scores[0].by.NodeResourcesFit');
  });

  it('writes nothing more about a pod that fits nowhere', async () => {
    const cluster = await openCluster([{ name: 'a', cpu: '1' }]);
    await cluster.create('pods', podOf('greedy', '64'));
    await cluster.pass(1_000);
    const position = cluster.world.position;
    await cluster.pass(30_000);
    cluster.clock.advance(600_000);
    await cluster.pass(1_000);
    const more = (await cluster.story()).filter((one) => one.position > position && one.ref.name.startsWith('greedy'));
    expect(more).to.deep.equal([]);
  });
});
