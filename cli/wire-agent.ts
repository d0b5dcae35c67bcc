import { mkdir, rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { realChance, realClock } from '../events/clock.ts';
import { type Agent, type AgentParts, startAgent } from '../runtime-agent/agent.ts';
import { dockerRuntime } from '../runtime-agent/docker/runtime.ts';
import { demoArchive, demoImages } from '../runtime-agent/images/demo.ts';
import { type LinkTarget, linkTo } from '../runtime-agent/link.ts';
import { iptablesPacketFilter } from '../runtime-agent/packet-filter/iptables.ts';
import { noPacketFilter } from '../runtime-agent/packet-filter/none.ts';
import type { Runtime } from '../runtime-agent/runtime.ts';
import { simulatedRuntime } from '../runtime-agent/simulated.ts';
import { bridge, clusterCIDR, hostAddress, ownAddresses, podCIDRof, serviceCIDR } from './network.ts';
import type { Places } from './places.ts';
import { version } from './version.ts';

export interface AgentSettings {
  readonly link: LinkTarget;
  /** The agent's own folder. */
  readonly root: string;
  readonly dockerSocket: string;
  readonly log: Logger;
}

/** Marks what is ours in Docker. */
const cluster = 'reckon';
const podsMax = 110;
const logLimits = { fileBytesMax: 10 * 2 ** 20, filesMax: 2 };

/** This machine as a node. */
export const nodeName = (): string => hostname().toLowerCase();

const partsOf = (link: LinkTarget, log: Logger): Pick<AgentParts, 'controlPlane' | 'clock' | 'log' | 'report'> => ({
  controlPlane: linkTo(link, { clock: realClock, chance: realChance, log: (text) => log.info(text) }),
  clock: realClock,
  log: (text) => log.info(text),
  report: ({ controller, key, error, failures }) => log.warn({ controller, key, failures, error }, 'a turn failed'),
});

/** The examples' images are made here, since there is no registry to ask for them. */
const offerDemo = async (runtime: Runtime, log: Logger): Promise<void> => {
  const there = await Promise.all(demoImages.map((name) => runtime.image(name)));
  if (there.every(Boolean)) return;
  try {
    await runtime.loadImages(Readable.from([await demoArchive()]));
  } catch (error) {
    log.warn({ error }, 'the images of the examples could not be made');
  }
};

/** One node on this machine: Docker and iptables. The one place that names their adapters. */
export const wireAgent = async ({ link, root, dockerSocket, log }: AgentSettings): Promise<Agent> => {
  await mkdir(root, { recursive: true, mode: 0o750 });
  const runtime = await dockerRuntime({
    socketPath: dockerSocket,
    cluster,
    node: link.node,
    bridge,
    log: logLimits,
    clock: realClock,
  });
  const podCIDR = podCIDRof(0);
  const [info, disk] = await Promise.all([runtime.info(), statfs(root)]);
  for (const text of info.degraded) log.warn(text);
  await offerDemo(runtime, log);

  return startAgent({
    ...partsOf(link, log),
    runtime,
    filter: iptablesPacketFilter(),
    facts: {
      name: link.node,
      hostIP: hostAddress(),
      podCIDR,
      version,
      info,
      podsMax,
      diskBytes: disk.blocks * disk.bsize,
      labels: {},
    },
    network: () => ({ node: link.node, addresses: ownAddresses(), bridge, podCIDR, clusterCIDR, serviceCIDR }),
    root,
  });
};

/** Removes from this machine all that a node's agent ever made on it: containers, network, rules, volumes. */
export const clearNode = async ({
  places,
  dockerSocket,
}: {
  readonly places: Places;
  readonly dockerSocket: string;
}): Promise<void> => {
  const node = nodeName();
  const runtime = await dockerRuntime({
    socketPath: dockerSocket,
    cluster,
    node,
    bridge,
    log: logLimits,
    clock: realClock,
  });
  await runtime.removeAll();
  await iptablesPacketFilter().clear();
  await rm(places.agent(node), { recursive: true, force: true });
};

/** Nodes that run nothing, all in this process. */
export const wireSimulatedAgents = async ({
  links,
  places,
  log,
}: {
  readonly links: readonly LinkTarget[];
  readonly places: Places;
  readonly log: Logger;
}): Promise<readonly Agent[]> =>
  Promise.all(
    links.map(async (link, nth) => {
      const podCIDR = podCIDRof(nth);
      const runtime = simulatedRuntime({ clock: realClock });
      return startAgent({
        ...partsOf(link, log),
        runtime,
        filter: noPacketFilter(),
        facts: {
          name: link.node,
          hostIP: `192.0.2.${nth + 1}`,
          podCIDR,
          version,
          info: await runtime.info(),
          podsMax,
          diskBytes: 100 * 2 ** 30,
          labels: { 'reckon.dev/simulated': 'true' },
        },
        network: () => ({ node: link.node, addresses: [], bridge, podCIDR, clusterCIDR, serviceCIDR }),
        root: places.agent(link.node),
      });
    }),
  );
