import { filterFrame, type Kernel, natFrame } from './frame.ts';
import { hostPortRules } from './host-port-rules.ts';
import type { NodeRules, ServiceRules } from './packet-filter.ts';
import { ipv4Range, type Ruleset } from './rule.ts';
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

const serviceKey = ({ namespace, name }: ServiceRules) => `${namespace}/${name}`;
const byKey = <T>(key: (item: T) => string, items: readonly T[]) =>
  items
    .map((item) => [key(item), item] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item);

/**
 * All chains of ours that a node should have. Pure: the same objects in any order give the same text, which is the text
 * `iptables-save` prints once it is installed. Throws when the node's own ranges or bridge cannot be used.
 */
export const rulesOf = (asked: NodeRules, kernel: Kernel): Ruleset => {
  const node = checked(asked);
  const services = byKey(serviceKey, node.services);
  const hostPorts = byKey(
    ({ namespace, name, hostPort, protocol }) => `${namespace}/${name} ${hostPort} ${protocol}`,
    node.hostPorts,
  );
  const objects = [
    ...services.flatMap((service) => service.ports.map((port) => portRules(service, port, node))),
    ...hostPorts.map(hostPortRules),
  ];
  const nat = natFrame(node, kernel, objects);
  for (const [name, rules] of objects.flatMap(({ chains }) => chains)) nat.set(name, rules);
  return {
    filter: filterFrame(
      node,
      objects.flatMap(({ refuse }) => refuse),
    ),
    nat,
  };
};
