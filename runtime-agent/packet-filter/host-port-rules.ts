import { isIPv4 } from 'node:net';
import type { HostPort } from './packet-filter.ts';
import { chainName, type Contribution, host, markTarget, ruleText } from './rule.ts';

/** The rules of one host port. A pod address that is not IPv4 makes none. Pure. */
export const hostPortRules = (hostPort: HostPort): Contribution => {
  const { namespace, name, protocol, podIP, containerPort } = hostPort;
  const nothing = { chains: [], services: [], localPorts: [], refuse: [] };
  if (!isIPv4(podIP)) return nothing;
  const why = `${namespace}/${name}:${hostPort.hostPort}/${protocol.toLowerCase()}`;
  const hostIP = hostPort.hostIP === '0.0.0.0' ? '' : (hostPort.hostIP ?? '');
  if (hostIP && !isIPv4(hostIP)) return nothing;
  const chain = chainName('HP', `${why} ${hostIP} ${podIP}:${containerPort}`);
  const rules = [
    ruleText({ from: host(podIP), why: `${why} to itself`, target: markTarget }),
    ruleText({ from: '127.0.0.0/8', why: `${why} from this node`, target: markTarget }),
    ruleText({ protocol, why, target: `DNAT --to-destination ${podIP}:${containerPort}` }),
  ];
  const to = hostIP && { to: host(hostIP) };
  return {
    ...nothing,
    chains: [[chain, rules]],
    localPorts: [ruleText({ ...to, protocol, port: hostPort.hostPort, why, target: chain })],
  };
};
