import { gunzipSync } from 'node:zlib';
import { readExecutable } from '../../runtime-agent/images/elf.ts';
import { type DockerFacts, type Facts, kernelFeatures, type Program, programs } from './facts.ts';
import { type KernelTexts, presenceOf } from './kernel.ts';
import type { Machine } from './machine.ts';

const textAt = async (machine: Machine, path: string): Promise<string | undefined> =>
  (await machine.read(path))?.toString();

const kernelTexts = async (machine: Machine): Promise<KernelTexts> => {
  const release = (await textAt(machine, '/proc/sys/kernel/osrelease'))?.trim() ?? '';
  const packed = await machine.read('/proc/config.gz');
  return {
    config: packed ? gunzipSync(packed).toString() : await textAt(machine, `/boot/config-${release}`),
    loadable: await textAt(machine, `/lib/modules/${release}/modules.dep`),
    builtIn: await textAt(machine, `/lib/modules/${release}/modules.builtin`),
    loaded: await textAt(machine, '/proc/modules'),
    filesystems: await textAt(machine, '/proc/filesystems'),
  };
};

/** JSON of Docker's own: the fields asked for are there, or it is no Docker. */
const member = (json: string, name: string): unknown => (JSON.parse(json) as Record<string, unknown>)[name];

const textMember = (json: string, name: string): string => {
  const value = member(json, name);
  return typeof value === 'string' ? value : '';
};

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
};

/** Docker at this socket. */
export const dockerAt = async (machine: Machine, socket: string): Promise<DockerFacts> => {
  try {
    const { status, body } = await machine.get(socket, '/version');
    if (status !== 200) return { socket, silent: `it answers ${status}` };
    const info = await machine.get(socket, '/info');
    const live = info.status === 200 ? member(info.body, 'LiveRestoreEnabled') : undefined;
    return {
      socket,
      version: textMember(body, 'Version'),
      apiVersion: textMember(body, 'ApiVersion'),
      ...(typeof live === 'boolean' ? { liveRestore: live } : {}),
    };
  } catch (error) {
    return { socket, silent: codeOf(error) };
  }
};

const initOf = async (machine: Machine): Promise<Facts['init']> => {
  const first = (await textAt(machine, '/proc/1/comm'))?.trim();
  if (first === 'systemd') return 'systemd';
  return (first === 'init' || first === 'openrc-init') && (await machine.find('service')) ? 'sysv' : 'none';
};

const distributionsOf = (release: string): readonly string[] =>
  [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, ids = '']) => ids.split(' ')).filter(Boolean);

const cgroupOf = (mounts: string): Facts['cgroup'] => {
  if (/^\S+ \/sys\/fs\/cgroup cgroup2 /m.test(mounts)) return 'v2';
  return /^\S+ \/sys\/fs\/cgroup\/\S*memory\S* cgroup /m.test(mounts) ? 'v1' : 'none';
};

const found = async (machine: Machine): Promise<Facts['programs']> => {
  const paths: Partial<Record<Program, string>> = {};
  for (const program of programs) {
    const path = program === 'busybox' ? busyboxPath : await machine.find(program);
    if (path !== undefined && (program !== 'busybox' || (await machine.read(path)))) paths[program] = path;
  }
  return paths;
};

/** Where the demo's images take it from. */
const busyboxPath = '/bin/busybox';
const dockerFolder = '/var/lib/docker';

/** Looks at the machine. `ports` are those to be listened on. */
export const gatherFacts = async (
  machine: Machine,
  dockerSocket: string,
  ports: readonly number[] = [],
): Promise<Facts> => {
  const texts = await kernelTexts(machine);
  const busybox = await machine.read(busyboxPath);
  const free: { port: number; free: boolean }[] = [];
  for (const port of ports) free.push({ port, free: await machine.portIsFree(port) });
  return {
    node: machine.node,
    root: machine.root,
    platform: machine.platform,
    distributions: distributionsOf((await textAt(machine, '/etc/os-release')) ?? ''),
    init: await initOf(machine),
    programs: await found(machine),
    busyboxStatic: busybox !== undefined && readExecutable(busybox)?.dynamic === false,
    docker: await dockerAt(machine, dockerSocket),
    // Every feature is one of the list.
    kernel: Object.fromEntries(kernelFeatures.map((one) => [one, presenceOf(one, texts)])) as Facts['kernel'],
    ipForward: (await textAt(machine, '/proc/sys/net/ipv4/ip_forward'))?.trim() === '1',
    cgroup: cgroupOf((await textAt(machine, '/proc/mounts')) ?? ''),
    ports: free,
    disk: { path: dockerFolder, freeBytes: await machine.freeBytes(dockerFolder) },
  };
};
