import { tolerates } from '../../tolerations.ts';
import { type Filter, fits } from '../filter.ts';

/** Taints that forbid scheduling must be tolerated. */
export const taintToleration: Filter = {
  name: 'TaintToleration',
  of:
    ({ spec }) =>
    ({ node }) => {
      const taint = node.spec.taints?.find(
        (one) => (one.effect === 'NoSchedule' || one.effect === 'NoExecute') && !tolerates(spec.tolerations, one),
      );
      return taint ? [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`] : fits;
    },
};
