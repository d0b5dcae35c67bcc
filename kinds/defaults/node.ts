import type { Node, NodeSpec, NodeStatus } from '../schema/api/core-v1.ts';
import { fill, inTurn, within } from './fill.ts';
import { defaultResourceList } from './resources.ts';

/** `podCIDR` is the first of `podCIDRs`; who writes only the one means both. */
const defaultCidrs = (spec: NodeSpec): NodeSpec => {
  const { podCIDR, podCIDRs = [] } = spec;
  const [first] = podCIDRs;
  if (podCIDR) return podCIDR === first ? spec : { ...spec, podCIDRs: [podCIDR] };
  return first === undefined ? spec : { ...spec, podCIDR: first };
};

const defaultStatus = inTurn<NodeStatus>(
  (status) => (status.capacity ? fill(status, { allocatable: status.capacity }) : status),
  (status) => within(status, 'capacity', defaultResourceList),
  (status) => within(status, 'allocatable', defaultResourceList),
);

/** A Node with upstream's defaults of v1.34. */
export const defaultNode = <N extends Node>(node: N): N =>
  within(within(node, 'spec', defaultCidrs), 'status', defaultStatus);
