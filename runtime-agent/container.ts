/** Which pod a sandbox or container belongs to. */
export interface PodIdentity {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** `created` was never started, or is about to be; what has `exited` is never started again, but made anew. */
export type LifeState = 'created' | 'running' | 'exited';

/** What all containers of one pod share: its network, its address, its host name, its IPC. It runs as long as its pause process. */
export interface Sandbox {
  readonly id: string;
  readonly pod: PodIdentity;
  /** Counts this pod's sandboxes, from 0. */
  readonly attempt: number;
  readonly state: LifeState;
  /** The pod's IPv4 address while the sandbox runs; absent on the node's own network and once it has stopped. */
  readonly ip?: string;
  readonly network: 'pod' | 'node';
  /** Times here are ms since the Unix epoch, by the runtime's clock. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the runtime shows of one container. */
export interface Container {
  readonly id: string;
  readonly sandboxId: string;
  readonly pod: PodIdentity;
  readonly name: string;
  /** Counts the containers made under this name in this pod, from 0. */
  readonly attempt: number;
  readonly state: LifeState;
  /** As it was asked for. */
  readonly image: string;
  readonly imageId: string;
  readonly createdAt: number;
  /** Absent when it never ran. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Once it has exited; 128 plus the signal's number when a signal ended it. */
  readonly exitCode?: number;
  /** True when it ended because it used more memory than it may. */
  readonly oomKilled: boolean;
  /** Why it could not be started, in the runtime's words. */
  readonly error?: string;
  /** The first process as this machine numbers it, while it runs. */
  readonly pid?: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SandboxSpec {
  readonly pod: PodIdentity;
  readonly attempt: number;
  /** What `hostname` prints in every container of the pod; without effect on the node's network. At most 63 characters. */
  readonly hostname: string;
  readonly network: 'pod' | 'node';
  readonly ipc: 'pod' | 'node';
  /** Kept as they are and shown again by `Runtime.observe`. Keys do not begin with `reckon.dev/`. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Mount {
  /** A file or folder of the node that exists. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Whether mounts made later on one side show on the other; default `None`. */
  readonly propagation?: 'None' | 'HostToContainer' | 'Bidirectional';
}

/** Absent means no bound; a request only weighs, a limit holds. */
export interface Resources {
  /** Thousandths of a core. */
  readonly cpuRequestMilli?: number;
  readonly cpuLimitMilli?: number;
  readonly memoryLimitBytes?: number;
  /** -1000 to 1000; the higher, the sooner the kernel ends it when memory runs out. Default 0. */
  readonly oomScoreAdj?: number;
}

/** What a container may do beyond what the image says. */
export interface Privileges {
  /** `uid` or `uid:gid`; absent: the image's user. */
  readonly user?: string;
  readonly groups?: readonly number[];
  readonly privileged?: boolean;
  /** Linux capabilities without `CAP_`; `ALL` means every one that this node can give. */
  readonly addCapabilities?: readonly string[];
  readonly dropCapabilities?: readonly string[];
  readonly readOnlyRootFilesystem?: boolean;
  readonly noNewPrivileges?: boolean;
}

export interface ContainerSpec {
  readonly sandboxId: string;
  readonly pod: PodIdentity;
  readonly name: string;
  readonly attempt: number;
  /** An image that is here already; nothing is pulled. */
  readonly image: string;
  /** Replaces the image's entrypoint and its arguments; empty: the image's. */
  readonly command: readonly string[];
  /** Replaces the image's arguments; empty: the image's, unless `command` is given. */
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly workingDir?: string;
  readonly mounts: readonly Mount[];
  readonly resources: Resources;
  readonly privileges: Privileges;
  /** Whose processes it sees: its own, all of the pod's, or all of the node's. */
  readonly pid: 'container' | 'pod' | 'node';
  readonly tty: boolean;
  readonly stdin: boolean;
  /** Standard input ends when the first who attached leaves. */
  readonly stdinOnce: boolean;
  /** As in {@link SandboxSpec}. */
  readonly labels: Readonly<Record<string, string>>;
}
