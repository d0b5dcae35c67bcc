import { tolerates } from '../../tolerations.ts';
import { type Filter, fits } from '../filter.ts';

/** Nodes that are cordoned take only pods that tolerate it. */
export const nodeUnschedulable: Filter = {
  name: 'NodeUnschedulable',
  of: ({ spec }) => {
    const may = tolerates(spec.tolerations, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' });
    return ({ node }) => (node.spec.unschedulable && !may ? ['node(s) were unschedulable'] : fits);
  },
};
