import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Docker from 'dockerode';

/** A Docker that only this run of specs uses, with all that it keeps in one folder. */
export interface SpecDocker {
  readonly socketPath: string;
  /** A client that speaks to it without our code. */
  readonly client: Docker;
  /** A name for a bridge and addresses for its pods, that nobody else on this machine has. */
  nextNetwork(): { readonly bridge: string; readonly cidr: string };
  /** Ends it, kindly or not, and starts it again; containers go on (live-restore). `whileDown` runs in between. */
  restart(signal: 'SIGTERM' | 'SIGKILL', whileDown?: () => Promise<void>): Promise<void>;
  /** Runs `end` before this Docker ends with the run. */
  beforeEnd(end: () => Promise<void>): void;
}

const prefix = 'reckon-spec-docker-';
const startMsMax = 20_000;

const withoutFile = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise;
    throw error;
  }
};

const readText = (path: string) => withoutFile(() => readFileSync(path, 'utf8'), '');
const namesIn = (path: string) => withoutFile(() => readdirSync(path), [] as string[]);

const kill = (pid: number) => withoutFile(() => process.kill(pid, 'SIGKILL'), false);

/** The folders of a cgroup in each hierarchy, the deepest first. */
const cgroupsOf = (name: string): string[] => {
  const below = (folder: string): string[] => [
    ...withoutFile(() => readdirSync(folder, { withFileTypes: true }), [])
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => below(join(folder, entry.name))),
    folder,
  ];
  const roots = ['/sys/fs/cgroup', ...namesIn('/sys/fs/cgroup').map((one) => `/sys/fs/cgroup/${one}`)];
  return roots.flatMap((root) => (namesIn(root).includes(name) ? below(join(root, name)) : []));
};

const ours = /^(dockerd|containerd)/;

/** Those whose command line names the folder: the daemon, its containerd, and a shim for each container. */
const processesOf = (dir: string): number[] =>
  namesIn('/proc')
    .filter((name) => /^\d+$/.test(name) && ours.test(readText(`/proc/${name}/comm`)))
    .filter((name) => readText(`/proc/${name}/cmdline`).includes(`${dir}/`))
    .map(Number);

const bridgePrefix = (pid: string | number) => `rk${Number(pid).toString(36)}x`;

/** Ends and removes all that a run has left: processes, mounts, bridges, cgroups, files. */
const sweep = async (dir: string): Promise<void> => {
  const name = dir.slice(dir.lastIndexOf('/') + 1);
  const alive = () => [
    ...processesOf(dir),
    ...cgroupsOf(name).flatMap((group) =>
      readText(join(group, 'cgroup.procs')).split('\n').filter(Boolean).map(Number),
    ),
  ];
  for (let left = alive(); left.length > 0; left = alive()) {
    left.forEach(kill);
    await wait(20);
  }
  const mounts = readText('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${dir}/`)).reverse())
    execFileSync('umount', ['-l', mount]);
  for (const bridge of namesIn('/sys/class/net').filter((one) =>
    one.startsWith(bridgePrefix(name.slice(prefix.length))),
  )) {
    execFileSync('ip', ['link', 'delete', bridge]);
  }
  for (const group of cgroupsOf(name)) withoutFile(() => rmdirSync(group), undefined);
  rmSync(dir, { recursive: true, force: true });
};

/** Runs that were killed could not clean up after themselves. */
const sweepDeadRuns = async () => {
  for (const name of namesIn(tmpdir()).filter((one) => one.startsWith(prefix))) {
    const pid = name.slice(prefix.length);
    if (!namesIn('/proc').includes(pid)) await sweep(join(tmpdir(), name));
  }
};

/** Ranges that are set aside for tests (RFC 2544), so that they lead nowhere else; one that is routed is in use by another run. */
const freeRange = (start: number, taken: ReadonlySet<string>): string => {
  const routes = readText('/proc/net/route');
  for (let n = start; n < start + 512; n++) {
    const [second, third] = [18 + (Math.floor(n / 256) % 2), n % 256];
    const asRoute = [0, third, second, 198]
      .map((part) => part.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
    const range = `198.${second}.${third}.0/24`;
    if (!routes.includes(asRoute) && !taken.has(range)) return range;
  }
  throw new Error('No range of 198.18.0.0/15 is free for a spec');
};

const start = async (): Promise<SpecDocker & { stop(): Promise<void> }> => {
  if (process.getuid?.() !== 0) throw new Error('Specs with Docker start one of their own, and need root for it');
  await sweepDeadRuns();
  const dir = join(tmpdir(), `${prefix}${process.pid}`);
  mkdirSync(dir, { recursive: true });
  const socketPath = join(dir, 'docker.sock');
  const client = new Docker({ socketPath, host: undefined });
  const options: Readonly<Record<string, string>> = {
    'data-root': join(dir, 'data'),
    'exec-root': join(dir, 'exec'),
    pidfile: join(dir, 'docker.pid'),
    host: `unix://${socketPath}`,
    'log-level': 'warn',
    'shutdown-timeout': '2',
    'live-restore': 'true',
    bridge: 'none',
    iptables: 'false',
    ip6tables: 'false',
    'ip-masq': 'false',
    'ip-forward': 'false',
    'userland-proxy': 'false',
    'exec-opt': 'native.cgroupdriver=cgroupfs',
    'cgroup-parent': `/${prefix}${process.pid}`,
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);

  const launch = async () => {
    const log = openSync(join(dir, 'dockerd.log'), 'a');
    const child = spawn('dockerd', args, { detached: true, stdio: ['ignore', log, log] });
    const failed = once(child, 'error').then(([error]) => {
      throw new Error('Cannot start dockerd; "npx reckon doctor --fix" installs what is missing', { cause: error });
    });
    const answers = async () => {
      for (let ms = 0; ms < startMsMax && child.exitCode === null; ms += 50) {
        if (
          await client.ping().then(
            () => true,
            () => false,
          )
        )
          return;
        await wait(50);
      }
      throw new Error(`dockerd did not start: ${readText(join(dir, 'dockerd.log')).slice(-2000)}`);
    };
    await Promise.race([answers(), failed]);
    return child;
  };

  let daemon = await launch();
  const end = async (signal: NodeJS.Signals) => {
    const ended = once(daemon, 'exit');
    daemon.kill(signal);
    await ended;
  };
  const taken = new Set<string>();
  const before: (() => Promise<void>)[] = [];

  return {
    socketPath,
    client,
    nextNetwork: () => {
      const cidr = freeRange(process.pid % 512, taken);
      taken.add(cidr);
      return { bridge: `${bridgePrefix(process.pid)}${taken.size}`, cidr };
    },
    restart: async (signal, whileDown) => {
      await end(signal);
      await whileDown?.();
      for (const file of ['docker.pid', 'exec/containerd/containerd.pid']) rmSync(join(dir, file), { force: true });
      daemon = await launch();
    },
    beforeEnd: (last) => void before.push(last),
    stop: async () => {
      const ends = await Promise.allSettled(before.map((last) => last()));
      const left = await client.listContainers({ all: true });
      await Promise.all(left.map(({ Id }) => client.getContainer(Id).remove({ force: true })));
      await client.pruneNetworks();
      await end('SIGTERM');
      await sweep(dir);
      for (const one of ends) if (one.status === 'rejected') throw one.reason;
    },
  };
};

let started: ReturnType<typeof start> | undefined;

/** The run's own Docker: started when the first spec asks, gone when the run is over. */
export const specDocker = (): Promise<SpecDocker> => (started ??= start());

after(async function stopSpecDocker() {
  this.timeout(150_000);
  if (started) await (await started).stop();
});
