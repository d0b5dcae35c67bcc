import type { Clock } from '../events/clock.ts';
import type { Forget, ServeService } from '../commands/orders/order.ts';
import type { NodeWorld } from './node-world.ts';
import type { HostPort, NodeRules, PacketFilter, ServiceRules } from './packet-filter/packet-filter.ts';

/** The node's place in the network; what its packet rules need beside Services. */
export type Network = Pick<NodeRules, 'node' | 'addresses' | 'bridge' | 'podCIDR' | 'clusterCIDR' | 'serviceCIDR'>;

/** Services this node carries traffic for, and their way into the packet filter. */
export interface Services {
  all(): readonly ServeService[];
  ordered(order: ServeService | Forget): void;
  /** All standing orders were read: from now on rules are applied; before, what is installed stays as it was. */
  allRead(): void;
  /** Something about this node's pods changed that may open or close a host port. */
  podsChanged(): void;
  stop(): void;
}

export interface ServicesTools {
  readonly filter: PacketFilter;
  readonly network: () => Network;
  readonly world: NodeWorld;
  readonly clock: Clock;
  readonly warn: (text: string) => void;
}

/** Changes that come together are applied together. */
const gatherMs = 20;
const retryMs = 2_000;
/** How often it is looked whether someone else took our rules away. */
const repairMs = 60_000;

const rulesOf = (order: ServeService): ServiceRules => ({
  namespace: order.namespace,
  name: order.name,
  clusterIPs: order.clusterIPs,
  externalIPs: order.externalIPs,
  loadBalancerIPs: [],
  loadBalancerSourceRanges: [],
  externalTrafficPolicy: order.externalTrafficPolicy,
  internalTrafficPolicy: order.internalTrafficPolicy,
  ...(order.affinitySeconds > 0 && { affinitySeconds: order.affinitySeconds }),
  ports: order.ports.map(({ name, protocol, port, nodePort, backends }) => ({
    name,
    protocol,
    port,
    ...(nodePort > 0 && { nodePort }),
    endpoints: backends.map(({ node, ...backend }) => ({ ...backend, ...(node !== '' && { node }) })),
  })),
});

/** Host ports of the pods that run here; a pod on the node's own network opens its ports itself. */
const hostPortsOf = (world: NodeWorld): readonly HostPort[] =>
  [...world.uids()].flatMap((uid) => {
    const order = world.order(uid);
    const ip = world.seen(uid).sandboxes.findLast(({ state }) => state === 'running')?.ip;
    if (!order || !ip || order.pod.spec.hostNetwork) return [];
    const { namespace = '', name } = order.pod.metadata;
    return order.pod.spec.containers.flatMap(({ ports = [] }) =>
      ports.flatMap(({ hostPort, hostIP, containerPort, protocol = 'TCP' }) =>
        hostPort
          ? [
              {
                namespace,
                name,
                protocol,
                hostPort,
                ...(hostIP && { hostIP }),
                podIP: ip,
                containerPort,
              },
            ]
          : [],
      ),
    );
  });

/** Keeps the node's packet rules at what was ordered. */
export const serveServices = ({ filter, network, world, clock, warn }: ServicesTools): Services => {
  const orders = new Map<string, { readonly order: ServeService; readonly rules: ServiceRules }>();
  let ready = false;
  let stopped = false;
  let timer: unknown;
  let dirty = false;
  let applying = false;
  let hostPorts = '';
  const warned = new Set<string>();

  const say = (warnings: readonly string[]) => {
    for (const text of warnings) if (!warned.has(text)) warn(text);
    for (const text of warnings) warned.add(text);
  };

  const apply = async () => {
    timer = undefined;
    if (applying || stopped) return;
    applying = true;
    dirty = false;
    try {
      const rules = {
        ...network(),
        services: Array.from(orders.values(), (one) => one.rules),
        hostPorts: hostPortsOf(world),
      };
      say((await filter.apply(rules)).warnings);
    } catch (error) {
      warn(
        `Cannot bring packet rules up to date, trying again: ${error instanceof Error ? error.message : String(error)}`,
      );
      dirty = true;
      timer = clock.setTimeout(() => void apply(), retryMs);
    }
    applying = false;
    if (dirty && timer === undefined) soon();
  };
  const soon = () => {
    dirty = true;
    if (ready && !stopped && timer === undefined && !applying) timer = clock.setTimeout(() => void apply(), gatherMs);
  };

  let repairTimer: unknown;
  const repair = async () => {
    try {
      if (ready) say((await filter.repair()).warnings);
    } catch (error) {
      warn(`Cannot look after packet rules: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (!stopped) repairTimer = clock.setTimeout(() => void repair(), repairMs);
  };
  repairTimer = clock.setTimeout(() => void repair(), repairMs);

  return {
    all: () => Array.from(orders.values(), ({ order }) => order),
    ordered: (order) => {
      if (order.type === 'Forget') orders.delete(order.key);
      else orders.set(order.key, { order, rules: rulesOf(order) });
      soon();
    },
    allRead: () => {
      ready = true;
      soon();
    },
    podsChanged: () => {
      const now = JSON.stringify(hostPortsOf(world));
      if (now === hostPorts) return;
      hostPorts = now;
      soon();
    },
    stop: () => {
      stopped = true;
      clock.clearTimeout(timer);
      clock.clearTimeout(repairTimer);
    },
  };
};
