import { deltaBetween } from '../../kinds/delta.ts';
import type { Node } from '../../kinds/node.ts';
import { taintsOf } from '../../kinds/node-taints.ts';
import { noteOn } from '../../kinds/note.ts';
import { timestamp } from '../../kinds/object.ts';
import { isMarkedNotReady, type Pod } from '../../kinds/pod.ts';
import { type Controller, nobody, nothing, type Seen, type Wanted } from '../controller.ts';
import { isReady } from '../pod-state.ts';
import type { Beat, LivingWorld } from './heartbeats.ts';

/** How long a node may be silent before it counts as lost: four missed heartbeats. */
export const graceMs = 40_000;
const component = 'node-controller';

const nodeRef = (name: string) => ({ resource: 'nodes', namespace: '', name });
const readinessOf = ({ status }: Node) => status?.conditions?.find(({ type }) => type === 'Ready');
const isLost = (node: Node) => readinessOf(node)?.reason === 'NodeStatusUnknown';

const heardAt = ({ heartbeats }: LivingWorld, { metadata }: Node): number =>
  Math.max(heartbeats.last(metadata.name) ?? heartbeats.since, Date.parse(metadata.creationTimestamp));

const tell = (node: Node, reason: 'NodeReady' | 'NodeNotReady'): Wanted =>
  noteOn(node, {
    sort: 'Normal',
    reason,
    message: `Node ${node.metadata.name} status is now: ${reason}`,
    component,
  });

/** Pods of a node that is not ready are not ready either, whatever they said last. */
const unready = (world: LivingWorld, node: string): readonly (readonly Wanted[])[] =>
  world
    .indexed<Pod>('pods', 'node', node)
    .filter(isReady)
    .map((pod) => {
      const { namespace = '', name, uid } = pod.metadata;
      const message = 'Node is not ready';
      return [
        { type: 'MarkNotReady', ref: { resource: 'pods', namespace, name }, uid },
        noteOn(pod, { sort: 'Warning', reason: 'NodeNotReady', message, component }),
      ];
    });

/** Pods that were marked so only because their node was away. */
const readyAgain = (world: LivingWorld, node: string): readonly (readonly Wanted[])[] =>
  world
    .indexed<Pod>('pods', 'node', node)
    .filter(isMarkedNotReady)
    .map(({ metadata: { namespace = '', name, uid } }) => [
      { type: 'RestoreReady', ref: { resource: 'pods', namespace, name }, uid },
    ]);

/**
 * Watches over nodes: one that was silent for too long is of unknown readiness until it is heard again, its taints say so to
 * the scheduler, and its pods take no more traffic. Evicting them when the taints' time is up is another controller's task.
 */
export const nodeLife: Controller<LivingWorld, Seen | Beat> = {
  name: 'node-life',

  touches: (step, world) => {
    if ('ref' in step) return step.ref.resource === 'nodes' && step.after ? [step.ref.name] : nobody;
    const node = world.get<Node>(nodeRef(step.node));
    // Heartbeats are many, and news only from a node that was given up.
    return node && isLost(node) ? [step.node] : nobody;
  },

  reconcile: (world, name, now) => {
    const ref = nodeRef(name);
    const node = world.get<Node>(ref);
    if (!node) return nothing;
    const overdueAt = heardAt(world, node) + graceMs;
    const isSilent = now >= overdueAt;
    if (isSilent && !isLost(node)) return { commands: [{ type: 'LoseTouch', ref }, tell(node, 'NodeNotReady')] };
    if (!isSilent && isLost(node))
      return { commands: [{ type: 'RegainTouch', ref }, tell(node, 'NodeReady')], recheckAt: overdueAt };

    const isTainted = deltaBetween(node.spec.taints ?? [], taintsOf(node, timestamp(now))).length === 0;
    const isDown = readinessOf(node) !== undefined && readinessOf(node)?.status !== 'True';
    return {
      commands: isTainted ? [] : [{ type: 'Retaint', ref }],
      beside: isDown ? unready(world, name) : readyAgain(world, name),
      recheckAt: isSilent ? undefined : overdueAt,
    };
  },
};
