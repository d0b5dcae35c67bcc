import { setImmediate } from 'node:timers/promises';
import { filterFrame, type Kernel, natFrame } from './frame.ts';
import type { Place } from './front.ts';
import { hostPortRules } from './host-port-rules.ts';
import type { NodeRules, ServiceRules } from './packet-filter.ts';
import { type Contribution, ipv4Range, type Ruleset } from './rule.ts';
import { portRules } from './service-rules.ts';

const range = (what: string, text: string) => {
  const canonical = ipv4Range(text);
  if (canonical && !canonical.endsWith('/0')) return canonical;
  throw new Error(`Cannot make packet rules: ${what} "${text}" is not an IPv4 range such as 10.244.0.0/16`);
};

const checked = (node: NodeRules): NodeRules => {
  if (!/^[\w.-]{1,15}$/.test(node.bridge)) {
    throw new Error(
      `Cannot make packet rules: "${node.bridge}" cannot be a bridge's name (1 to 15 of A-Z a-z 0-9 _ . -)`,
    );
  }
  const podCIDR = range('pod CIDR', node.podCIDR);
  const clusterCIDR = range('cluster CIDR', node.clusterCIDR);
  return { ...node, podCIDR, clusterCIDR, serviceCIDR: range('service CIDR', node.serviceCIDR) };
};

const byKey = <T>(key: (item: T) => string, items: readonly T[]) =>
  items
    .map((item) => [key(item), item] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item);

/** A Service that is the same object has the same rules, in the same arrays: comparing 1,000 of them costs nothing. */
const made = new WeakMap<ServiceRules, Place & { readonly ports: readonly Contribution[] }>();

const serviceRules = (service: ServiceRules, { node, clusterCIDR }: Place): readonly Contribution[] => {
  const known = made.get(service);
  if (known?.node === node && known.clusterCIDR === clusterCIDR) return known.ports;
  const ports = service.ports.map((port) => portRules(service, port, { node, clusterCIDR }));
  made.set(service, { node, clusterCIDR, ports });
  return ports;
};

/**
 * All chains of ours that a node should have. Pure: the same objects in any order give the same text, which is the text
 * `iptables-save` prints once it is installed. Throws when the node's own ranges or bridge cannot be used.
 */
export const rulesOf = (asked: NodeRules, kernel: Kernel): Ruleset => {
  const node = checked(asked);
  const services = byKey(({ namespace, name }) => `${namespace}/${name}`, node.services);
  const hostPorts = byKey(
    ({ namespace, name, hostPort, protocol }) => `${namespace}/${name} ${hostPort} ${protocol}`,
    node.hostPorts,
  );
  const objects = [...services.flatMap((service) => serviceRules(service, node)), ...hostPorts.map(hostPortRules)];
  const nat = natFrame(node, kernel, objects);
  for (const [name, rules] of objects.flatMap(({ chains }) => chains)) nat.set(name, rules);
  const refuse = objects.flatMap((object) => object.refuse);
  return { filter: filterFrame(node, refuse), nat };
};

/** How many Services at once; each takes 0.1 ms in a process that has just started, less later. */
const sliceMax = 50;

/** The same as {@link rulesOf}, made in slices between which others have their turn. */
export const rulesInSlices = async (asked: NodeRules, kernel: Kernel): Promise<Ruleset> => {
  const node = checked(asked);
  for (let start = 0; start < node.services.length; start += sliceMax) {
    for (const service of node.services.slice(start, start + sliceMax)) serviceRules(service, node);
    await setImmediate();
  }
  return rulesOf(asked, kernel);
};
