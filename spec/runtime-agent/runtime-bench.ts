import { expect } from 'chai';
import type {
  Container,
  ContainerSpec,
  LifeState,
  PodIdentity,
  Sandbox,
  SandboxSpec,
} from '../../runtime-agent/container.ts';
import { type Runtime, RuntimeFailure, type RuntimeFailureKind } from '../../runtime-agent/runtime.ts';
import type { LogOptions } from '../../runtime-agent/streams.ts';
import { shown } from '../support/observing.ts';

/** A node for one spec. */
export interface RuntimeBench {
  readonly runtime: Runtime;
  /** A range for its pods that is not prepared yet. */
  readonly cidr: string;
  /** A range of the same size beside it. */
  readonly otherCidr: string;
  /** An image that is here, with the contract's programs. */
  readonly image: string;
  /** Lets so much time pass by the runtime's clock, or does not where that passes by itself. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const podNamed = (name: string): PodIdentity => ({ uid: `uid-of-${name}`, namespace: 'shop', name });

export const sandboxFor = (pod: PodIdentity, change: Partial<SandboxSpec> = {}): SandboxSpec => ({
  pod,
  attempt: 0,
  hostname: pod.name,
  network: 'pod',
  ipc: 'pod',
  labels: {},
  ...change,
});

export const containerIn = (sandboxId: string, pod: PodIdentity, change: Partial<ContainerSpec>): ContainerSpec => ({
  sandboxId,
  pod,
  name: 'main',
  attempt: 0,
  image: '',
  command: [],
  args: [],
  env: [],
  mounts: [],
  resources: {},
  privileges: {},
  pid: 'container',
  tty: false,
  stdin: false,
  stdinOnce: false,
  labels: {},
  ...change,
});

/** What a call fails with. */
export const failureOf = async (call: Promise<unknown>): Promise<RuntimeFailure> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).instanceOf(RuntimeFailure);
  return error as RuntimeFailure; // as expected the line before
};

export const expectFailure = async (kind: RuntimeFailureKind, call: Promise<unknown>) =>
  expect((await failureOf(call)).kind).equal(kind);

export const wholeLog: LogOptions = { stdout: true, stderr: true, follow: false, timestamps: false };

/** A node that each spec gets anew, and short ways to use it. */
export interface NodeUnderTest {
  readonly bench: RuntimeBench;
  readonly runtime: Runtime;
  /** Prepares the node and runs a sandbox for the pod `web`, or another. */
  runSandbox(pod?: PodIdentity, change?: Partial<SandboxSpec>): Promise<Sandbox>;
  /** Makes a container of the pod `web`. */
  create(sandboxId: string, command: readonly string[], change?: Partial<ContainerSpec>): Promise<string>;
  /** Makes and starts it. */
  run(sandboxId: string, command: readonly string[], change?: Partial<ContainerSpec>): Promise<string>;
  /** The same in a sandbox of its own. */
  runAlone(command: readonly string[]): Promise<string>;
  inState(id: string, state: LifeState): Promise<Container>;
  /** Waits until it has written a line. */
  firstLine(id: string): Promise<void>;
}

export const web = podNamed('web');

export const nodeUnderTest = (open: () => Promise<RuntimeBench>): NodeUnderTest => {
  let bench: RuntimeBench;
  beforeEach(async () => {
    bench = await open();
  });
  afterEach(() => bench.close());

  const node: NodeUnderTest = {
    get bench() {
      return bench;
    },
    get runtime() {
      return bench.runtime;
    },
    runSandbox: async (pod = web, change = {}) => {
      await node.runtime.prepare(bench.cidr);
      return node.runtime.runSandbox(sandboxFor(pod, change));
    },
    create: (sandboxId, command, change = {}) =>
      node.runtime.createContainer(containerIn(sandboxId, web, { image: bench.image, command, ...change })),
    run: async (sandboxId, command, change = {}) => {
      const id = await node.create(sandboxId, command, change);
      await node.runtime.startContainer(id);
      return id;
    },
    runAlone: async (command) => node.run((await node.runSandbox()).id, command),
    inState: (id, state) =>
      shown(node.runtime, ({ containers }) => {
        const container = containers.get(id);
        return container?.state === state && container;
      }),
    firstLine: async (id) => {
      for await (const chunk of await node.runtime.logs(id, { ...wholeLog, follow: true }))
        if (String(chunk).includes('\n')) return;
      throw new Error('It ended without a line');
    },
  };
  return node;
};
