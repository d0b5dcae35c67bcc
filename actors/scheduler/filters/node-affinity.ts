import { type Filter, fits } from '../filter.ts';
import { matchesTerm } from '../node-selector.ts';

const no = ["node(s) didn't match Pod's node affinity/selector"];

/** What `nodeSelector` and required node affinity ask of a node's labels. */
export const nodeAffinity: Filter = {
  name: 'NodeAffinity',
  of: ({ spec }) => {
    const wanted = Object.entries(spec.nodeSelector ?? {});
    const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    if (wanted.length === 0 && !terms) return undefined;
    return (info) => {
      const selected = wanted.every(([key, value]) => info.labels[key] === value);
      const attracted = !terms || terms.some((term) => matchesTerm(term, info));
      return selected && attracted ? fits : no;
    };
  },
};
