export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** Whether traffic may go to endpoints on any node, or only to those on the node it reached. */
export type TrafficPolicy = 'Cluster' | 'Local';

/** One address behind a Service's port; a named target port is already a number here. */
export interface Endpoint {
  /** Anything but IPv4 is passed over. */
  readonly ip: string;
  readonly port: number;
  readonly ready: boolean;
  /** Still answers; together with `terminating` it is taken when no endpoint is ready. */
  readonly serving: boolean;
  readonly terminating: boolean;
  /** The node it runs on; absent for addresses outside the cluster, which are never local. */
  readonly node?: string;
}

export interface ServicePort {
  /** Empty when the Service's only port has no name. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly nodePort?: number;
  /** In any order, of all nodes, ready or not. Empty: the port refuses connections. */
  readonly endpoints: readonly Endpoint[];
}

/**
 * A Service as packets see it. Addresses that are not IPv4 are passed over. Treat it as immutable: rules made for one
 * are made again only for another object.
 */
export interface ServiceRules {
  readonly namespace: string;
  readonly name: string;
  /** Empty for headless Services, which need no rules. */
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  /** Those that `status.loadBalancer.ingress` names. */
  readonly loadBalancerIPs: readonly string[];
  /** Who may use the load balancer's addresses; empty: everyone. A range that is no IPv4 CIDR admits nobody. */
  readonly loadBalancerSourceRanges: readonly string[];
  readonly externalTrafficPolicy: TrafficPolicy;
  readonly internalTrafficPolicy: TrafficPolicy;
  /** Session affinity by client address, in seconds since its last connection; absent: none. */
  readonly affinitySeconds?: number;
  readonly ports: readonly ServicePort[];
}

/** A container's port that the node opens as its own. */
export interface HostPort {
  /** The pod's namespace and name. */
  readonly namespace: string;
  readonly name: string;
  readonly protocol: Protocol;
  readonly hostPort: number;
  /** Only on this address of the node; absent, empty or `0.0.0.0`: on all. */
  readonly hostIP?: string;
  readonly podIP: string;
  readonly containerPort: number;
}

/** What a node's packet rules should be. A level: it holds everything, and what it does not hold shall not be. */
export interface NodeRules {
  /** This node's name, as endpoints carry it. */
  readonly node: string;
  /** The node's own IPv4 addresses, the bridge's included. Tells which UDP flows went to a node port. */
  readonly addresses: readonly string[];
  /** The bridge this node's pods are plugged into, 1 to 15 characters. */
  readonly bridge: string;
  /** Addresses of this node's pods. */
  readonly podCIDR: string;
  /** Addresses of all pods: inside it the source address of a packet is kept. */
  readonly clusterCIDR: string;
  /** Where ClusterIPs come from. What is sent there and has no rule is refused. */
  readonly serviceCIDR: string;
  readonly services: readonly ServiceRules[];
  readonly hostPorts: readonly HostPort[];
}

/** What {@link PacketFilter.apply} or {@link PacketFilter.repair} did. */
export interface Applied {
  /** Every chain written, removed or hooked in, as `<table> <chain>`; empty when all was in place. */
  readonly chains: readonly string[];
  /** What this node lacks and what that means, in sentences for its user; empty when nothing is missing. */
  readonly warnings: readonly string[];
}

export interface InstalledRule {
  readonly table: 'filter' | 'nat';
  readonly chain: string;
  /** As `iptables-save` prints it, without `-A <chain>`. */
  readonly rule: string;
  /**
   * The object that caused it: `<namespace>/<name>:<port>` of a Service (no `:<port>` when it has no name),
   * `<namespace>/<name>:<hostPort>/<protocol>` of a pod's host port, `reckon` for what is there whatever objects exist.
   */
  readonly cause: string;
}

/**
 * The node's packet rules. Every adapter passes spec/runtime-agent/packet-filter/packet-filter.contract.ts. Calls are
 * carried out one after the other. All throw {@link PacketFilterUnavailable}; the next call then starts from what is
 * really installed.
 */
export interface PacketFilter {
  /** Brings the node's own rules to what is asked. Costs next to nothing when nothing changed since the last call. */
  apply(rules: NodeRules): Promise<Applied>;
  /** Reads what is installed and puts back whatever someone else changed since the last apply. For a low rate. */
  repair(): Promise<Applied>;
  /** The rules of ours that are installed now, in the order packets meet them within a chain. */
  installed(): Promise<readonly InstalledRule[]>;
  /** Removes all of ours; what others installed stays. Does nothing when nothing is there. */
  clear(): Promise<void>;
}

/** Packet rules cannot be read or written: what failed and what to do is in the message. */
export class PacketFilterUnavailable extends Error {
  override readonly name = 'PacketFilterUnavailable';
}
