import type { Duplex, Readable } from 'node:stream';
import type { Observable } from 'rxjs';
import type { Container, ContainerSpec, Sandbox, SandboxSpec } from './container.ts';
import type { Credentials, Image, PullProgress } from './image.ts';
import type { Execution, ExecSpec, LogOptions, Streams } from './streams.ts';

/** One step of what {@link Runtime.observe} tells. */
export type Observation =
  /** All there is: replaces whatever was known. Comes first, and again when something may have been missed. */
  | { readonly type: 'Listed'; readonly sandboxes: readonly Sandbox[]; readonly containers: readonly Container[] }
  /** New or changed. The same state may be told twice. */
  | { readonly type: 'SandboxSeen'; readonly sandbox: Sandbox }
  | { readonly type: 'ContainerSeen'; readonly container: Container }
  /** That sandbox or container is no more. */
  | { readonly type: 'Removed'; readonly id: string }
  /** The runtime does not answer. What runs keeps running as far as anyone knows; `Listed` follows once it answers. */
  | { readonly type: 'Lost'; readonly reason: string };

export interface RuntimeInfo {
  /** `docker`, or `simulated`. */
  readonly name: string;
  readonly version: string;
  readonly storageDriver: string;
  readonly cgroupDriver: string;
  readonly cgroupVersion: string;
  /** Where it keeps images and containers. */
  readonly rootDir: string;
  readonly hostname: string;
  readonly osImage: string;
  readonly kernelVersion: string;
  /** As Kubernetes names it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** What this node cannot give, and what pods get instead; a sentence each. */
  readonly degraded: readonly string[];
}

/**
 * - `NotFound`: no such container, sandbox or image; for a pull, the registry has none.
 * - `Conflict`: it exists already, or its state forbids what was asked.
 * - `Refused`: understood and impossible, such as a mount without a source or a command that is not in the image. The same again fails again.
 * - `Unauthorized`: the registry wants other credentials.
 * - `Unreachable`: the registry does not answer.
 * - `Unavailable`: the runtime itself does not answer; try again later.
 */
export type RuntimeFailureKind = 'NotFound' | 'Conflict' | 'Refused' | 'Unauthorized' | 'Unreachable' | 'Unavailable';

/** Every error a {@link Runtime} throws. */
export class RuntimeFailure extends Error {
  override readonly name = 'RuntimeFailure';
  readonly kind: RuntimeFailureKind;
  constructor(kind: RuntimeFailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** A container runtime for one node. Every adapter passes spec/runtime-agent/runtime.contract.ts. */
export interface Runtime {
  /** What this node's sandboxes and containers are, and each change. Never completes, never errors; every subscriber begins with `Listed`, or with `Lost` while the runtime does not answer. */
  observe(): Observable<Observation>;
  info(): Promise<RuntimeInfo>;
  /** Readies the sandbox image and the node's network with the addresses of `podCidr` (IPv4). Repeating it changes nothing. Throws `Conflict` when pods still run on another range. */
  prepare(podCidr: string): Promise<void>;
  /** Removes all that this node ever made: containers, sandboxes, network. Images stay. */
  removeAll(): Promise<void>;

  /** Makes and starts a sandbox with an address that no other has and none had a moment ago. What fails leaves nothing behind. Throws `Conflict` when this pod has one of that attempt. */
  runSandbox(spec: SandboxSpec): Promise<Sandbox>;
  /** Ends what runs in it and gives its address back; the containers stay to be read. Does nothing when there is none. */
  stopSandbox(id: string): Promise<void>;
  /** Removes it and all containers in it, at once. Does nothing when there is none. */
  removeSandbox(id: string): Promise<void>;

  /** Makes a container in a sandbox that runs; answers its id. Throws `Conflict` when the pod has one of that name and attempt, `NotFound` without image or sandbox. */
  createContainer(spec: ContainerSpec): Promise<string>;
  /** Throws `Refused` when its command cannot be run; it has `exited` then. */
  startContainer(id: string): Promise<void>;
  /** Asks it to end (the image's stop signal, SIGTERM by default), waits up to `graceMs` (rounded up to seconds), then kills it. Resolves once it has exited; does nothing when it has or is gone. */
  stopContainer(id: string, graceMs: number): Promise<void>;
  /** Kills it if it runs, and forgets its log. Does nothing when there is none. */
  removeContainer(id: string): Promise<void>;

  /** Runs a command in a container. Throws `Conflict` when that does not run. */
  exec(containerId: string, spec: ExecSpec): Promise<Execution>;
  /** The streams of a container's first process, from now on. Throws `Conflict` when it does not run. */
  attach(containerId: string, spec: { readonly stdin: boolean }): Promise<Streams>;
  /** What a container wrote, also one that has exited. Destroying the stream ends the reading. */
  logs(containerId: string, options: LogOptions): Promise<Readable>;
  /** A TCP connection to a port of the sandbox. Throws `Unreachable` when nothing listens there. */
  dial(sandbox: Sandbox, port: number): Promise<Duplex>;

  /** What is here under that name, if anything. */
  image(reference: string): Promise<Image | undefined>;
  images(): Promise<readonly Image[]>;
  /** Throws `NotFound`, `Unauthorized`, `Unreachable`; `Refused` for a name that is none. A pull without progress for a minute is `Unreachable`. */
  pullImage(
    reference: string,
    credentials?: Credentials,
    onProgress?: (progress: PullProgress) => void,
  ): Promise<Image>;
  /** Takes in the images of an archive as `docker save` writes it, under the names it gives them. */
  loadImages(archive: Readable): Promise<void>;
}
