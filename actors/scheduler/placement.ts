import type { Pod, Placement } from '../../kinds/pod.ts';
import type { Filter, Score } from './filter.ts';
import { interPodAffinity } from './filters/inter-pod-affinity.ts';
import { nodeAffinity } from './filters/node-affinity.ts';
import { nodeName } from './filters/node-name.ts';
import { nodePorts } from './filters/node-ports.ts';
import { nodeResourcesFit } from './filters/node-resources-fit.ts';
import { nodeUnschedulable } from './filters/node-unschedulable.ts';
import { podTopologySpread } from './filters/pod-topology-spread.ts';
import { taintToleration } from './filters/taint-toleration.ts';
import type { NodeInfo } from './node-info.ts';
import type { Scene } from './scene.ts';
import { imageLocality } from './scores/image-locality.ts';
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
  imageLocality,
];

/** Where a pod goes and why; or why it can go nowhere. */
export type Choice =
  | { readonly info: NodeInfo; readonly placement: Placement }
  | { readonly refused: Readonly<Record<string, number>> };

/** How many of the best nodes are kept with the event. */
const shownMax = 3;

/** How many nodes that can run a pod are enough to choose from: all of up to 100, of more a part that shrinks to 5 %. */
const enoughOf = (nodes: number): number => {
  if (nodes <= 100) return nodes;
  return Math.max(100, Math.floor((nodes * Math.max(5, 50 - nodes / 125)) / 100));
};

/** Where looking begins: another place for each pod, so that no node is preferred by its name. */
const startFor = ({ metadata: { uid } }: Pod, nodes: number): number => {
  let sum = 0;
  for (let i = 0; i < uid.length; i++) sum = (sum * 31 + uid.charCodeAt(i)) % 1_000_003;
  return nodes === 0 ? 0 : sum % nodes;
};

interface Ranked {
  readonly info: NodeInfo;
  readonly place: number;
  readonly total: number;
}

const byMerit = (a: Ranked, b: Ranked): number => b.total - a.total || a.place - b.place;

/** The best of them, best first, without sorting the rest. */
const bestOf = (infos: readonly NodeInfo[], totals: readonly number[]): readonly Ranked[] => {
  const best: Ranked[] = [];
  for (const [place, info] of infos.entries()) {
    const total = totals[place] ?? 0;
    if (best.length === shownMax && total <= (best[shownMax - 1]?.total ?? 0)) continue;
    best.push({ info, place, total });
    best.sort(byMerit).splice(shownMax);
  }
  return best;
};

/** Chooses a node for one pod: filters, then scores; among equals the one that was looked at first. */
export const choose = (pod: Pod, scene: Scene): Choice => {
  const { nodes } = scene;
  const asked = filters.map((filter) => filter.of(pod, scene)).filter((ask) => ask !== undefined);
  const refused: Record<string, number> = {};
  const feasible: NodeInfo[] = [];
  const enough = enoughOf(nodes.length);
  const start = startFor(pod, nodes.length);
  for (let i = 0; i < nodes.length && feasible.length < enough; i++) {
    const info = nodes[(start + i) % nodes.length] as NodeInfo; // within bounds
    const reasons = asked.map((ask) => ask(info)).find(({ length }) => length > 0);
    if (!reasons) feasible.push(info);
    for (const reason of reasons ?? []) refused[reason] = (refused[reason] ?? 0) + 1;
  }
  if (feasible.length === 0) return { refused };

  const points = scores.flatMap(({ name, weight, of }) => {
    const given = of(pod, feasible, scene);
    return given ? [{ name, points: given.map((point) => point * weight) }] : [];
  });
  const totals = feasible.map((_, i) => points.reduce((sum, one) => sum + (one.points[i] ?? 0), 0));
  const ranked = bestOf(feasible, totals).map(({ info, place, total }) => ({
    info,
    total,
    by: Object.fromEntries(points.map((one) => [one.name, one.points[place] ?? 0])),
  }));
  const [first] = ranked;
  if (!first)
    throw new Error(`Cannot rank nodes for Pod "${pod.metadata.name}": none of ${feasible.length} came through`);
  return {
    info: first.info,
    placement: {
      nodes: nodes.length,
      feasible: feasible.length,
      refused,
      scores: ranked.map(({ info, total, by }) => ({ node: info.name, total, by })),
    },
  };
};
