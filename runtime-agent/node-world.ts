import { type Observable, Subject } from 'rxjs';
import type { RunPod, StopPod } from '../commands/orders/order.ts';
import type { PodStatus } from '../kinds/schema/api/core-v1.ts';
import type { Container, Sandbox } from './container.ts';
import type { Deed } from './deed.ts';
import type { Observation } from './runtime.ts';

/** What probes say of one running container. Without a probe of a sort, its answer is yes. */
export interface Health {
  readonly started: boolean;
  readonly ready: boolean;
  /** False once the liveness or startup probe failed for good: the container is to be restarted. */
  readonly alive: boolean;
  /** Why it is not, in the probe's words; empty while all is well. */
  readonly reason: string;
}

/** A pod's own sandboxes and containers, newest attempt last. */
export interface Seen {
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly Container[];
}

/** What a node knows: what it was told, what its runtime shows, what it is doing about it. */
export interface NodeWorld {
  /** Counts steps; a position of this node, not of the log. */
  readonly position: number;
  readonly node: string;
  /** The node's own address. */
  readonly hostIP: string;
  /** The runtime's name: what containers' ids begin with, as the API shows them. */
  readonly runtime: string;
  /** The runtime answers and has listed all there is. */
  readonly sighted: boolean;
  order(uid: string): RunPod | StopPod | undefined;
  seen(uid: string): Seen;
  /** By name; a deed stays to be read until it is begun again or forgotten. */
  deeds(uid: string): ReadonlyMap<string, Deed>;
  health(containerId: string): Health | undefined;
  /** The status last reported by this process; `undefined` before the first. */
  reported(uid: string): PodStatus | undefined;
  /** Uids of all pods ordered or seen. */
  uids(): ReadonlySet<string>;
}

/** Something changed about one pod. */
export interface NodeStep {
  readonly position: number;
  readonly uid: string;
}

/** The node's world and its ways in. */
export interface NodeProjection {
  readonly world: NodeWorld;
  readonly changes: Observable<NodeStep>;
  ordered(order: RunPod | StopPod): void;
  /** What is not to be known any more of a pod: its order was forgotten and nothing of it is left. */
  forgotten(uid: string): void;
  observed(observation: Observation): void;
  /** A deed began, or ended; the end of one that was forgotten meanwhile is no news. */
  deed(uid: string, name: string, deed: Deed): void;
  healthOf(uid: string, containerId: string, health: Health | undefined): void;
  reportedStatus(uid: string, status: PodStatus): void;
}

const nothingSeen: Seen = { sandboxes: [], containers: [] };
const noDeeds: ReadonlyMap<string, Deed> = new Map();
const byAttempt = (a: { readonly attempt: number }, b: { readonly attempt: number }) => a.attempt - b.attempt;
const putIn = <T extends { readonly id: string; readonly attempt: number }>(list: readonly T[], one: T): readonly T[] =>
  [...list.filter(({ id }) => id !== one.id), one].sort(byAttempt);

