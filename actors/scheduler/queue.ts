import type { Pod } from '../../kinds/pod.ts';
import { requestsOf } from '../../kinds/pod-resources.ts';
import type { World } from '../../projections/world.ts';

/** Pods that name no scheduler are this one's. */
export const schedulerName = 'default-scheduler';

/** How long one part of those that fitted nowhere is looked at before the next part has its turn. */
const shiftMs = 1_000;

/** Pods that this scheduler is to place. */
export const waitingPods = (world: World): readonly Pod[] =>
  world
    .indexed<Pod>('pods', 'unbound', 'true')
    .filter(
      ({ spec }) =>
        (spec.schedulerName ?? schedulerName) === schedulerName && (spec.schedulingGates ?? []).length === 0,
    );

/** The most important first, then the oldest; names decide between those of one second. */
const byUrgency = (a: Pod, b: Pod): number =>
  (b.spec.priority ?? 0) - (a.spec.priority ?? 0) ||
  (a.metadata.creationTimestamp === b.metadata.creationTimestamp
    ? 0
    : a.metadata.creationTimestamp < b.metadata.creationTimestamp
      ? -1
      : 1);

/** It fitted nowhere when it was last looked at. */
export const wasPostponed = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable') ?? false;

const classes = new WeakMap<Pod, string>();

/** Pods of one class want the same in every respect: where one fits nowhere, no other does. */
export const classOf = (pod: Pod): string => {
  const known = classes.get(pod);
  if (known !== undefined) return known;
  const { namespace, labels } = pod.metadata;
  const { nodeSelector, affinity, tolerations, topologySpreadConstraints, hostNetwork, containers } = pod.spec;
  const ports = containers.map((one) => one.ports);
  const made = JSON.stringify([
    [namespace, labels, nodeSelector, affinity, tolerations, topologySpreadConstraints],
    [hostNetwork, ports, requestsOf(pod)],
  ]);
  classes.set(pod, made);
  return made;
};

/** Whom a pass looks at, in this order, and when the next pass is due though nothing changed. */
export interface Queue {
  readonly pods: readonly Pod[];
  readonly nextAt: number | undefined;
}

/**
 * As many pods as one pass may look at. Where there are more, those come first that nobody has looked at; of those that fitted
 * nowhere another part has its turn each second, until each had one since anything last happened.
 */
export const queueOf = (world: World, now: number, podsMax: number): Queue => {
  const all = [...waitingPods(world)].sort(byUrgency);
  const postponed = all.filter(wasPostponed);
  const room = podsMax - (all.length - postponed.length);
  // Pods of a class that fits nowhere cost nothing beyond the first.
  const kinds = new Set(postponed.map(classOf));
  if (kinds.size <= room) return { pods: all, nextAt: undefined };
  const fresh = all.filter((pod) => !wasPostponed(pod));
  const part = Math.max(room, Math.ceil(podsMax / 2));
  const parts = Math.ceil(kinds.size / part);
  const shift = Math.floor(now / shiftMs);
  const order = [...kinds];
  const turn = new Set(order.slice((shift % parts) * part, (shift % parts) * part + part));
  const isCovered = now - world.at > (parts + 1) * shiftMs;
  return {
    pods: [...fresh.slice(0, podsMax), ...postponed.filter((pod) => turn.has(classOf(pod)))],
    nextAt: fresh.length > podsMax ? now : isCovered ? undefined : (shift + 1) * shiftMs,
  };
};
