import type { Pod, Placement } from '../../kinds/pod.ts';
import type { Filter, Scene, Score } from './filter.ts';
import { interPodAffinity } from './filters/inter-pod-affinity.ts';
import { nodeAffinity } from './filters/node-affinity.ts';
import { nodeName } from './filters/node-name.ts';
import { nodePorts } from './filters/node-ports.ts';
import { nodeResourcesFit } from './filters/node-resources-fit.ts';
import { nodeUnschedulable } from './filters/node-unschedulable.ts';
import { podTopologySpread } from './filters/pod-topology-spread.ts';
import { taintToleration } from './filters/taint-toleration.ts';
import type { NodeInfo } from './node-info.ts';
import { balancedAllocation, leastAllocated } from './scores/node-resources.ts';
import { preferredNodeAffinity, preferredPodAffinity, taintPreference } from './scores/preferences.ts';
import { spread } from './scores/spread.ts';

/** In upstream's order: the first that refuses a node is the one that is named. */
export const filters: readonly Filter[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
];

export const scores: readonly Score[] = [
  taintPreference,
  preferredNodeAffinity,
  spread,
  preferredPodAffinity,
  leastAllocated,
  balancedAllocation,
];

/** Where a pod goes and why; or why it can go nowhere. */
export type Choice =
  | { readonly info: NodeInfo; readonly placement: Placement }
  | { readonly refused: Readonly<Record<string, number>> };

/** How many of the best nodes are kept with the event. */
const shownMax = 3;

/** Chooses a node for one pod: filters, then scores; among equals the first by name. */
export const choose = (pod: Pod, scene: Scene): Choice => {
  const { nodes } = scene;
  const asked = filters.map((filter) => filter.of(pod, scene));
  const refused: Record<string, number> = {};
  const feasible = nodes.filter((info) => {
    for (const ask of asked) {
      const reasons = ask(info);
      if (reasons.length === 0) continue;
      for (const reason of reasons) refused[reason] = (refused[reason] ?? 0) + 1;
      return false;
    }
    return true;
  });
  if (feasible.length === 0) return { refused };

  const points = scores.map((score) => ({ score, points: score.of(pod, feasible, scene) }));
  const ranked = feasible
    .map((info, i) => {
      const by = Object.fromEntries(points.map(({ score, points: of }) => [score.name, (of[i] ?? 0) * score.weight]));
      return { info, by, total: Object.values(by).reduce((a, b) => a + b, 0) };
    })
    .sort((a, b) => b.total - a.total || (a.info.name < b.info.name ? -1 : 1));
  const [best] = ranked;
  if (!best)
    throw new Error(`Cannot rank nodes for Pod "${pod.metadata.name}": none of ${feasible.length} came through`);
  return {
    info: best.info,
    placement: {
      nodes: nodes.length,
      feasible: feasible.length,
      refused,
      scores: ranked.slice(0, shownMax).map(({ info, total, by }) => ({ node: info.name, total, by })),
    },
  };
};
