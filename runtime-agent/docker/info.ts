import type Docker from 'dockerode';
import type { RuntimeInfo } from '../runtime.ts';
import type { Call } from './call.ts';
import type { HostLimits } from './capabilities.ts';
import { mayHairpin } from './links.ts';

/** What we read of Docker's `GET /info`, which dockerode leaves untyped. */
interface DockerInfo {
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly CgroupDriver: string;
  /** Absent before Docker 20.10, which knew version 1 only. */
  readonly CgroupVersion?: string;
  readonly DockerRootDir: string;
  readonly Name: string;
  readonly OperatingSystem: string;
  readonly KernelVersion: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly LiveRestoreEnabled: boolean;
  readonly MemoryLimit: boolean;
  readonly CpuCfsQuota: boolean;
}

/** As Go names them, and Kubernetes with it. */
const architectures: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

const listOf = (names: readonly string[]) => names.map((name) => `CAP_${name}`).join(', ');

const shortcomings = (info: DockerInfo, { withheld }: HostLimits, hairpin: boolean): string[] => [
  ...(withheld.length > 0
    ? [
        `This host withholds ${listOf(withheld)}: a privileged container gets every other capability and all devices, but a read-only /sys.`,
      ]
    : []),
  ...(withheld.includes('SYS_RESOURCE') ? ['Without CAP_SYS_RESOURCE a negative oom_score_adj becomes 0.'] : []),
  ...(info.LiveRestoreEnabled ? [] : ['Docker runs without live-restore: when it restarts, all containers end.']),
  ...(info.MemoryLimit ? [] : ['The kernel has no memory cgroup: memory limits have no effect.']),
  ...(info.CpuCfsQuota ? [] : ['The kernel has no CPU bandwidth control: CPU limits have no effect.']),
  ...(hairpin
    ? []
    : ['The bridge is out of reach: with userland-proxy, a pod does not reach itself through its Service.']),
];

export const readDockerInfo = (docker: Docker, call: Call): Promise<DockerInfo> =>
  call(async () => (await docker.info()) as DockerInfo);

export const architectureOf = (info: DockerInfo): string => architectures[info.Architecture] ?? info.Architecture;

export const toRuntimeInfo = async (info: DockerInfo, limits: HostLimits): Promise<RuntimeInfo> => ({
  name: 'docker',
  version: info.ServerVersion,
  storageDriver: info.Driver,
  cgroupDriver: info.CgroupDriver,
  cgroupVersion: info.CgroupVersion ?? '1',
  rootDir: info.DockerRootDir,
  hostname: info.Name,
  osImage: info.OperatingSystem,
  kernelVersion: info.KernelVersion,
  architecture: architectureOf(info),
  cpus: info.NCPU,
  memoryBytes: info.MemTotal,
  degraded: shortcomings(info, limits, await mayHairpin()),
});
