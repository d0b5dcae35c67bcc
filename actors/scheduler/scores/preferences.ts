import { tolerates } from '../../tolerations.ts';
import type { Score } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';
import { matchesTerm } from '../node-selector.ts';
import { countsBy, termOf } from '../pod-terms.ts';

/** Points spread so that the best gets 100; nothing when none stands out. */
const normalised = (points: readonly number[]): readonly number[] | undefined => {
  const most = Math.max(...points);
  const least = Math.min(...points, 0);
  return most === least ? undefined : points.map((point) => Math.round((100 * (point - least)) / (most - least)));
};

/** Nodes that the pod's preferred node affinity names. */
export const preferredNodeAffinity: Score = {
  name: 'NodeAffinity',
  weight: 2,
  of: ({ spec }, nodes) => {
    const terms = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (terms.length === 0) return undefined;
    const pointsOf = (info: NodeInfo) =>
      terms.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, info) ? weight : 0), 0);
    return normalised(nodes.map(pointsOf));
  },
};

/** Nodes with fewer taints that ask to be avoided. */
export const taintPreference: Score = {
  name: 'TaintToleration',
  weight: 3,
  of: ({ spec }, nodes) => {
    const unwanted = ({ node }: NodeInfo) =>
      (node.spec.taints ?? []).filter((one) => one.effect === 'PreferNoSchedule' && !tolerates(spec.tolerations, one));
    return normalised(nodes.map((info) => unwanted(info).length))?.map((point) => 100 - point);
  },
};

/** Nodes near pods the pod would like to be near, and far from those it would rather not. */
export const preferredPodAffinity: Score = {
  name: 'InterPodAffinity',
  weight: 2,
  of: (pod, nodes, scene) => {
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    const terms = [
      ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => ({ ...one, sign: 1 })),
      ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) => ({ ...one, sign: -1 })),
    ];
    if (terms.length === 0) return undefined;
    const wishes = terms.map(({ weight, sign, podAffinityTerm }) => ({
      points: weight * sign,
      key: podAffinityTerm.topologyKey,
      counts: countsBy(podAffinityTerm.topologyKey, termOf(podAffinityTerm, pod, scene.world), scene),
    }));
    const pointsOf = ({ labels }: NodeInfo) =>
      wishes.reduce((sum, { points, key, counts }) => sum + points * (counts.get(labels[key] ?? '') ?? 0), 0);
    return normalised(nodes.map(pointsOf));
  },
};
