import { noteOn } from '../../kinds/note.ts';
import { isFinished, type Placement, type Pod } from '../../kinds/pod.ts';
import type { Controller, Seen, Wanted } from '../controller.ts';
import { choose } from './placement.ts';
import { classOf, queueOf, waitingPods } from './queue.ts';
import { sceneOf } from './scene.ts';

/** Pods compete for nodes, so all of them are one key. */
const key = 'unbound';
const component = 'default-scheduler';
/** A pass looks at about this many pairs of pod and node, then lets others have their turn. */
const pairsMax = 1_000;
/** A pod that fits nowhere is looked at again after this time even if nothing seems to have changed. */
const flushMs = 300_000;

/** Whether the change makes room: a pod is gone, or over. */
const frees = ({ before, after }: Seen): boolean => {
  const [was, is] = [before as Pod | undefined, after as Pod | undefined]; // the caller looked at the resource
  if (!was?.spec.nodeName) return false;
  return !is || (isFinished(is) && !isFinished(was));
};

const isWaiting = (pod: Pod | undefined): boolean =>
  pod !== undefined && !pod.spec.nodeName && !pod.metadata.deletionTimestamp;

const messageOf = (nodes: number, refused: Readonly<Record<string, number>>): string => {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  return `0/${nodes} nodes are available: ${reasons.sort().join(', ')}.`;
};

const refTo = ({ metadata: { namespace = '', name } }: Pod) => ({ resource: 'pods', namespace, name });

/** Says that a pod fits nowhere, unless that was said in these words. */
const postpone = (pod: Pod, message: string): readonly (readonly Wanted[])[] => {
  const said = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (said?.status === 'False' && said.message === message) return [];
  return [
    [
      { type: 'Postpone', ref: refTo(pod), uid: pod.metadata.uid, message },
      noteOn(pod, { sort: 'Warning', reason: 'FailedScheduling', message, component }),
    ],
  ];
};

const bind = (pod: Pod, node: string, placement: Placement): readonly Wanted[] => {
  const { namespace = '', name, uid } = pod.metadata;
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  return [
    { type: 'Bind', ref: refTo(pod), uid, node, placement },
    noteOn(pod, { sort: 'Normal', reason: 'Scheduled', message, component }),
  ];
};

/** Gives every waiting pod the node that suits it best, all in one plan; pods that fit nowhere are told why. */
export const scheduler: Controller = {
  name: 'scheduler',

  touches: (change, world) => {
    const { ref, after } = change;
    if (ref.resource === 'nodes') return waitingPods(world).length > 0 ? [key] : [];
    if (ref.resource !== 'pods') return [];
    if (isWaiting(after as Pod | undefined)) return [key];
    return frees(change) && waitingPods(world).length > 0 ? [key] : [];
  },

  reconcile: (world, _key, now) => {
    const nodeCount = world.list('nodes').length;
    const { pods, nextAt } = queueOf(world, now, Math.max(1, Math.floor(pairsMax / Math.max(nodeCount, 1))));
    if (pods.length === 0) return { commands: [] };
    const scene = sceneOf(world);
    const hopeless = new Map<string, string>();
    const beside: (readonly Wanted[])[] = [];

    for (const pod of pods) {
      const known = hopeless.get(classOf(pod));
      const choice = known === undefined ? choose(pod, scene) : { refused: {} };
      if ('info' in choice) {
        scene.place(choice.info, pod);
        beside.push(bind(pod, choice.info.name, choice.placement));
        continue;
      }
      const message = known ?? messageOf(nodeCount, choice.refused);
      hopeless.set(classOf(pod), message);
      beside.push(...postpone(pod, message));
    }
    return { commands: [], beside, recheckAt: nextAt ?? (hopeless.size > 0 ? now + flushMs : undefined) };
  },
};
