import type { Clock } from '../../events/clock.ts';
import type { Container } from '../container.ts';
import type { Image } from '../image.ts';
import { type Runtime, RuntimeFailure } from '../runtime.ts';
import { type Ending, killed, startProcess } from './process.ts';
import type { Behaviour } from './program.ts';
import { refuseTwice, type State } from './state.ts';
import { attachTo, readLog, runCommand } from './streams.ts';

type Containers = Pick<
  Runtime,
  'createContainer' | 'startContainer' | 'stopContainer' | 'removeContainer' | 'exec' | 'attach' | 'logs'
>;

const exitOfMissing = 127;

export const simulatedContainers = (
  state: State,
  clock: Clock,
  behaviour: Behaviour,
  find: (reference: string) => Image | undefined,
): Containers => {
  const runningAt = (id: string) => {
    state.answer();
    const { process, spec } = state.containerAt(id);
    if (!process?.running) throw new RuntimeFailure('Conflict', `Container ${id} is not running`);
    return { process, spec };
  };

  const end = (id: string, { code, oomKilled }: Ending) =>
    state.changeContainer(id, { state: 'exited', exitCode: code, oomKilled, finishedAt: clock.now() });

  return {
    createContainer: async (spec) => {
      state.answer();
      const { sandboxId, pod, name, attempt, labels } = spec;
      const sandbox = state.sandboxes.get(sandboxId);
      if (!sandbox) throw new RuntimeFailure('NotFound', `No such container: ${sandboxId}`);
      if (sandbox.state !== 'running') {
        throw new RuntimeFailure('Conflict', `Cannot make container "${name}": its sandbox does not run`);
      }
      const image = find(spec.image);
      if (!image) throw new RuntimeFailure('NotFound', `No such image: ${spec.image}`);
      const others = state.containers.values().map(({ shown }) => shown);
      refuseTwice(
        `container "${name}"`,
        spec,
        others.filter((other) => other.name === name),
      );
      const shown: Container = {
        id: state.nextId(),
        sandboxId,
        pod,
        name,
        attempt,
        state: 'created',
        image: spec.image,
        imageId: image.id,
        createdAt: clock.now(),
        oomKilled: false,
        labels,
      };
      state.addContainer({ shown, spec });
      return shown.id;
    },

    startContainer: async (id) => {
      state.answer();
      const container = state.containerAt(id);
      if (container.shown.state !== 'created') return;
      const program = behaviour.container?.(container.spec) ?? {};
      if (program.fails) {
        state.changeContainer(id, {
          state: 'exited',
          exitCode: exitOfMissing,
          error: program.fails,
          finishedAt: clock.now(),
        });
        throw new RuntimeFailure('Refused', program.fails);
      }
      state.changeContainer(id, { state: 'running', startedAt: clock.now() });
      container.process = startProcess(program, clock, (ending) => end(id, ending));
    },

    stopContainer: async (id, graceMs) => {
      state.answer();
      const process = state.containers.get(id)?.process;
      if (!process?.running) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      process.listen((written) => {
        if (!written) resolve();
      });
      process.stop(graceMs);
      await promise;
    },

    removeContainer: async (id) => {
      state.answer();
      state.containers.get(id)?.process?.end(killed);
      state.removeContainer(id);
    },

    exec: async (id, spec) => {
      const { spec: container } = runningAt(id);
      return runCommand(behaviour.command?.(spec.command, container) ?? {}, spec, clock);
    },

    attach: async (id, { stdin }) => {
      const { process, spec } = runningAt(id);
      return attachTo(process, { stdin, tty: spec.tty });
    },

    logs: async (id, options) => {
      state.answer();
      return readLog(state.containerAt(id).process ?? { written: [], running: false, listen: () => () => {} }, options);
    },
  };
};
