import type { Machine } from '../../../cli/prerequisites/machine.ts';
import type { Terminal } from '../../../cli/output.ts';
import { executable } from '../../../runtime-agent/images/elf.ts';
import { type VirtualClock, virtualClock } from '../../support/clock.ts';

export const socket = '/var/run/docker.sock';

/** A machine in memory: what it has, what was done to it, and what goes wrong on it. */
export interface SimulatedMachine extends Machine {
  readonly clock: VirtualClock;
  readonly files: Map<string, Buffer>;
  readonly programs: Set<string>;
  /** Every command, in its order. */
  readonly commands: string[];
  readonly environments: Readonly<Record<string, string>>[];
  docker: { version: string; apiVersion: string; liveRestore: boolean } | undefined;
  /** What apt-get and others answer in place of doing their work. */
  answers: Map<string, { code: number; output: string; times: number }>;
  /** How a dockerd that is started ends; undefined: it stays. */
  dockerdEnds: { code: number; says: string } | undefined;
  /** After so many looks does a started dockerd answer. */
  dockerdLooks: number;
}

const busybox = executable('amd64', Buffer.from([0x90]));
/** What a package brings. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['dockerd'],
  iptables: ['iptables', 'iptables-restore'],
  conntrack: ['conntrack'],
  iproute2: ['ip'],
};
const kernel = ['OVERLAY_FS', 'BRIDGE', 'VETH', 'NF_NAT', 'BRIDGE_NETFILTER'];

const filesAtFirst = (): [string, string | Buffer][] => [
  ['/etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n'],
  ['/proc/1/comm', 'systemd\n'],
  ['/proc/sys/kernel/osrelease', '6.1.0\n'],
  ['/boot/config-6.1.0', kernel.map((name) => `CONFIG_${name}=y\n`).join('')],
  ['/proc/sys/net/ipv4/ip_forward', '1\n'],
  ['/proc/mounts', 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n'],
  ['/bin/busybox', busybox],
];

/** A Debian with all that is needed, to take things away from. */
export const simulatedMachine = (
  changes: Partial<Pick<Machine, 'root' | 'platform' | 'node'>> = {},
): SimulatedMachine => {
  const machine: SimulatedMachine = {
    clock: virtualClock(),
    root: true,
    platform: 'linux',
    node: '24.0.0',
    ...changes,
    files: new Map(filesAtFirst().map(([path, content]) => [path, Buffer.from(content)])),
    programs: new Set(Object.values(packages).flat()),
    commands: [],
    environments: [],
    docker: { version: '28.2.2', apiVersion: '1.50', liveRestore: true },
    answers: new Map(),
    dockerdEnds: undefined,
    dockerdLooks: 2,
    read: async (path) => machine.files.get(path),
    find: async (program) => (machine.programs.has(program) ? `/usr/sbin/${program}` : undefined),
    portIsFree: async (port) => port !== 80,
    freeBytes: async () => 50 * 1024 ** 3,
    get: async (_, path) => {
      if (!machine.docker) throw Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' });
      const { version, apiVersion, liveRestore } = machine.docker;
      const body =
        path === '/info' ? { LiveRestoreEnabled: liveRestore } : { Version: version, ApiVersion: apiVersion };
      return { status: 200, body: JSON.stringify(body) };
    },
    run: async (command, environment = {}) => {
      const words = command.filter((word) => !/^-|::/.test(word));
      machine.commands.push(words.join(' '));
      machine.environments.push(environment);
      const verb = words.slice(0, 2).join(' ');
      const answer = machine.answers.get(verb);
      if (answer && answer.times-- > 0) return answer;
      if (verb === 'apt-get install')
        for (const name of words.slice(2)) {
          for (const program of packages[name] ?? []) machine.programs.add(program);
          if (name === 'busybox-static') machine.files.set('/bin/busybox', busybox);
        }
      if (words[0] === 'systemctl' || words[0] === 'service')
        machine.docker = { version: '20.10.24', apiVersion: '1.41', liveRestore: false };
      return { code: 0, output: '' };
    },
    start: async (command, log) => {
      machine.commands.push(command.join(' '));
      if (machine.dockerdEnds) {
        machine.files.set(log, Buffer.from(machine.dockerdEnds.says));
        return { pid: 1, ended: Promise.resolve(machine.dockerdEnds.code) };
      }
      const look = () => {
        if (machine.dockerdLooks-- > 0) machine.clock.setTimeout(look, 200);
        else machine.docker = { version: '20.10.24', apiVersion: '1.41', liveRestore: true };
      };
      look();
      return { pid: 1, ended: new Promise<number>(() => undefined) };
    },
    remove: async (path) => {
      machine.commands.push(`rm ${path}`);
      machine.files.delete(path);
    },
  };
  return machine;
};

/** A terminal that keeps what it was told. */
export const keptTerminal = (interactive = false): Terminal & { readonly said: () => string } => {
  let said = '';
  return {
    out: () => undefined,
    err: (text) => {
      said += text;
    },
    interactive,
    colour: false,
    said: () => said,
  };
};

/** One without these programs. */
export const without = (...programs: readonly string[]): SimulatedMachine => {
  const machine = simulatedMachine();
  for (const program of programs) machine.programs.delete(program);
  return machine;
};
