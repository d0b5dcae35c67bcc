import type { Pod } from '../../kinds/pod.ts';
import { readySince } from '../pod-state.ts';

const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** What it costs to lose this pod, as its annotation says; 0 when it says nothing, or no whole number of 32 bits. */
const costOf = ({ metadata }: Pod): number => {
  const text = metadata.annotations?.[costAnnotation] ?? '';
  const cost = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
  return Math.abs(cost) < 2 ** 31 ? cost : 0;
};

const restartsOf = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

/** A pod's standing, most telling first: the lower a number, the sooner the pod goes. */
const standingOf = (pod: Pod, sameOnNode: number): readonly number[] => {
  const ready = readySince(pod);
  return [
    pod.spec.nodeName ? 1 : 0,
    phases[pod.status?.phase ?? ''] ?? 0,
    ready === undefined ? 0 : 1,
    costOf(pod),
    -sameOnNode,
    ready === undefined ? 0 : -ready,
    -restartsOf(pod),
    -Date.parse(pod.metadata.creationTimestamp),
  ];
};

/**
 * The pods, those to delete first at the front, by upstream's rules: unassigned before assigned, pending before running, not
 * ready before ready, cheap before dear, crowded nodes first, then the newer. `crowd`: pods that count as company on a node.
 */
export const byDispensability = (pods: readonly Pod[], crowd: readonly Pod[]): readonly Pod[] => {
  const company = new Map<string, number>();
  for (const { spec } of crowd) company.set(spec.nodeName ?? '', (company.get(spec.nodeName ?? '') ?? 0) + 1);
  const standings = new Map(pods.map((pod) => [pod, standingOf(pod, company.get(pod.spec.nodeName ?? '') ?? 0)]));
  const compare = (a: Pod, b: Pod): number => {
    const [ours = [], theirs = []] = [standings.get(a), standings.get(b)];
    for (const [i, rank] of ours.entries()) if (rank !== theirs[i]) return rank - (theirs[i] ?? 0);
    return a.metadata.name < b.metadata.name ? -1 : 1;
  };
  return pods.toSorted(compare);
};