/** An empty world of one node. */
export const projectNode = ({
  node,
  hostIP,
  runtime,
}: Pick<NodeWorld, 'node' | 'hostIP' | 'runtime'>): NodeProjection => {
  const orders = new Map<string, RunPod | StopPod>();
  const seen = new Map<string, Seen>();
  const deeds = new Map<string, Map<string, Deed>>();
  const health = new Map<string, Health>();
  const statuses = new Map<string, PodStatus>();
  const changes = new Subject<NodeStep>();
  let position = 0;
  let sighted = false;

  const touch = (uid: string) => changes.next({ position: ++position, uid });
  const uids = () => new Set([...orders.keys(), ...seen.keys()]);
  /** Something is gone: what was done to make it may have to be done again, and of no use is what else was done about it. */
  const forgetDeeds = (gone: Sandbox | Container) => {
    const those = deeds.get(gone.pod.uid);
    const isOf = (deed: string) =>
      'name' in gone
        ? [`pull/${gone.name}/${gone.attempt}`, `start/${gone.name}/${gone.attempt}`].includes(deed)
        : deed === `sandbox/${gone.attempt}`;
    for (const [deed, { state }] of those ?? []) {
      if (state !== 'underWay' && (isOf(deed) || deed.includes(`/${gone.id}`))) those?.delete(deed);
    }
  };
  const look = (uid: string, change: (was: Seen) => Seen) => {
    const is = change(seen.get(uid) ?? nothingSeen);
    if (is.sandboxes.length + is.containers.length === 0) seen.delete(uid);
    else seen.set(uid, is);
    touch(uid);
  };

  const relist = (sandboxes: readonly Sandbox[], containers: readonly Container[]) => {
    const before = uids();
    const known = [...seen.values()].flatMap((was) => [...was.sandboxes, ...was.containers]);
    const listed = new Set([...sandboxes, ...containers].map(({ id }) => id));
    for (const gone of known.filter(({ id }) => !listed.has(id))) forgetDeeds(gone);
    seen.clear();
    for (const sandbox of sandboxes) {
      const was = seen.get(sandbox.pod.uid) ?? nothingSeen;
      seen.set(sandbox.pod.uid, { ...was, sandboxes: putIn(was.sandboxes, sandbox) });
    }
    for (const container of containers) {
      const was = seen.get(container.pod.uid) ?? nothingSeen;
      seen.set(container.pod.uid, { ...was, containers: putIn(was.containers, container) });
    }
    sighted = true;
    for (const uid of new Set([...before, ...seen.keys()])) touch(uid);
  };

  const remove = (id: string) => {
    for (const [uid, { sandboxes, containers }] of seen) {
      const gone = [...sandboxes, ...containers].find((one) => one.id === id);
      if (!gone) continue;
      forgetDeeds(gone);
      look(uid, () => ({
        sandboxes: sandboxes.filter((one) => one.id !== id),
        containers: containers.filter((one) => one.id !== id),
      }));
      return;
    }
  };

  return {
    world: {
      get position() {
        return position;
      },
      node,
      hostIP,
      runtime,
      get sighted() {
        return sighted;
      },
      order: (uid) => orders.get(uid),
      seen: (uid) => seen.get(uid) ?? nothingSeen,
      deeds: (uid) => deeds.get(uid) ?? noDeeds,
      health: (containerId) => health.get(containerId),
      reported: (uid) => statuses.get(uid),
      uids,
    },
    changes,
    ordered: (order) => {
      orders.set(order.pod.metadata.uid, order);
      touch(order.pod.metadata.uid);
    },
    forgotten: (uid) => {
      for (const known of [orders, deeds, statuses]) known.delete(uid);
      touch(uid);
    },
    observed: (observation) => {
      switch (observation.type) {
        case 'Listed':
          return relist(observation.sandboxes, observation.containers);
        case 'SandboxSeen':
          return look(observation.sandbox.pod.uid, (was) => ({
            ...was,
            sandboxes: putIn(was.sandboxes, observation.sandbox),
          }));
        case 'ContainerSeen':
          return look(observation.container.pod.uid, (was) => ({
            ...was,
            containers: putIn(was.containers, observation.container),
          }));
        case 'Removed':
          return remove(observation.id);
        case 'Lost':
          sighted = false;
      }
    },
    deed: (uid, name, deed) => {
      const those = deeds.get(uid) ?? new Map<string, Deed>();
      if (deed.state === 'underWay') {
        deeds.set(uid, those.set(name, deed));
      } else if (those.has(name)) {
        those.set(name, deed);
        touch(uid);
      }
    },
    healthOf: (uid, containerId, now) => {
      if (now) health.set(containerId, now);
      else health.delete(containerId);
      touch(uid);
    },
    reportedStatus: (uid, status) => {
      statuses.set(uid, status);
    },
  };
};
