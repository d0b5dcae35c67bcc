import { difference } from '../../../runtime-agent/packet-filter/difference.ts';
import { hooks } from '../../../runtime-agent/packet-filter/frame.ts';
import { nothingInstalled } from '../../../runtime-agent/packet-filter/installed.ts';
import type {
  Endpoint,
  HostPort,
  NodeRules,
  ServicePort,
  ServiceRules,
} from '../../../runtime-agent/packet-filter/packet-filter.ts';
import { rulesOf } from '../../../runtime-agent/packet-filter/rules.ts';
import type { Surroundings } from '../../support/packet-tracer.ts';

/** A ready endpoint on node `a`, whose pods are in 10.244.1.0/24; others are on node `b`. */
export const endpoint = (ip: string, more: Partial<Endpoint> = {}): Endpoint => ({
  ip,
  port: 8080,
  ready: true,
  serving: true,
  terminating: false,
  node: ip.startsWith('10.244.1.') ? 'a' : 'b',
  ...more,
});

export const ending = { ready: false, terminating: true };

export const port = (ips: readonly (string | Endpoint)[], more: Partial<ServicePort> = {}): ServicePort => ({
  name: 'http',
  protocol: 'TCP',
  port: 80,
  endpoints: ips.map((ip) => (typeof ip === 'string' ? endpoint(ip) : ip)),
  ...more,
});

/** `default/web` at 10.96.0.10. */
export const web = (ports: readonly ServicePort[], more: Partial<ServiceRules> = {}): ServiceRules => ({
  namespace: 'default',
  name: 'web',
  clusterIPs: ['10.96.0.10'],
  externalIPs: [],
  loadBalancerIPs: [],
  loadBalancerSourceRanges: [],
  externalTrafficPolicy: 'Cluster',
  internalTrafficPolicy: 'Cluster',
  ports,
  ...more,
});

/** Node `a`, 192.168.0.1 to the world. */
export const nodeWith = (services: readonly ServiceRules[], hostPorts: readonly HostPort[] = []): NodeRules => ({
  node: 'a',
  addresses: ['192.168.0.1', '10.244.1.1'],
  bridge: 'reckon0',
  podCIDR: '10.244.1.0/24',
  clusterCIDR: '10.244.0.0/16',
  serviceCIDR: '10.96.0.0/16',
  services,
  hostPorts,
});

/** All that a node without any rules would be given, as text for iptables-restore. */
export const textOf = (node: NodeRules, seesBridgedPackets = true): string =>
  difference(nothingInstalled, rulesOf(node, { seesBridgedPackets }), hooks).text;

/** The rules that one object caused, shortened for reading: `<chain> <rule> # <why>`, hashes cut to 4 characters. */
export const causedBy = (object: string, node: NodeRules, seesBridgedPackets = true): string =>
  textOf(node, seesBridgedPackets)
    .split('\n')
    .filter((line) => line.includes(`--comment "${object}`))
    .map((line) =>
      line
        .replace('-A ', '')
        .replace(/ -m comment --comment "(.*?)"(.*)$/, '$2 # $1')
        .replaceAll(/RECKON-(\w+-[0-9A-F]{4})[0-9A-F]{12}/g, '$1')
        .replaceAll('RECKON-', '')
        .replace(/ --mask \S+ --rsource/, ''),
    )
    .join('\n');

export const around: Surroundings = {
  local: ['192.168.0.1', '10.244.1.1'],
  route: (dst) => (dst.startsWith('10.244.1.') ? 'reckon0' : 'eth0'),
};
