import { noteOn } from '../../kinds/note.ts';
import { controllerOf, timestamp } from '../../kinds/object.ts';
import { isFinished, type Pod } from '../../kinds/pod.ts';
import type { PodCondition } from '../../kinds/schema/api/core-v1.ts';
import type { World } from '../../projections/world.ts';
import type { Controller, Seen, Wanted } from '../controller.ts';
import { nodeInfos, place } from './node-info.ts';
import { choose } from './placement.ts';

/** Pods compete for nodes, so all of them are one key. */
const key = 'unbound';
/** Pods that name no scheduler are this one's. */
export const schedulerName = 'default-scheduler';
const component = 'default-scheduler';
/** A pass looks at this many pairs of pod and node, then lets others have their turn. */
const pairsMax = 4_000;
/** A pod that fits nowhere is looked at again after this time even if nothing seems to have changed. */
const flushMs = 300_000;

const waiting = (world: World): readonly Pod[] =>
  world
    .indexed<Pod>('pods', 'unbound', 'true')
    .filter(
      ({ spec }) =>
        (spec.schedulerName ?? schedulerName) === schedulerName && (spec.schedulingGates ?? []).length === 0,
    );

/** The most important first, then the oldest. */
const byUrgency = (a: Pod, b: Pod): number =>
  (b.spec.priority ?? 0) - (a.spec.priority ?? 0) ||
  (a.metadata.creationTimestamp < b.metadata.creationTimestamp
    ? -1
    : a.metadata.creationTimestamp > b.metadata.creationTimestamp
      ? 1
      : 0);

const frees = ({ before, after }: Seen): boolean => {
  const [was, is] = [before as Pod | undefined, after as Pod | undefined]; // the caller looked at the resource
  if (!was?.spec.nodeName) return false;
  return !is || (isFinished(is) && !isFinished(was));
};

const isWaiting = (pod: Pod | undefined): boolean =>
  pod !== undefined && !pod.spec.nodeName && !pod.metadata.deletionTimestamp;

const conditionOf = (pod: Pod): PodCondition | undefined =>
  pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');

/** Pods of one controller are alike: what fits none of them fits none of the others in the same pass. */
const classOf = (pod: Pod): string => {
  const owner = controllerOf(pod)?.uid;
  return owner === undefined ? pod.metadata.uid : `${owner}/${pod.metadata.labels?.['pod-template-hash'] ?? ''}`;
};

const messageOf = (nodes: number, refused: Readonly<Record<string, number>>): string => {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  return `0/${nodes} nodes are available: ${reasons.sort().join(', ')}.`;
};

/** Says that a pod fits nowhere, unless it has been said in these words. */
const complain = (pod: Pod, message: string, now: number): readonly Wanted[] => {
  const was = conditionOf(pod);
  if (was?.status === 'False' && was.message === message) return [];
  const condition: PodCondition = {
    type: 'PodScheduled',
    status: 'False',
    lastTransitionTime: was?.status === 'False' && was.lastTransitionTime ? was.lastTransitionTime : timestamp(now),
    reason: 'Unschedulable',
    message,
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const { namespace = '', name, uid } = pod.metadata;
  return [
    {
      type: 'ReportStatus',
      ref: { resource: 'pods', namespace, name },
      uid,
      status: { ...pod.status, conditions: [...others, condition] },
    },
    noteOn(pod, { sort: 'Warning', reason: 'FailedScheduling', message, component }),
  ];
};

const bind = (pod: Pod, node: string, placement: unknown): readonly Wanted[] => {
  const { namespace = '', name, uid } = pod.metadata;
  return [
    { type: 'Bind', ref: { resource: 'pods', namespace, name }, uid, node, placement },
    noteOn(pod, {
      sort: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${namespace}/${name} to ${node}`,
      component,
    }),
  ];
};

/** Gives every waiting pod the node that suits it best, all in one plan; pods that fit nowhere are told why. */
export const scheduler: Controller = {
  name: 'scheduler',

  touches: (change, world) => {
    const { ref, after } = change;
    if (ref.resource === 'nodes') return waiting(world).length > 0 ? [key] : [];
    if (ref.resource !== 'pods') return [];
    if (isWaiting(after as Pod | undefined)) return [key];
    return frees(change) && waiting(world).length > 0 ? [key] : [];
  },

  reconcile: (world, _key, now) => {
    const pods = [...waiting(world)].sort(byUrgency);
    if (pods.length === 0) return { commands: [] };
    const nodes = nodeInfos(world);
    const scene = { world, nodes };
    const hopeless = new Map<string, string>();
    const beside: (readonly Wanted[])[] = [];
    let pairs = 0;

    for (const pod of pods) {
      const known = hopeless.get(classOf(pod));
      if (known === undefined && pairs >= pairsMax) return { commands: [], beside, recheckAt: now };
      const choice = known === undefined ? choose(pod, scene) : { refused: {} };
      if (known === undefined) pairs += Math.max(nodes.length, 1);
      if ('info' in choice) {
        place(choice.info, { ...pod, spec: { ...pod.spec, nodeName: choice.info.name } });
        beside.push(bind(pod, choice.info.name, choice.placement));
        continue;
      }
      const message = known ?? messageOf(nodes.length, choice.refused);
      hopeless.set(classOf(pod), message);
      beside.push(complain(pod, message, now));
    }
    return { commands: [], beside, ...(hopeless.size > 0 && { recheckAt: now + flushMs }) };
  },
};
