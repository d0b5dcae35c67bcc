import { mkdir } from 'node:fs/promises';
import { realClock } from '../events/clock.ts';
import { bodyOf, type Client, clientFor } from './client.ts';
import { adminAccess } from './credentials.ts';
import { UserError } from './output.ts';
import { pause } from './pause.ts';
import type { Places } from './places.ts';
import { isOurs, type Process, readRunning, type RunningCluster, stopProcess, writeRunning } from './running.ts';
import { type Spawned, spawnReckon } from './spawned.ts';

export interface ClusterSettings {
  readonly places: Places;
  readonly port: number;
  readonly nodes: readonly string[];
  readonly simulated: boolean;
  readonly dockerSocket: string;
  readonly kubeconfig: string;
  /** Told what is being waited for. */
  readonly progress: (text: string) => void;
}

/** A cluster that serves, and the client to speak to it as its administrator. */
export interface Started {
  readonly client: Client;
  readonly cluster: RunningCluster;
  /** Settles when one of its processes ends by itself, with what that said last. */
  readonly broken: Promise<UserError>;
}

const lookMs = 40;
const serverMsMax = 60_000;
const nodeMsMax = 120_000;

/** Looks until there is something to see; gives up when the process has ended or it took too long. */
const until = async <T>(
  what: string,
  msMax: number,
  spawned: Spawned,
  look: () => Promise<T | undefined>,
): Promise<T> => {
  let failed: UserError | undefined;
  void spawned.ended.then((error) => {
    failed = error;
  });
  for (let waited = 0; waited < msMax; waited += lookMs) {
    if (failed) throw failed;
    const seen = await look();
    if (seen !== undefined) return seen;
    await pause(lookMs);
  }
  throw (
    failed ??
    new UserError(`${what} took longer than ${msMax / 1_000} s. "reckon status" shows how it is, and where it writes`)
  );
};

const serving = async (places: Places, port: number): Promise<Client | undefined> => {
  const access = await adminAccess(places, port).catch(() => undefined); // not issued yet
  if (!access?.key) return undefined;
  const client = clientFor(access);
  const answer = await client.ask({ path: '/readyz', timeoutMs: 2_000 }).catch(() => undefined); // not listening yet
  if (answer?.code === 200) return client;
  client.close();
  return undefined;
};

interface NodeView {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastHeartbeatTime?: string;
    }[];
  };
}

/** Every node is Ready by what its agent has said since `since`: a Ready of an earlier life says nothing. */
const nodesReady = async (client: Client, nodes: readonly string[], since: number): Promise<true | undefined> => {
  const answers = await Promise.all(nodes.map((node) => client.ask({ path: `/api/v1/nodes/${node}` })));
  const ready = answers.every((answer) => {
    if (answer.code === 404) return false;
    const { status } = bodyOf(answer) as NodeView; // a Node
    const ready = status?.conditions?.find((one) => one.type === 'Ready');
    return ready?.status === 'True' && Date.parse(ready.lastHeartbeatTime ?? '') >= since;
  });
  return ready || undefined;
};

/** A cluster that lost one of its processes is started anew: the other one ends first, which no pod notices. */
const clearTheWay = async (places: Places): Promise<void> => {
  const before = await readRunning(places);
  const processes = before?.processes ?? [];
  const alive = await Promise.all(processes.map(isOurs));
  if (processes.length > 0 && alive.every(Boolean)) {
    throw new UserError(
      `A cluster runs from ${places.data} already, on port ${before?.port}. "reckon status" shows it, "reckon down" stops it`,
    );
  }
  await Promise.all(processes.map(stopProcess));
};

/** Starts control plane and agents as processes of their own and waits until every node is Ready. What fails is stopped again. */
export const startCluster = async (settings: ClusterSettings): Promise<Started> => {
  const { places, port, nodes, simulated, dockerSocket, kubeconfig, progress } = settings;
  await clearTheWay(places);
  await mkdir(places.data, { recursive: true, mode: 0o700 });
  const processes: Process[] = [];
  try {
    progress('starting the control plane');
    const server = await spawnReckon(
      ['server', '--data', places.data, '--port', String(port), '--agent', ...nodes],
      places.output('server'),
    );
    processes.push({ what: 'server', pid: server.pid });
    const client = await until('Starting the control plane', serverMsMax, server, () => serving(places, port));

    progress(nodes.length === 1 ? 'starting the agent' : `starting the agents of ${nodes.length} nodes`);
    const since = Math.floor(realClock.now() / 1_000) * 1_000;
    const how = simulated ? ['--simulate'] : ['--docker', dockerSocket];
    const agent = await spawnReckon(
      ['agent', '--data', places.data, '--server', client.access.server, ...how, '--node', ...nodes],
      places.output('agent'),
    );
    processes.push({ what: 'agent', pid: agent.pid });
    const cluster = { processes, port, nodes, simulated, kubeconfig };
    await writeRunning(places, cluster);
    progress('waiting for the node to be Ready');
    await until('Waiting for the node to be Ready', nodeMsMax, agent, () => nodesReady(client, nodes, since));
    return { client, cluster, broken: Promise.race([server.ended, agent.ended]) };
  } catch (error) {
    await Promise.all(processes.map(stopProcess));
    throw error;
  }
};
