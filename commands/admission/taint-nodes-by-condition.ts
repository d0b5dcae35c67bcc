import type { Node } from '../../kinds/node.ts';
import type { Admission } from './admission.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

/** A new node takes no pods until it was seen ready. */
export const taintNodesByCondition: Admission = {
  name: 'TaintNodesByCondition',
  admit: ({ command, kind, object }) => {
    if (kind.resource !== 'nodes' || command.type !== 'Create') return object;
    const node = object as Node; // the kind's own schema was checked before the gates
    const { taints = [] } = node.spec;
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return node;
    return { ...node, spec: { ...node.spec, taints: [...taints, notReady] } };
  },
};
