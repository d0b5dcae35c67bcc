import type { Clock } from '../events/clock.ts';
import type { Sandbox } from './container.ts';
import { type Runtime, RuntimeFailure } from './runtime.ts';
import { simulatedContainers } from './simulated/containers.ts';
import { simulatedImages } from './simulated/images.ts';
import type { Ending } from './simulated/process.ts';
import type { Behaviour } from './simulated/program.ts';
import { simulatedSandboxes } from './simulated/sandboxes.ts';
import { simulatedState } from './simulated/state.ts';
import { answerHttp } from './simulated/streams.ts';

export interface SimulatedOptions {
  readonly clock: Clock;
  /** Its host name; default `simulated`. */
  readonly node?: string;
  /** Default 8. */
  readonly cpus?: number;
  /** Default 32 GiB. */
  readonly memoryBytes?: number;
  readonly behaviour?: Behaviour;
}

/** The port, and what may befall a node. */
export interface SimulatedRuntime extends Runtime {
  /** A container that runs ends by itself. */
  endContainer(id: string, ending: Ending): void;
  /** A sandbox dies; its containers go on without a network. */
  endSandbox(id: string): void;
  /** The runtime answers no more, until {@link SimulatedRuntime.recover}. */
  lose(reason: string): void;
  recover(): void;
}

/**
 * A node that runs nothing and says it does: no Docker, no network, time by the clock. Light enough for 300 pods on each
 * of 100 nodes in one process. Its images are those that were pulled or loaded, and every one can be pulled.
 */
export const simulatedRuntime = ({
  clock,
  node = 'simulated',
  cpus = 8,
  memoryBytes = 32 * 2 ** 30,
  behaviour = {},
}: SimulatedOptions): SimulatedRuntime => {
  const state = simulatedState(node);
  const { find, ...images } = simulatedImages(behaviour, state.answer);
  const http = behaviour.http ?? (() => 200);

  const dial = async ({ id }: Sandbox, port: number) => {
    state.answer();
    const sandbox = state.sandboxes.get(id);
    if (sandbox?.state !== 'running')
      throw new RuntimeFailure('Conflict', 'Cannot connect to a sandbox that does not run');
    const status = http(sandbox, port);
    if (status === undefined)
      throw new RuntimeFailure('Unreachable', `connect ECONNREFUSED ${sandbox.ip ?? '127.0.0.1'}:${port}`);
    return answerHttp(status);
  };

  return {
    observe: state.observe,
    info: async () => {
      state.answer();
      return {
        name: 'simulated',
        version: '1.0.0',
        storageDriver: 'none',
        cgroupDriver: 'none',
        cgroupVersion: '2',
        rootDir: '/nowhere',
        hostname: node,
        osImage: 'Simulated',
        kernelVersion: '0.0.0-simulated',
        architecture: 'amd64',
        cpus,
        memoryBytes,
        degraded: ['This node is simulated: its containers do not exist.'],
      };
    },
    ...simulatedSandboxes(state, clock),
    ...simulatedContainers(state, clock, behaviour, find),
    ...images,
    dial,
    endContainer: (id, ending) => state.containerAt(id).process?.end(ending),
    lose: state.lose,
    recover: state.recover,
  };
};
