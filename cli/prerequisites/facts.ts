/** A kernel feature: in the kernel, to be loaded as a module, not there; unknown where the kernel says nothing of itself. */
export type Presence = 'built-in' | 'module' | 'absent' | 'unknown';

/** What of the kernel a node needs, by the module's name. */
export const kernelFeatures = ['overlay', 'bridge', 'veth', 'nf_nat', 'br_netfilter'] as const;
export type KernelFeature = (typeof kernelFeatures)[number];

/** The programs that are run here, by the name they are called by. */
export const programs = ['dockerd', 'iptables', 'iptables-restore', 'conntrack', 'ip', 'busybox'] as const;
export type Program = (typeof programs)[number];

/** Docker as it was found. */
export interface DockerFacts {
  readonly socket: string;
  /** Of the Engine that answers; absent when none does. */
  readonly version?: string;
  /** `1.41`; absent when none answers. */
  readonly apiVersion?: string;
  /** Whether its containers live on while it restarts; absent when it does not say. */
  readonly liveRestore?: boolean;
  /** Why nobody answers: the system's code, `ENOENT`, `ECONNREFUSED`, `EACCES`; or a sentence. */
  readonly silent?: string;
}

/** Everything that is looked at before a start. Made by `gatherFacts`; the checks and the plan follow from it alone. */
export interface Facts {
  /** `24.11.0`. */
  readonly node: string;
  readonly root: boolean;
  /** `linux`, `darwin`. */
  readonly platform: string;
  /** `ID` and `ID_LIKE` of /etc/os-release: `['ubuntu', 'debian']`; empty when there is none. */
  readonly distributions: readonly string[];
  /** What starts services here; `none` in a container. */
  readonly init: 'systemd' | 'sysv' | 'none';
  /** Where a program was found; absent when nowhere. */
  readonly programs: Partial<Readonly<Record<Program, string>>>;
  /** Whether the busybox that was found needs no libraries. */
  readonly busyboxStatic: boolean;
  readonly docker: DockerFacts;
  readonly kernel: Readonly<Record<KernelFeature, Presence>>;
  readonly ipForward: boolean;
  /** What is mounted under /sys/fs/cgroup. */
  readonly cgroup: 'v1' | 'v2' | 'none';
  /** The ports to be listened on, and whether they are free. */
  readonly ports: readonly { readonly port: number; readonly free: boolean }[];
  /** What is left where Docker keeps its images. */
  readonly disk: { readonly path: string; readonly freeBytes: number };
}
