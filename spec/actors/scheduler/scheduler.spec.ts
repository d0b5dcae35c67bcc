import { expect } from 'chai';
import { choose } from '../../../actors/scheduler/placement.ts';
import { sceneOf } from '../../../actors/scheduler/scene.ts';
import { scheduler } from '../../../actors/scheduler/scheduler.ts';
import type { Pod } from '../../../kinds/pod.ts';
import { openDoor } from '../../support/door.ts';

const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs', controller: true };
type Spec = Readonly<Record<string, unknown>>;
interface Wish {
  readonly type: string;
  readonly ref: { readonly name: string };
  readonly node?: string;
  readonly message?: string;
}

describe('the scheduler', () => {
  let door: ReturnType<typeof openDoor>;
  beforeEach(async () => {
    door = openDoor();
    await door.made('namespaces', '', { metadata: { name: 'default' } });
    await door.made('serviceaccounts', 'default', { metadata: { name: 'default' } });
  });

  interface Machine {
    readonly spec?: Spec;
    readonly labels?: Record<string, string>;
    readonly cpu?: string;
    readonly pods?: string;
    readonly more?: Spec;
  }
  /** A node that is Ready; the taint that new nodes get is gone. */
  const node = async (name: string, { spec = {}, labels = {}, cpu = '2', pods = '110', more = {} }: Machine = {}) => {
    const ref = { resource: 'nodes', namespace: '', name };
    await door.made('nodes', '', { metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } } });
    await door.merge(ref, { spec: { taints: null, ...spec } });
    await door.ask(ref, { type: 'ReportStatus', status: { allocatable: { cpu, memory: '4Gi', pods, ...more } } });
  };
  const pod = (
    name: string,
    {
      spec = {},
      cpu,
      labels = {},
      owned = false,
      ports = [],
    }: { spec?: Spec; cpu?: string; labels?: Record<string, string>; owned?: boolean; ports?: readonly unknown[] } = {},
  ) =>
    door.made('pods', 'default', {
      metadata: { name, labels, ...(owned && { ownerReferences: [owner] }) },
      spec: {
        containers: [{ name: 'c', image: 'x', ports, ...(cpu && { resources: { requests: { cpu } } }) }],
        ...spec,
      },
    });
  const plan = () => {
    const { beside = [], recheckAt } = scheduler.reconcile(door.world, 'unbound', door.clock.now());
    return { wishes: beside.flat() as unknown as readonly Wish[], recheckAt };
  };
  const bound = () =>
    Object.fromEntries(
      plan()
        .wishes.filter(({ type }) => type === 'Bind')
        .map(({ ref, node: to }) => [ref.name, to]),
    );
  const complaint = () => plan().wishes.find(({ type }) => type === 'Note')?.message;

  it('gives a pod a node that has room', async () => {
    await node('small', { cpu: '1' });
    await node('big', { cpu: '4' });
    await pod('p', { cpu: '2' });
    expect(bound()).to.deep.equal({ p: 'big' });
  });

  it('counts what the same plan has placed already', async () => {
    await node('a', { cpu: '1' });
    await node('b', { cpu: '1' });
    await pod('p1', { cpu: '800m' });
    await pod('p2', { cpu: '800m' });
    expect(Object.values(bound()).sort()).to.deep.equal(['a', 'b']);
  });

  it('names every node by what is against it, in upstream words', async () => {
    await node('full', { cpu: '100m' });
    await node('cordoned', { spec: { unschedulable: true } });
    await node('tainted', { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } });
    await pod('p', { cpu: '1' });
    expect(complaint()).to.equal(
      '0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {gpu: yes}, 1 node(s) were unschedulable.',
    );
  });

  it('complains once, and looks again after five minutes', async () => {
    await pod('p');
    const { wishes, recheckAt } = plan();
    expect(wishes.map(({ type }) => type)).to.deep.equal(['Postpone', 'Note']);
    expect(recheckAt).to.equal(door.clock.now() + 300_000);
    if (wishes[0]) await door.ask({ resource: 'pods', namespace: 'default', name: 'p' }, { ...wishes[0] });
    expect(plan().wishes).to.deep.equal([]);
  });

  it('leaves alone pods of another scheduler and pods behind a gate', async () => {
    await node('a');
    await pod('other', { spec: { schedulerName: 'mine' } });
    await pod('gated', { spec: { schedulingGates: [{ name: 'wait' }] } });
    expect(bound()).to.deep.equal({});
  });

  it('places the most important pod first', async () => {
    await node('a', { cpu: '1' });
    await door.made('priorityclasses.scheduling.k8s.io', '', { metadata: { name: 'high' }, value: 1000 });
    await pod('batch', { cpu: '1' });
    await pod('prod', { cpu: '1', spec: { priorityClassName: 'high' } });
    expect(bound()).to.deep.equal({ prod: 'a' });
  });

  it('obeys nodeSelector and required affinity', async () => {
    await node('hdd', { labels: { disk: 'hdd', zone: 'x' } });
    await node('ssd', { labels: { disk: 'ssd', zone: 'y' } });
    const terms = (operator: string, values: readonly string[]) => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator, values }] }],
          },
        },
      },
    });
    await pod('selects', { spec: { nodeSelector: { disk: 'ssd' } } });
    await pod('in', { spec: terms('In', ['x']) });
    await pod('not-in', { spec: terms('NotIn', ['x']) });
    expect(bound()).to.deep.equal({ selects: 'ssd', in: 'hdd', 'not-in': 'ssd' });
  });

  it('weighs preferences', async () => {
    await node('a', { labels: { disk: 'hdd' } });
    await node('b', { labels: { disk: 'ssd' } });
    const preference = { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] };
    await pod('p', {
      spec: {
        affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] } },
      },
    });
    expect(bound()).to.deep.equal({ p: 'b' });
  });

  it('opens a host port once per node', async () => {
    await node('a');
    await pod('p1', { ports: [{ containerPort: 80, hostPort: 8080 }] });
    await pod('p2', { ports: [{ containerPort: 80, hostPort: 8080 }] });
    expect(Object.values(bound())).to.deep.equal(['a']);
    expect(complaint()).to.match(
      /^(Success|0\/1 nodes are available: 1 node\(s\) didn't have free ports for the requested pod ports\.)/,
    );
  });

  it('counts extended resources, and the number of pods', async () => {
    await node('a', { more: { 'nvidia.com/gpu': '1' }, pods: '2' });
    const gpu = { containers: [{ name: 'c', image: 'x', resources: { limits: { 'nvidia.com/gpu': '1' } } }] };
    await pod('p1', { spec: gpu });
    await pod('p2', { spec: gpu });
    await pod('p3');
    await pod('p4');
    const wishes = plan()
      .wishes.filter(({ type }) => type === 'Note')
      .map(({ message }) => message);
    expect(wishes)
      .to.include('0/1 nodes are available: 1 Insufficient nvidia.com/gpu.')
      .and.include('0/1 nodes are available: 1 Too many pods.');
  });

  it('spreads pods of one owner over the nodes', async () => {
    for (const name of ['a', 'b', 'c']) await node(name);
    for (let i = 0; i < 6; i++) await pod(`p${i}`, { owned: true });
    const counts = Map.groupBy(Object.values(bound()), (to) => to);
    expect([...counts.values()].map(({ length }) => length)).to.deep.equal([2, 2, 2]);
  });

  it('keeps apart what wants to be apart, also when the other came first', async () => {
    await node('a');
    await node('b');
    const apart = {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'db' } } },
          ],
        },
      },
    };
    await pod('db-0', { labels: { app: 'db' }, spec: apart });
    await pod('db-1', { labels: { app: 'db' }, spec: apart });
    await pod('db-2', { labels: { app: 'db' }, spec: apart });
    expect(Object.values(bound()).sort()).to.deep.equal(['a', 'b']);
    expect(
      plan().wishes.some(({ message }) => message?.includes("node(s) didn't match pod anti-affinity rules")),
    ).to.equal(true);
  });

  it('holds hard spread constraints', async () => {
    await node('a', { labels: { zone: '1' } });
    await node('b', { labels: { zone: '2' } });
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'web' } },
        },
      ],
    };
    for (let i = 0; i < 3; i++) await pod(`p${i}`, { labels: { app: 'web' }, spec: spread });
    const placed = Object.values(bound());
    expect(new Set(placed.slice(0, 2)), 'the second goes to the other zone').to.have.property('size', 2);
    expect(placed).to.have.length(3);
  });

  it('says with the choice how the nodes compared', async () => {
    await node('a', { cpu: '1' });
    await node('b', { cpu: '8' });
    await pod('p', { cpu: '500m' });
    const waiting = door.world.get<Pod>({ resource: 'pods', namespace: 'default', name: 'p' });
    if (!waiting) throw new Error('the pod is there');
    const choice = choose(waiting, sceneOf(door.world));
    expect(choice).to.have.nested.property('placement.feasible', 2);
    expect(choice).to.have.nested.property('placement.scores[0].node', 'b');
  });

  it('does nothing when no pod waits', () => expect(plan().wishes).to.deep.equal([]));
});
