import { at, because, type Front, frontOf, type Place, refuse } from './front.ts';
import type { ServicePort, ServiceRules } from './packet-filter.ts';
import { type Chain, chainName, type Contribution, ipv4Range, markTarget } from './rule.ts';
import { spreading } from './spread.ts';

const clusterIPRules = (front: Front): Contribution => {
  const isLocal = front.service.internalTrafficPolicy === 'Local';
  const sort = isLocal ? 'SVL' : 'SVC';
  const served = isLocal ? front.local : front.all;
  const addresses = front.clusterIPs.map((ip) => at(ip, front));
  const target = chainName(sort, front.key);
  const isServed = served.length > 0 && addresses.length > 0;
  return {
    chains: isServed ? spreading(front, sort, served) : [],
    services: isServed ? addresses.map((to) => because(front, '', { ...to, target })) : [],
    localPorts: [],
    refuse: addresses.flatMap((to) => refuse(front, served, to)),
  };
};

/** Where traffic from outside the cluster goes. Under the policy Local, what began on the node or in a pod may go anywhere. */
const outsideChains = (front: Front): readonly Chain[] => {
  const [svc, svl, ext] = [chainName('SVC', front.key), chainName('SVL', front.key), chainName('EXT', front.key)];
  const all = spreading(front, 'SVC', front.all);
  if (front.service.externalTrafficPolicy === 'Cluster') {
    return [...all, [ext, [because(front, '', { target: markTarget }), because(front, '', { target: svc })]]];
  }
  const fromHere = { match: '-m addrtype --src-type LOCAL' };
  const rules = [
    because(front, 'from a pod', { from: front.clusterCIDR, target: svc }),
    because(front, 'from this node', { ...fromHere, target: markTarget }),
    because(front, 'from this node', { ...fromHere, target: svc }),
  ];
  if (front.local.length === 0) return [...all, [ext, rules]];
  return [...all, ...spreading(front, 'SVL', front.local), [ext, [...rules, because(front, '', { target: svl })]]];
};

/** Lets through whom the source ranges allow; the others keep their destination, which the filter table then drops. */
const guardChain = (front: Front): Chain => {
  const ranges = front.service.loadBalancerSourceRanges.map(ipv4Range).filter((range) => range !== undefined);
  const target = chainName('EXT', front.key);
  return [chainName('FW', front.key), ranges.map((from) => because(front, 'from an allowed range', { from, target }))];
};

/** What the node does for the addresses and the node port under which a Service is known outside. */
const outsideRules = (front: Front): Contribution => {
  const { outside, key } = front;
  const { nodePort, protocol } = front.port;
  const isLocal = front.service.externalTrafficPolicy === 'Local';
  const served = isLocal ? front.local : front.all;
  const isServed = front.all.length > 0 && (outside.length > 0 || nodePort !== undefined);
  const guarded = isServed ? outside.filter(({ isGuarded }) => isGuarded) : [];
  const onNode = nodePort === undefined ? [] : [{ protocol, port: nodePort }];
  return {
    chains: isServed ? [...outsideChains(front), ...(guarded.length > 0 ? [guardChain(front)] : [])] : [],
    services: (isServed ? outside : []).map(({ ip, isGuarded }) =>
      because(front, '', { ...at(ip, front), target: chainName(isGuarded ? 'FW' : 'EXT', key) }),
    ),
    localPorts: isServed ? onNode.map((to) => because(front, '', { ...to, target: chainName('EXT', key) })) : [],
    refuse: [
      ...guarded.map(({ ip }) => because(front, 'from no allowed range', { ...at(ip, front), target: 'DROP' })),
      ...outside.flatMap(({ ip }) => refuse(front, served, at(ip, front))),
      ...onNode.flatMap((to) => refuse(front, served, { ...to, match: '-m addrtype --dst-type LOCAL' })),
    ],
  };
};

/** The rules of one port of a Service. Pure; where packets go follows kube-proxy's iptables mode. */
export const portRules = (service: ServiceRules, port: ServicePort, node: Place): Contribution => {
  const front = frontOf(service, port, node);
  const [inside, outside] = [clusterIPRules(front), outsideRules(front)];
  return {
    chains: [...inside.chains, ...outside.chains],
    services: [...inside.services, ...outside.services],
    localPorts: outside.localPorts,
    refuse: [...inside.refuse, ...outside.refuse],
  };
};
