import { controllerOf } from '../../../kinds/object.ts';
import type { Pod } from '../../../kinds/pod.ts';
import type { Score } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';
import { countsBy, selectionOf } from '../pod-terms.ts';
import type { Scene } from '../scene.ts';

/** How many of a pod's kind are near a node. */
type Near = (info: NodeInfo) => number;

const zone = 'topology.kubernetes.io/zone';

/** Its siblings, by node and by zone: how upstream spreads pods that say nothing of it. */
const nearSiblings = (owner: string, { siblings, nodes }: Scene): readonly Near[] => {
  const counts = siblings(owner);
  const zones = new Map<string, number>();
  for (const { name, labels } of nodes) {
    const domain = labels[zone];
    if (domain !== undefined) zones.set(domain, (zones.get(domain) ?? 0) + (counts.get(name) ?? 0));
  }
  return [({ name }) => counts.get(name) ?? 0, ({ labels }) => zones.get(labels[zone] ?? '') ?? 0];
};

/** Soft constraints of the pod's own; without any, its siblings are spread. */
const nearsOf = (pod: Pod, scene: Scene): readonly Near[] => {
  const soft = (pod.spec.topologySpreadConstraints ?? []).filter((one) => one.whenUnsatisfiable === 'ScheduleAnyway');
  if (soft.length > 0) {
    return soft.map(({ topologyKey, labelSelector }) => {
      const counts = countsBy(topologyKey, selectionOf(new Set([pod.metadata.namespace ?? '']), labelSelector), scene);
      return ({ labels }) => counts.get(labels[topologyKey] ?? '') ?? 0;
    });
  }
  const owner = controllerOf(pod)?.uid;
  return owner === undefined ? [] : nearSiblings(owner, scene);
};

/** The fewer of its kind are near, the better. */
export const spread: Score = {
  name: 'PodTopologySpread',
  weight: 2,
  of: (pod, nodes, scene) => {
    const nears = nearsOf(pod, scene);
    if (nears.length === 0) return undefined;
    const counts = nodes.map((info) => nears.reduce((sum, near) => sum + near(info), 0));
    const most = Math.max(...counts);
    return most === 0 ? undefined : counts.map((count) => Math.round((100 * (most - count)) / most));
  },
};
