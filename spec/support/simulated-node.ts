import type { Subscription } from 'rxjs';
import type { Order } from '../../commands/orders/order.ts';
import type { Orders } from '../../commands/orders/orders.ts';
import type { Clock } from '../../events/clock.ts';
import type { Wish } from '../../kinds/command.ts';
import { timestamp } from '../../kinds/object.ts';
import type { Pod } from '../../kinds/pod.ts';

/** A node's place in the control plane's world: whom it obeys and who hears it. */
export interface Link {
  readonly orders: Orders;
  readonly heard: (node: string, at: number) => void;
}

export interface NodeSpec {
  readonly name: string;
  /** The first three parts of its pods' addresses. */
  readonly subnet: string;
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How long a pod takes from its order to being ready, and to its end. An image that ends in `:sick` is never ready. */
  readonly startMs: number;
  readonly stopMs: number;
}

/** What this node knows of one of its pods. */
interface Run {
  readonly pod: Pod;
  readonly ip: string;
  state: 'starting' | 'running' | 'stopping';
  /** When that began, RFC 3339. */
  since: string;
  restarts: number;
}

const heartbeatMs = 10_000;

/**
 * A node that runs nothing, and says so as the real agent does: it reads its orders, reports what became of its pods, and beats.
 * It outlives the control plane: what runs keeps running, and is reported again to the next.
 */
export const simulateNode = (spec: NodeSpec, clock: Clock) => {
  const { name, subnet } = spec;
  const runs = new Map<string, Run>();
  let link: Link | undefined;
  let reading: Subscription | undefined;
  let count = 0;
  let addresses = 0;
  let silent = false;
  const born = timestamp(clock.now());

  const report = (wish: Wish & Readonly<Record<string, unknown>>) => {
    if (!link || silent) return;
    const id = `${name}/${clock.now()}/${++count}`;
    const by = { user: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] };
    const command = { ...wish, id, at: clock.now(), by, via: `agent/${name}`, manager: 'kubelet', causes: [] };
    void link.orders.report(name, command);
  };

  const refTo = ({ metadata: { namespace = '', name: pod } }: Pod) => ({ resource: 'pods', namespace, name: pod });
  const isSick = ({ spec: { containers } }: Pod) => containers.some(({ image }) => image?.endsWith(':sick'));

  const tell = ({ pod, ip, state, restarts, since: at }: Run) => {
    const ready = state !== 'starting' && !isSick(pod);
    const condition = (type: string, holds: boolean) => ({
      type,
      status: holds ? 'True' : 'False',
      lastTransitionTime: at,
    });
    const scheduled = pod.status?.conditions?.filter(({ type }) => type === 'PodScheduled') ?? [];
    const status = {
      phase: state === 'starting' ? 'Pending' : 'Running',
      hostIP: '192.0.2.1',
      ...(state !== 'starting' && { podIP: ip, podIPs: [{ ip }] }),
      conditions: [
        ...scheduled,
        condition('Initialized', true),
        condition('ContainersReady', ready),
        condition('Ready', ready),
      ],
      containerStatuses: pod.spec.containers.map((one) => ({
        name: one.name,
        image: one.image ?? '',
        imageID: '',
        ready,
        started: ready,
        restartCount: restarts,
        state: state === 'starting' ? { waiting: { reason: 'ContainerCreating' } } : { running: { startedAt: at } },
      })),
    };
    report({ type: 'ReportStatus', ref: refTo(pod), uid: pod.metadata.uid, status });
  };

  const start = (pod: Pod) => {
    const run: Run = {
      pod,
      ip: `${subnet}.${(++addresses % 253) + 1}`,
      state: 'starting',
      since: timestamp(clock.now()),
      restarts: 0,
    };
    runs.set(pod.metadata.uid, run);
    clock.setTimeout(() => {
      if (run.state !== 'starting') return;
      run.state = 'running';
      run.since = timestamp(clock.now());
      tell(run);
    }, spec.startMs);
  };

  const confirm = (pod: Pod) => {
    const { uid } = pod.metadata;
    runs.delete(uid);
    report({ type: 'Delete', ref: refTo(pod), options: { gracePeriodSeconds: 0, preconditions: { uid } } });
  };

  const stop = (pod: Pod) => {
    const run = runs.get(pod.metadata.uid);
    if (!run) return confirm(pod);
    if (run.state === 'stopping') return undefined;
    run.state = 'stopping';
    return clock.setTimeout(() => confirm(pod), spec.stopMs);
  };

  const obey = (order: Order) => {
    if (silent) return;
    if (order.type === 'RunPod' && !runs.has(order.pod.metadata.uid)) start(order.pod);
    if (order.type === 'StopPod') stop(order.pod);
  };

  const beat = () => {
    if (!silent) link?.heard(name, clock.now());
    clock.setTimeout(beat, heartbeatMs);
  };

  const register = () => {
    const { cpu, memory, pods, labels } = spec;
    const ref = { resource: 'nodes', namespace: '', name };
    const object = { metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } }, spec: {} };
    report({ type: 'Create', ref, object });
    const capacity = { cpu, memory, pods };
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: born }];
    report({ type: 'ReportStatus', ref, status: { capacity, allocatable: capacity, conditions } });
    for (const run of runs.values()) if (run.state === 'running') tell(run);
  };

  beat();
  return {
    name,
    /** How many pods it runs, those that are ending included. */
    get running() {
      return runs.size;
    },
    connect: (to: Link) => {
      link = to;
      link.heard(name, clock.now());
      reading = to.orders.forNode(name).subscribe((order) => (order.type === 'AllRead' ? register() : obey(order)));
    },
    disconnect: () => {
      reading?.unsubscribe();
      link = undefined;
    },
    /** From now on it neither speaks nor listens; what runs keeps running. */
    fallSilent: () => {
      silent = true;
    },
    speakAgain: () => {
      silent = false;
      if (!link) return;
      const same = link;
      reading?.unsubscribe();
      reading = same.orders.forNode(name).subscribe((order) => (order.type === 'AllRead' ? register() : obey(order)));
    },
  };
};

export type SimulatedNode = ReturnType<typeof simulateNode>;
