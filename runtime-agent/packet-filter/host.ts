import type { Kernel } from './frame.ts';
import { type NodeRules, PacketFilterUnavailable } from './packet-filter.ts';
import type { Run } from './program.ts';

/** What the node can do for us, and what it lacks in sentences for its user. */
export interface Host {
  readonly kernel: Kernel;
  readonly warnings: readonly string[];
}

/** Writes each `path=value` that is not so yet, and prints those that could not be written. */
const settingsScript = `for pair; do
  file=/proc/sys/\${pair%%=*} value=\${pair#*=}
  [ "$(cat "$file" 2>/dev/null)" = "$value" ] || { echo "$value" >"$file"; } 2>/dev/null || echo "$pair"
done`;

/** Answers those of `pairs` that could not be set. */
const set = async (run: Run, pairs: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await run(['sh', '-c', settingsScript, 'sh', ...pairs]);
  return stdout.split('\n').filter((line) => line !== '');
};

const forwarding = 'net/ipv4/ip_forward=1';
const bridged = 'net/bridge/bridge-nf-call-iptables=1';
const localnet = (value: 0 | 1) => `net/ipv4/conf/all/route_localnet=${value}`;

/** What must be so before rules are made. Tries to load the kernel's bridge filter where it is missing. */
export const prepareHost = async (run: Run): Promise<Host> => {
  const missing = await set(run, [forwarding, bridged]);
  let seesBridgedPackets = !missing.includes(bridged);
  if (!seesBridgedPackets) {
    await run(['modprobe', 'br_netfilter']);
    seesBridgedPackets = (await set(run, [bridged])).length === 0;
  }
  const warnings = [
    ...(missing.includes(forwarding)
      ? [
          'net.ipv4.ip_forward cannot be set to 1: pods reach nothing outside this node and cannot be reached from there',
        ]
      : []),
    ...(seesBridgedPackets
      ? []
      : [
          'net.bridge.bridge-nf-call-iptables cannot be set to 1 (is the kernel module br_netfilter there?): ' +
            'pods that call a Service see the node as the client when both are on this node',
        ]),
  ];
  return { kernel: { seesBridgedPackets }, warnings };
};

interface Link {
  readonly ifname: string;
  readonly linkinfo?: { readonly info_slave_data?: { readonly hairpin?: boolean } };
}

/** Lets a pod's packets back through the port they came from: with rules on bridged packets a pod reaches itself only so. */
const openHairpins = async (run: Run, bridge: string): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await run(['ip', '-details', '-json', 'link', 'show', 'master', bridge]);
  if (code !== 0) return [`the ports of the bridge ${bridge} cannot be listed: ${stderr.trim()}`];
  // iproute2 prints an array of links; the rest of each is of no concern here.
  const links = JSON.parse(stdout || '[]') as readonly Link[];
  const closed = links.filter(({ linkinfo }) => !linkinfo?.info_slave_data?.hairpin).map(({ ifname }) => ifname);
  if (closed.length === 0) return [];
  const lines = closed.map((ifname) => `link set dev ${ifname} type bridge_slave hairpin on`);
  const opened = await run(['ip', '-force', '-batch', '-'], `${lines.join('\n')}\n`);
  return opened.code === 0 ? [] : [`pods cannot reach themselves through their Service: ${opened.stderr.trim()}`];
};

/** Marks our routes: a number that iproute2's own list of protocols leaves free. */
const routeProtocol = '82';

/**
 * This node sends to a ClusterIP only if some route leads there, though none is ever taken: the rules change the address
 * first. Over `lo`, because over the bridge the kernel would tell pods by ICMP to go to the ClusterIP directly, and for a
 * second after that not tell them that a Service refuses.
 */
const giveRoute = async (run: Run, { serviceCIDR }: NodeRules): Promise<readonly string[]> => {
  const [first = ''] = serviceCIDR.split('/');
  if ((await run(['ip', '-4', 'route', 'get', first])).code === 0) return [];
  const { code, stderr } = await run([
    'ip',
    '-4',
    'route',
    'replace',
    serviceCIDR,
    'dev',
    'lo',
    'proto',
    routeProtocol,
  ]);
  if (code === 0) return [];
  return [
    `this node has no default route, so it cannot reach ${serviceCIDR} itself (its pods can): "ip route replace ` +
      `${serviceCIDR} dev lo" says ${stderr.trim()}`,
  ];
};

/** What must be so once the rules are there. */
export const openHost = async (run: Run, node: NodeRules, kernel: Kernel): Promise<readonly string[]> => {
  const hasNodePorts = node.services.some(({ ports }) => ports.some(({ nodePort }) => nodePort !== undefined));
  const opensPorts = hasNodePorts || node.hostPorts.length > 0;
  const missing = opensPorts ? await set(run, [localnet(1)]) : [];
  return [
    ...missing.map(() => 'net.ipv4.conf.all.route_localnet cannot be set to 1: node ports do not answer at 127.0.0.1'),
    ...(kernel.seesBridgedPackets ? await openHairpins(run, node.bridge) : []),
    ...(await giveRoute(run, node)),
  ];
};

/** Takes back what {@link openHost} did outside the bridge. Forwarding stays: others may have come to rely on it. */
export const closeHost = async (run: Run): Promise<void> => {
  const flushed = await run(['ip', '-4', 'route', 'flush', 'proto', routeProtocol]);
  // A network without any route has no table of them yet.
  if (flushed.code !== 0 && !flushed.stderr.includes('FIB table does not exist')) {
    throw new PacketFilterUnavailable(`Cannot remove routes of protocol ${routeProtocol}: ${flushed.stderr.trim()}`);
  }
  await set(run, [localnet(0)]);
};
