import { isIPv4 } from 'node:net';
import { choose } from './endpoints.ts';
import type { NodeRules } from './packet-filter.ts';
import type { Run } from './program.ts';

/** By UDP address of the node's Services and host ports, `ip:port`: the endpoints that may answer there, maybe none. */
export type UdpTargets = ReadonlyMap<string, readonly string[]>;

/** A UDP flow the kernel remembers, and keeps translating as it began for as long as packets come. */
export interface UdpFlow {
  /** What the client sends to. */
  readonly ip: string;
  readonly port: number;
  /** Who answers: the same as above when nothing is translated. */
  readonly backendIP: string;
  readonly backendPort: number;
}

export const udpTargets = (node: NodeRules): UdpTargets => {
  const targets = new Map<string, readonly string[]>();
  const onNode = [...node.addresses, '127.0.0.1'];
  for (const service of node.services) {
    for (const port of service.ports.filter(({ protocol }) => protocol === 'UDP')) {
      const { all, local } = choose(port.endpoints, node.node);
      const endpoints = [...new Set([...all, ...local].map((endpoint) => `${endpoint.ip}:${endpoint.port}`))];
      for (const ip of [...service.clusterIPs, ...service.externalIPs, ...service.loadBalancerIPs].filter(isIPv4)) {
        targets.set(`${ip}:${port.port}`, endpoints);
      }
      if (port.nodePort !== undefined) for (const ip of onNode) targets.set(`${ip}:${port.nodePort}`, endpoints);
    }
  }
  for (const { protocol, hostIP, hostPort, podIP, containerPort } of node.hostPorts) {
    if (protocol !== 'UDP') continue;
    const ips = hostIP && hostIP !== '0.0.0.0' ? [hostIP] : onNode;
    for (const ip of ips) targets.set(`${ip}:${hostPort}`, [`${podIP}:${containerPort}`]);
  }
  return targets;
};

const flowLine = / dst=(\S+) sport=(\d+) dport=(\d+) .*src=(\S+) dst=\S+ sport=(\d+) dport=/;

/** Reads what `conntrack -L -p udp` printed: `udp 17 29 src=… dst=… sport=… dport=… [UNREPLIED] src=… dst=… sport=… dport=… …`. */
export const parseFlows = (printed: string): readonly UdpFlow[] =>
  printed.split('\n').flatMap((line) => {
    const [, ip, , port, backendIP, backendPort] = flowLine.exec(line) ?? [];
    if (!ip || !backendIP) return [];
    return [{ ip, port: Number(port), backendIP, backendPort: Number(backendPort) }];
  });

/** The flows that go on to where none of their address's endpoints is, each address and backend once. */
export const staleFlows = (flows: readonly UdpFlow[], targets: UdpTargets): readonly UdpFlow[] => {
  const stale = flows.filter(({ ip, port, backendIP, backendPort }) => {
    const endpoints = targets.get(`${ip}:${port}`);
    return endpoints && !endpoints.includes(`${backendIP}:${backendPort}`);
  });
  return [...new Map(stale.map((flow) => [`${flow.ip}:${flow.port} ${flow.backendIP}`, flow])).values()];
};

/** Ends the flows that go on to where no endpoint is. Answers what this node lacks for it. */
export const endStaleFlows = async (run: Run, targets: UdpTargets): Promise<readonly string[]> => {
  if (targets.size === 0) return [];
  const listed = await run(['conntrack', '-L', '-p', 'udp']);
  if (listed.code !== 0) {
    return [`UDP flows keep going to endpoints that are gone until they pause for 2 minutes: ${listed.stderr.trim()}`];
  }
  for (const { ip, port, backendIP } of staleFlows(parseFlows(listed.stdout), targets)) {
    // It exits 1 when the flow has ended by itself meanwhile.
    await run([
      'conntrack',
      '-D',
      '-p',
      'udp',
      '--orig-dst',
      ip,
      '--orig-port-dst',
      String(port),
      '--reply-src',
      backendIP,
    ]);
  }
  return [];
};
