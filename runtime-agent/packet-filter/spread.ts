import { at, because, type Front } from './front.ts';
import type { Endpoint } from './packet-filter.ts';
import { type Chain, chainName, host, markTarget, randomMatch } from './rule.ts';

const endpointName = ({ key }: Front, { ip, port }: Endpoint) => chainName('SEP', `${key} ${ip}:${port}`);

/** `recent` remembers a client's address under the endpoint's own chain name. */
const recent = (what: string, name: string) => `-m recent ${what} --name ${name} --mask 255.255.255.255 --rsource`;

/** Sends to one endpoint. A pod that reaches itself gets the node's address as the client, or it would answer itself directly. */
const endpointChain = (front: Front, endpoint: Endpoint): Chain => {
  const name = endpointName(front, endpoint);
  const isSticky = front.service.affinitySeconds !== undefined;
  return [
    name,
    [
      because(front, 'to itself', { from: host(endpoint.ip), target: markTarget }),
      because(front, '', {
        protocol: front.port.protocol,
        ...(isSticky && { match: recent('--set', name) }),
        target: `DNAT --to-destination ${endpoint.ip}:${endpoint.port}`,
      }),
    ],
  ];
};

const affinityRules = (front: Front, endpoints: readonly Endpoint[]) => {
  const seconds = front.service.affinitySeconds;
  if (seconds === undefined) return [];
  return endpoints.map((endpoint) => {
    const target = endpointName(front, endpoint);
    return because(front, 'again', { match: recent(`--rcheck --seconds ${seconds} --reap`, target), target });
  });
};

/**
 * A chain that gives each endpoint an equal share, and the endpoints' own chains. What comes to a ClusterIP from outside
 * the pods' addresses gets the node's address as its source, so that answers find their way back.
 */
export const spreading = (front: Front, sort: 'SVC' | 'SVL', endpoints: readonly Endpoint[]): readonly Chain[] => {
  const fromAfar = front.clusterIPs.map((ip) =>
    because(front, 'from outside', { notFrom: front.clusterCIDR, ...at(ip, front), target: markTarget }),
  );
  const shares = endpoints.map((endpoint, index) => {
    const left = endpoints.length - index;
    return because(front, '', {
      ...(left > 1 && { match: randomMatch(1 / left) }),
      target: endpointName(front, endpoint),
    });
  });
  return [
    [chainName(sort, front.key), [...fromAfar, ...affinityRules(front, endpoints), ...shares]],
    ...endpoints.map((endpoint) => endpointChain(front, endpoint)),
  ];
};
