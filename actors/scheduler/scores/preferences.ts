import { tolerates } from '../../tolerations.ts';
import type { Score } from '../filter.ts';
import { matchesTerm } from '../node-selector.ts';
import { matcherOf } from '../pod-terms.ts';

/** Points spread so that the best gets 100; all 0 when none stands out. */
const normalised = (points: readonly number[]): readonly number[] => {
  const most = Math.max(...points);
  const least = Math.min(...points, 0);
  return points.map((point) => (most === least ? 0 : Math.round((100 * (point - least)) / (most - least))));
};
const reversed = (points: readonly number[]): readonly number[] => normalised(points).map((point) => 100 - point);

/** Nodes that the pod's preferred node affinity names. */
export const preferredNodeAffinity: Score = {
  name: 'NodeAffinity',
  weight: 2,
  of: ({ spec }, nodes) => {
    const terms = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const points = (info: (typeof nodes)[number]) =>
      terms.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, info) ? weight : 0), 0);
    return normalised(nodes.map(points));
  },
};

/** Nodes with fewer taints that ask to be avoided. */
export const taintPreference: Score = {
  name: 'TaintToleration',
  weight: 3,
  of: ({ spec }, nodes) =>
    reversed(
      nodes.map(
        ({ node }) =>
          (node.spec.taints ?? []).filter(
            (one) => one.effect === 'PreferNoSchedule' && !tolerates(spec.tolerations, one),
          ).length,
      ),
    ),
};

/** Nodes near pods the pod would like to be near, and far from those it would rather not. */
export const preferredPodAffinity: Score = {
  name: 'InterPodAffinity',
  weight: 2,
  of: (pod, nodes, { world, nodes: all }) => {
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    const wishes = [
      ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => ({ ...one, sign: 1 })),
      ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => ({ ...one, sign: -1 })),
    ].map(({ weight, sign, podAffinityTerm }) => {
      const matches = matcherOf(podAffinityTerm, pod, world);
      const counts = new Map<string, number>();
      for (const { labels, pods } of all) {
        const domain = labels[podAffinityTerm.topologyKey];
        if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + pods.filter(matches).length);
      }
      return { points: weight * sign, key: podAffinityTerm.topologyKey, counts };
    });
    if (wishes.length === 0) return nodes.map(() => 0);
    return normalised(
      nodes.map(({ labels }) =>
        wishes.reduce((sum, { points, key, counts }) => sum + points * (counts.get(labels[key] ?? '') ?? 0), 0),
      ),
    );
  },
};
