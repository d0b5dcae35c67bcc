import { type Amounts, requestsOf, sumOf } from '../../../kinds/pod-resources.ts';
import type { Score } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';

const counted = ['cpu', 'memory'] as const;
/** What a pod that asks for nothing is taken to use: 100m and 200 MB, upstream's figures. */
const taken: Amounts = { cpu: 100, memory: 200 * 2 ** 20 };

/** The part of each counted resource in use once the pod is there, from 0 to 1; `undefined` where the node has none. */
const usage = ({ allocatable, requested }: NodeInfo, wanted: Amounts): readonly number[] => {
  const after = sumOf(requested, { ...taken, ...wanted });
  return counted.flatMap((resource) => {
    const room = allocatable[resource] ?? 0;
    return room > 0 ? [Math.min((after[resource] ?? 0) / room, 1)] : [];
  });
};

const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

/** The emptier, the better. */
export const leastAllocated: Score = {
  name: 'NodeResourcesFit',
  weight: 1,
  of: (pod, nodes) => nodes.map((info) => Math.round(100 * (1 - mean(usage(info, requestsOf(pod)))))),
};

/** The nearer the use of processor and memory are to each other, the better. */
export const balancedAllocation: Score = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  of: (pod, nodes) =>
    nodes.map((info) => {
      const used = usage(info, requestsOf(pod));
      const middle = mean(used);
      return Math.round(100 * (1 - Math.sqrt(mean(used.map((value) => (value - middle) ** 2)))));
    }),
};
