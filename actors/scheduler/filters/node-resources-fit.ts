import { requestsOf } from '../../../kinds/pod-resources.ts';
import type { Filter } from '../filter.ts';

/** All that is asked for on a node fits into what it can give, extended resources and the number of pods included. */
export const nodeResourcesFit: Filter = {
  name: 'NodeResourcesFit',
  of: (pod) => {
    const wanted = Object.entries(requestsOf(pod)).filter(([, amount]) => amount > 0);
    return ({ allocatable, requested, pods }) => {
      const reasons = pods.length + 1 > (allocatable['pods'] ?? 0) ? ['Too many pods'] : [];
      for (const [resource, amount] of wanted) {
        if ((requested[resource] ?? 0) + amount > (allocatable[resource] ?? 0))
          reasons.push(`Insufficient ${resource}`);
      }
      return reasons;
    };
  },
};
