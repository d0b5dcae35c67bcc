import { requestsOf } from '../../../kinds/pod-resources.ts';
import { type Filter, fits } from '../filter.ts';

/** All that is asked for on a node fits into what it can give, extended resources and the number of pods included. */
export const nodeResourcesFit: Filter = {
  name: 'NodeResourcesFit',
  of: (pod) => {
    const wanted = Object.entries(requestsOf(pod)).filter(([, amount]) => amount > 0);
    return ({ allocatable, requested }) => {
      let reasons: string[] | undefined;
      for (const [resource, amount] of wanted) {
        if ((requested[resource] ?? 0) + amount <= (allocatable[resource] ?? 0)) continue;
        reasons ??= [];
        reasons.push(resource === 'pods' ? 'Too many pods' : `Insufficient ${resource}`);
      }
      return reasons ?? fits;
    };
  },
};
