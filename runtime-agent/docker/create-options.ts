import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { ContainerSpec, Mount, Privileges, Resources, SandboxSpec } from '../container.ts';
import { everyCapability, type HostLimits } from './capabilities.ts';

/** How much of a container's log is kept: a few files of this size. */
export interface LogLimits {
  readonly fileBytesMax: number;
  readonly filesMax: number;
}

const cpuPeriodMicros = 100_000;

/** The kubelet's rules: a core is 1024 shares and at least 2; a limit is a part of each 100 ms, and at least 1 ms of them. */
const toResources = (
  { cpuRequestMilli, cpuLimitMilli, memoryLimitBytes, oomScoreAdj }: Resources,
  limits: HostLimits,
): HostConfig => {
  const weight = cpuRequestMilli ?? cpuLimitMilli;
  const mayLower = !limits.withheld.includes('SYS_RESOURCE');
  return {
    CpuShares: weight ? Math.max(2, Math.floor((weight * 1024) / 1000)) : 2,
    ...(cpuLimitMilli
      ? { CpuPeriod: cpuPeriodMicros, CpuQuota: Math.max(1000, Math.floor((cpuLimitMilli * cpuPeriodMicros) / 1000)) }
      : {}),
    ...(memoryLimitBytes ? { Memory: memoryLimitBytes, MemorySwap: memoryLimitBytes } : {}),
    OomScoreAdj: mayLower ? (oomScoreAdj ?? 0) : Math.max(0, oomScoreAdj ?? 0),
  };
};

const capabilities = (add: readonly string[], limits: HostLimits) =>
  add.some((name) => name.toUpperCase() === 'ALL')
    ? limits.withheld.length > 0
      ? everyCapability(limits)
      : ['ALL']
    : [...add];

/** What privileged means, spelled out, for a host where Docker's own `Privileged` asks for more than it can give. */
const nearlyPrivileged = (limits: HostLimits): HostConfig => ({
  CapAdd: everyCapability(limits),
  SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
  Devices: [{ PathOnHost: '/dev', PathInContainer: '/dev', CgroupPermissions: 'rwm' }],
  MaskedPaths: [],
  ReadonlyPaths: [],
  DeviceCgroupRules: ['a *:* rwm'],
});

const toPrivileges = (asked: Privileges, limits: HostLimits): HostConfig => {
  const { groups = [], addCapabilities = [], dropCapabilities = [], readOnlyRootFilesystem = false } = asked;
  const common = { GroupAdd: groups.map(String), ReadonlyRootfs: readOnlyRootFilesystem };
  if (asked.privileged) {
    return { ...common, ...(limits.withheld.length > 0 ? nearlyPrivileged(limits) : { Privileged: true }) };
  }
  return {
    ...common,
    CapAdd: capabilities(addCapabilities, limits),
    CapDrop: [...dropCapabilities],
    SecurityOpt: asked.noNewPrivileges ? ['no-new-privileges'] : [],
  };
};

const propagations = { None: 'rprivate', HostToContainer: 'rslave', Bidirectional: 'rshared' } as const;

const toMount = ({ source, target, readOnly, propagation = 'None' }: Mount) => ({
  Type: 'bind' as const,
  Source: source,
  Target: target,
  ReadOnly: readOnly,
  BindOptions: { Propagation: propagations[propagation] },
});

const toPidMode = ({ pid, sandboxId }: ContainerSpec) =>
  ({ container: '', pod: `container:${sandboxId}`, node: 'host' })[pid];

/** One way for a sandbox to be in the network: an address of its own, or the node's. */
export type SandboxNetwork = { readonly name: string; readonly address: string } | 'node';

export const toSandboxOptions = (
  spec: SandboxSpec,
  image: string,
  network: SandboxNetwork,
  limits: HostLimits,
): ContainerCreateOptions => ({
  Image: image,
  ...(network === 'node' ? {} : { Hostname: spec.hostname }),
  HostConfig: {
    NetworkMode: network === 'node' ? 'host' : network.name,
    IpcMode: spec.ipc === 'node' ? 'host' : 'shareable',
    ...toResources({ oomScoreAdj: -998 }, limits), // as the kubelet's: a pod's containers go first
    CapDrop: ['ALL'],
    ReadonlyRootfs: true,
    SecurityOpt: ['no-new-privileges'],
    LogConfig: { Type: 'none', Config: {} },
  },
  ...(network === 'node'
    ? {}
    : { NetworkingConfig: { EndpointsConfig: { [network.name]: { IPAMConfig: { IPv4Address: network.address } } } } }),
});

/** `ipc` is the sandbox's own: one that shares the node's cannot be joined, only shared likewise. */
export const toContainerOptions = (
  spec: ContainerSpec,
  ipc: 'pod' | 'node',
  limits: HostLimits,
  log: LogLimits,
): ContainerCreateOptions => ({
  Image: spec.image,
  ...(spec.command.length > 0 ? { Entrypoint: [...spec.command] } : {}),
  ...(spec.args.length > 0 ? { Cmd: [...spec.args] } : {}),
  Env: spec.env.map(({ name, value }) => `${name}=${value}`),
  ...(spec.workingDir ? { WorkingDir: spec.workingDir } : {}),
  ...(spec.privileges.user ? { User: spec.privileges.user } : {}),
  Tty: spec.tty,
  OpenStdin: spec.stdin,
  StdinOnce: spec.stdinOnce,
  Healthcheck: { Test: ['NONE'] }, // probes are the pod's, not the image's
  HostConfig: {
    NetworkMode: `container:${spec.sandboxId}`, // which also gives it the sandbox's host name
    IpcMode: ipc === 'node' ? 'host' : `container:${spec.sandboxId}`,
    PidMode: toPidMode(spec),
    Mounts: spec.mounts.map(toMount),
    ...toResources(spec.resources, limits),
    ...toPrivileges(spec.privileges, limits),
    LogConfig: {
      Type: 'json-file',
      Config: { 'max-size': String(log.fileBytesMax), 'max-file': String(log.filesMax) },
    },
  },
});
