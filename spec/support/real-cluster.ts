import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { clientFor } from '../../cli/client.ts';
import { adminAccess } from '../../cli/credentials.ts';
import { type Places, placesIn } from '../../cli/places.ts';
import { bridge } from '../../cli/network.ts';
import { readRunning, stopProcess } from '../../cli/running.ts';
import { iptablesPacketFilter } from '../../runtime-agent/packet-filter/iptables.ts';
import type { ContainerInfo } from 'dockerode';
import { type SpecDocker, specDocker } from './docker.ts';
import { type Client, type Ran, type Release, stockClient } from './kubectl.ts';

/** An answer of the API server, as it came. */
export interface RawAnswer {
  readonly code: number;
  readonly body: string;
  /** The body's JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: string | Buffer;
}

/** `reckon up` on this machine: real processes, Docker, bridge and packet rules. */
export interface RealCluster {
  /** Of the run, removed at its end. */
  readonly home: string;
  readonly places: Places;
  readonly port: number;
  readonly kubeconfig: string;
  readonly docker: SpecDocker;
  /** Runs `reckon <words>` to its end, as a user of this cluster would. */
  reckon(words: readonly string[], timeoutMs?: number): Promise<Ran>;
  /** `reckon up -d`; throws what it said when it fails. */
  up(): Promise<void>;
  /** Ends control plane and agent; pods go on. */
  down(): Promise<void>;
  /** The process that `up` left running. */
  pidOf(what: 'server' | 'agent'): Promise<number>;
  kubectl(release?: Release, environment?: NodeJS.ProcessEnv): Promise<Client>;
  /** Our containers, sandboxes among them, of pods of this namespace, running or not. */
  containersIn(namespace: string): Promise<readonly ContainerInfo[]>;
  /** One request as the administrator, on a connection of its own. */
  ask(asked: RawRequest): Promise<RawAnswer>;
  /** A client of our own, on connections that it keeps; the spec closes it. */
  client(): ReturnType<typeof clientFor>;
}

const bin = fileURLToPath(new URL('../../cli/reckon.mjs', import.meta.url));

const prefix = 'reckon-e2e-';
const upMsMax = 60_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Runs a program to its end; what it leaves running may keep its output open. */
const run = async (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<Ran> => {
  const child = spawn(program, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined; // said in RawAnswer
  }
};

/** Runs that were killed could not clean up after themselves; their Docker is gone with all its containers. */
const sweepDeadRuns = async (): Promise<void> => {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  const dead = names.filter((name) => !existsSync(`/proc/${name.slice(prefix.length)}`));
  for (const name of dead) {
    const home = join(tmpdir(), name);
    const cluster = await readRunning(placesIn(join(home, 'data')));
    await Promise.all((cluster?.processes ?? []).map(stopProcess));
    await iptablesPacketFilter().clear();
    if (bridge in networkInterfaces()) execFileSync('ip', ['link', 'delete', bridge]);
    await rm(home, { recursive: true, force: true });
  }
};

const start = async (): Promise<RealCluster> => {
  await sweepDeadRuns();
  if (bridge in networkInterfaces())
    throw new Error(
      'A cluster has its bridge on this machine, and there is room for one only: end it with "reckon down --pods"',
    );
  const docker = await specDocker();
  const home = join(tmpdir(), `${prefix}${process.pid}`);
  await mkdir(home);
  const places = placesIn(join(home, 'data'));
  const kubeconfig = join(home, 'kubeconfig');
  const port = await freePort();
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig };

  const reckon: RealCluster['reckon'] = (words, timeoutMs = 30_000) =>
    run(process.execPath, [bin, ...words], env, timeoutMs);
  const done = async (words: readonly string[], timeoutMs: number) => {
    const { code, stdout, stderr } = await reckon(words, timeoutMs);
    if (code !== 0) throw new Error(`"reckon ${words.join(' ')}" ended with ${code}:\n${stdout}${stderr}`);
  };
  const up = () =>
    done(
      [
        'up',
        '-d',
        '--data',
        places.data,
        '--port',
        String(port),
        '--kubeconfig',
        kubeconfig,
        '--docker',
        docker.socketPath,
      ],
      upMsMax,
    );
  const down = (...more: readonly string[]) =>
    done(['down', '--data', places.data, '--docker', docker.socketPath, ...more], upMsMax);
  const stop = async () => {
    await down('--pods');
    await rm(home, { recursive: true, force: true });
  };

  docker.beforeEnd(stop);
  await up();
  const access = await adminAccess(places, port);
  const { ca, certificate, key } = access;

  return {
    home,
    places,
    port,
    kubeconfig,
    docker,
    reckon,
    up,
    down: () => down(),
    pidOf: async (what) => {
      const pid = (await readRunning(places))?.processes.find((one) => one.what === what)?.pid;
      if (pid === undefined) throw new Error(`No ${what} runs from ${places.data}`);
      return pid;
    },
    kubectl: (release = 'v34', environment = {}) => stockClient('kubectl', release, kubeconfig, home, environment),
    client: () => clientFor(access),
    containersIn: (namespace) =>
      docker.client.listContainers({ all: true, filters: { label: [`reckon.dev/pod-namespace=${namespace}`] } }),
    ask: ({ method = 'GET', path, contentType = 'application/json', accept = 'application/json', body }) =>
      new Promise((resolve, reject) => {
        // A server that closes a connection cannot be heard while the rest of a large body is on its way.
        const agent = new Agent({ keepAlive: true });
        const asked = request(
          {
            host: '127.0.0.1',
            port,
            path,
            method,
            agent,
            ca,
            cert: certificate,
            key,
            timeout: 20_000,
            headers: {
              Accept: accept,
              ...(body !== undefined && { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) }),
            },
          },
          (answer) => {
            text(answer).then(
              (said) => resolve({ code: answer.statusCode ?? 0, body: said, json: parsed(said) }),
              reject,
            );
          },
        );
        asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer within 20 s`)));
        asked.on('error', reject).on('close', () => agent.destroy());
        asked.end(body);
      }),
  };
};

let started: ReturnType<typeof start> | undefined;

/** The run's one real cluster: there when the first spec asks, gone with all its pods, rules and bridge when the run is over. */
export const realCluster = (): Promise<RealCluster> => (started ??= start());
