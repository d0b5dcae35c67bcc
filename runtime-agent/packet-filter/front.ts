import { isIPv4 } from 'node:net';
import { choose } from './endpoints.ts';
import type { Endpoint, NodeRules, ServicePort, ServiceRules } from './packet-filter.ts';
import { host, refusal, type Rule, ruleText } from './rule.ts';

/** What of a node its Services' rules depend on; the range is canonical. */
export type Place = Pick<NodeRules, 'node' | 'clusterCIDR'>;

/** One port of a Service, with all that its rules follow from. */
export interface Front {
  readonly service: ServiceRules;
  readonly port: ServicePort;
  /** The first word of every comment. */
  readonly cause: string;
  /** What the names of its chains derive from. */
  readonly key: string;
  /** The endpoints that take new connections, in the whole cluster and on this node. */
  readonly all: readonly Endpoint[];
  readonly local: readonly Endpoint[];
  readonly clusterIPs: readonly string[];
  /** Addresses outside the cluster, and whether source ranges guard each. */
  readonly outside: readonly { readonly ip: string; readonly isGuarded: boolean }[];
  readonly clusterCIDR: string;
}

export const frontOf = (service: ServiceRules, port: ServicePort, node: Place): Front => {
  const cause = `${service.namespace}/${service.name}${port.name && ':'}${port.name}`;
  const isGuarded = service.loadBalancerSourceRanges.length > 0;
  const outside = [
    ...service.externalIPs.map((ip) => ({ ip, isGuarded: false })),
    ...service.loadBalancerIPs.map((ip) => ({ ip, isGuarded })),
  ].filter(({ ip }) => isIPv4(ip));
  return {
    service,
    port,
    cause,
    outside,
    ...choose(port.endpoints, node.node),
    key: `${cause} ${port.protocol}`,
    clusterIPs: service.clusterIPs.filter(isIPv4),
    clusterCIDR: node.clusterCIDR,
  };
};

/** A rule caused by the front; `why` may be empty. */
export const because = (front: Front, why: string, parts: Omit<Rule, 'why'>): string =>
  ruleText({ ...parts, why: why ? `${front.cause} ${why}` : front.cause });

/** The front's port at one of its addresses. */
export const at = (ip: string, { port }: Front) => ({ to: host(ip), protocol: port.protocol, port: port.port });

/** What answers for an address or node port when none of `served` can; nothing when one can. */
export const refuse = (
  front: Front,
  served: readonly Endpoint[],
  parts: Omit<Rule, 'why' | 'target'>,
): readonly string[] => {
  if (served.length > 0) return [];
  return front.all.length === 0
    ? [because(front, 'has no endpoints', { ...parts, target: refusal(front.port.protocol) })]
    : [because(front, 'has no endpoints on this node', { ...parts, target: 'DROP' })];
};
