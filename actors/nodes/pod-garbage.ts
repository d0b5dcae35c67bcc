import type { Pod } from '../../kinds/pod.ts';
import { type Controller, nobody, nothing, type Wanted } from '../controller.ts';

/** How long a pod may name a node that nobody knows yet: the node may still register. */
const graceMs = 40_000;

const boundAt = ({ metadata, status }: Pod): number =>
  Date.parse(
    status?.conditions?.find(({ type }) => type === 'PodScheduled')?.lastTransitionTime ?? metadata.creationTimestamp,
  );

/**
 * Deletes pods of nodes that are no more: nobody else will say that they have ended. A pod that was deleted before it had a
 * node needs no such care, it goes at once.
 */
export const podGarbage: Controller = {
  name: 'pod-garbage',

  touches: ({ ref, before, after }, world) => {
    if (ref.resource === 'nodes') return after ? nobody : [ref.name];
    if (ref.resource !== 'pods' || !after) return nobody;
    const node = (after as Pod).spec.nodeName ?? '';
    const isNew = node !== '' && (before as Pod | undefined)?.spec.nodeName !== node;
    return isNew && !world.get({ resource: 'nodes', namespace: '', name: node }) ? [node] : nobody;
  },

  reconcile: (world, node, now) => {
    if (world.get({ resource: 'nodes', namespace: '', name: node })) return nothing;
    const pods = world.indexed<Pod>('pods', 'node', node).map((pod) => ({ pod, due: boundAt(pod) + graceMs }));
    const later = pods.filter(({ due }) => due > now).map(({ due }) => due);
    const lost = pods
      .filter(({ due }) => due <= now)
      .map(({ pod: { metadata } }): readonly Wanted[] => [
        {
          type: 'Delete',
          ref: { resource: 'pods', namespace: metadata.namespace ?? '', name: metadata.name },
          options: { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } },
        },
      ]);
    return { commands: [], beside: lost, recheckAt: later.length > 0 ? Math.min(...later) : undefined };
  },
};
