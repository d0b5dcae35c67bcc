import { type Amounts, weightsOf } from '../../../kinds/pod-resources.ts';
import type { Score } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';

/** The part of a resource in use once the pod is there, from 0 to 1; `undefined` where the node has none. */
const usage = ({ allocatable, weighed }: NodeInfo, wanted: Amounts, resource: 'cpu' | 'memory'): number | undefined => {
  const room = allocatable[resource] ?? 0;
  if (room <= 0) return undefined;
  const after = (weighed[resource] ?? 0) + (wanted[resource] ?? 0);
  return Math.min(after / room, 1);
};

/** The emptier, the better. */
export const leastAllocated: Score = {
  name: 'NodeResourcesFit',
  weight: 1,
  of: (pod, nodes) => {
    const wanted = weightsOf(pod);
    return nodes.map((info) => {
      const [cpu, memory] = [usage(info, wanted, 'cpu'), usage(info, wanted, 'memory')];
      return Math.round(100 * (1 - ((cpu ?? memory ?? 1) + (memory ?? cpu ?? 1)) / 2));
    });
  },
};

/** The nearer the use of processor and memory are to each other, the better. */
export const balancedAllocation: Score = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  of: (pod, nodes) => {
    const wanted = weightsOf(pod);
    return nodes.map((info) => {
      const [cpu, memory] = [usage(info, wanted, 'cpu'), usage(info, wanted, 'memory')];
      // The standard deviation of two is half their difference.
      return cpu === undefined || memory === undefined ? 100 : Math.round(100 * (1 - Math.abs(cpu - memory) / 2));
    });
  },
};
