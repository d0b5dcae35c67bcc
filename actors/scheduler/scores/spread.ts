import { controllerOf } from '../../../kinds/object.ts';
import type { Pod } from '../../../kinds/pod.ts';
import { labelSelector } from '../../../kinds/values/selector.ts';
import type { Score } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';

interface Wish {
  readonly key: string;
  readonly about: (other: Pod) => boolean;
}

const zone = 'topology.kubernetes.io/zone';
const host = 'kubernetes.io/hostname';

/** Soft constraints of the pod's own; without any, its siblings are spread over nodes and zones, as upstream does by default. */
const wishesOf = (pod: Pod): readonly Wish[] => {
  const soft = (pod.spec.topologySpreadConstraints ?? []).filter((one) => one.whenUnsatisfiable === 'ScheduleAnyway');
  if (soft.length > 0) {
    return soft.map(({ topologyKey, labelSelector: object }) => {
      const selector = labelSelector(object);
      return {
        key: topologyKey,
        about: ({ metadata }) => metadata.namespace === pod.metadata.namespace && selector.matches(metadata.labels),
      };
    });
  }
  const owner = controllerOf(pod)?.uid;
  if (owner === undefined) return [];
  const about = (other: Pod) => controllerOf(other)?.uid === owner;
  return [
    { key: host, about },
    { key: zone, about },
  ];
};

const countsBy = (nodes: readonly NodeInfo[], { key, about }: Wish): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { labels, name, pods } of nodes) {
    const domain = labels[key] ?? (key === host ? name : undefined);
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + pods.filter(about).length);
  }
  return counts;
};

/** The fewer of its kind are near, the better. */
export const spread: Score = {
  name: 'PodTopologySpread',
  weight: 2,
  of: (pod, nodes, { nodes: all }) => {
    const wishes = wishesOf(pod).map((wish) => ({ key: wish.key, counts: countsBy(all, wish) }));
    const near = nodes.map(({ labels, name }) =>
      wishes.reduce((sum, { key, counts }) => sum + (counts.get(labels[key] ?? (key === host ? name : '')) ?? 0), 0),
    );
    const most = Math.max(...near);
    return near.map((count) => (most === 0 ? 0 : Math.round((100 * (most - count)) / most)));
  },
};
