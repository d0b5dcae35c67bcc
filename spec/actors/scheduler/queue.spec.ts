import { expect } from 'chai';
import { classOf, queueOf } from '../../../actors/scheduler/queue.ts';
import { choose } from '../../../actors/scheduler/placement.ts';
import { sceneOf } from '../../../actors/scheduler/scene.ts';
import type { Pod } from '../../../kinds/pod.ts';
import { epochMs } from '../../support/clock.ts';
import { objectOf, ownedBy, type Sketch, worldOf } from '../../support/world.ts';

const pod = (name: string, more: { metadata?: object; spec?: object; status?: object } = {}): Sketch => ({
  kind: 'Pod',
  metadata: { name, labels: { app: name }, ...more.metadata },
  spec: { containers: [{ name: 'c', image: 'web:1' }], ...more.spec },
  status: more.status ?? {},
});
const postponed = { status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] } };
const namesOf = ({ pods }: { readonly pods: readonly Pod[] }) => pods.map(({ metadata }) => metadata.name);

describe('pods that wait for a node', () => {
  it('are looked at by priority, then by age', () => {
    const world = worldOf(
      pod('young', { metadata: { creationTimestamp: '2026-01-01T00:00:09Z' } }),
      pod('old'),
      pod('high', { spec: { priority: 10 }, metadata: { creationTimestamp: '2026-01-01T00:00:09Z' } }),
    );
    expect(namesOf(queueOf(world, epochMs, 10))).to.deep.equal(['high', 'old', 'young']);
  });

  it('come first when nobody has looked at them, where a pass cannot look at all', () => {
    const world = worldOf(
      ...[1, 2, 3, 4].map((i) => pod(`tried${i}`, { ...postponed, spec: { priority: 10 } })),
      pod('fresh'),
    );
    expect(namesOf(queueOf(world, epochMs, 2))[0]).to.equal('fresh');
    expect(namesOf(queueOf(world, epochMs, 10))[0]).to.equal('tried1');
  });

  it('have all had their turn after some seconds, and then rest', () => {
    const world = worldOf(...Array.from({ length: 10 }, (_, i) => pod(`tried${i}`, postponed)));
    const seen = new Set<string>();
    let now: number | undefined = world.at;
    let turns = 0;
    while (now !== undefined && turns++ < 50) {
      const queue = queueOf(world, now, 4);
      expect(queue.pods.length).to.be.at.most(4);
      for (const name of namesOf(queue)) seen.add(name);
      now = queue.nextAt;
    }
    expect(seen.size).to.equal(10);
    expect(now).to.equal(undefined);
  });

  it('are of one class when they want the same', () => {
    const classes = (...sketches: readonly Sketch[]) =>
      new Set(sketches.map((one) => classOf(objectOf(one) as Pod))).size;
    const labels = { labels: { app: 'web' } };
    expect(classes(pod('a', { metadata: labels }), pod('b', { metadata: labels }))).to.equal(1);
    expect(
      classes(pod('a', { metadata: labels }), pod('b', { metadata: labels, spec: { nodeSelector: { a: 'b' } } })),
    ).to.equal(2);
    const greedy = [{ name: 'c', resources: { requests: { cpu: '9' } } }];
    expect(
      classes(pod('a', { metadata: labels }), pod('b', { metadata: labels, spec: { containers: greedy } })),
    ).to.equal(2);
  });
});

describe('a choice among nodes', () => {
  const node = (name: string, more: { labels?: object; status?: object } = {}): Sketch => ({
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...more.labels } },
    spec: {},
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' }, ...more.status },
  });
  const chosen = (sketch: Sketch, ...world: readonly Sketch[]) => {
    const choice = choose(objectOf(sketch) as Pod, sceneOf(worldOf(sketch, ...world)));
    return 'info' in choice ? choice.info.name : choice.refused;
  };

  it('prefers a node that has the image already', () => {
    const images = [{ names: ['web:1'], sizeBytes: 900 * 2 ** 20 }];
    expect(chosen(pod('p'), node('a'), node('b', { status: { images } }), node('c'))).to.equal('b');
  });

  it('keeps away from siblings, also those in the same zone', () => {
    const set: Sketch = { kind: 'ReplicaSet', metadata: { name: 'set' }, spec: {} };
    const own = { metadata: { ownerReferences: ownedBy(set) } };
    const sibling = pod('s', { ...own, spec: { nodeName: 'a', containers: [] } });
    const [east, west] = [{ 'topology.kubernetes.io/zone': 'east' }, { 'topology.kubernetes.io/zone': 'west' }];
    expect(
      chosen(
        pod('p', own),
        set,
        sibling,
        node('a', { labels: east }),
        node('b', { labels: east }),
        node('c', { labels: west }),
      ),
    ).to.equal('c');
  });

  it('counts pods that say nothing of what they need', () => {
    const there = ['x', 'y'].map((name) => pod(name, { spec: { nodeName: 'a', containers: [{ name: 'c' }] } }));
    expect(chosen(pod('p'), ...there, node('a'), node('b'))).to.equal('b');
  });

  it('heeds the aversion of pods that are there, to pods of other namespaces too when they say so', () => {
    const term = {
      topologyKey: 'kubernetes.io/hostname',
      labelSelector: { matchLabels: { app: 'p' } },
      namespaceSelector: {},
    };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    const averse = pod('averse', {
      metadata: { namespace: 'other' },
      spec: { nodeName: 'a', containers: [], affinity },
    });
    expect(chosen(pod('p'), averse, node('a'))).to.deep.equal({
      "node(s) didn't satisfy existing pods anti-affinity rules": 1,
    });
  });

  it('among hundreds of nodes looks at enough of them', () => {
    const nodes = Array.from({ length: 300 }, (_, i) => node(`n${i}`));
    const choice = choose(objectOf(pod('p')) as Pod, sceneOf(worldOf(...nodes)));
    expect(choice).to.have.nested.property('placement.nodes', 300);
    expect(choice).to.have.nested.property('placement.feasible', 142);
  });
});
