import type { Clock } from '../../events/clock.ts';
import { type AddressRange, nextAddress, parseRange } from '../addresses.ts';
import type { Sandbox, SandboxSpec } from '../container.ts';
import { type Runtime, RuntimeFailure } from '../runtime.ts';
import { killed } from './process.ts';
import { refuseTwice, type State } from './state.ts';

type Sandboxes = Pick<Runtime, 'prepare' | 'removeAll' | 'runSandbox' | 'stopSandbox' | 'removeSandbox'>;

export const simulatedSandboxes = (state: State, clock: Clock): Sandboxes & { endSandbox(id: string): void } => {
  const { sandboxes } = state;
  let range: AddressRange | undefined;
  let preparedCidr: string | undefined;
  let latest: string | undefined;

  const running = () => sandboxes.values().filter((sandbox) => sandbox.state === 'running');

  const addressFor = ({ network }: SandboxSpec): { readonly ip?: string } => {
    if (network === 'node') return {};
    if (!range) throw new RuntimeFailure('Conflict', 'Cannot run a sandbox before the node has addresses for pods');
    const taken = new Set(running().flatMap(({ ip }) => (ip ? [ip] : [])));
    const ip = nextAddress(range, taken, latest);
    if (!ip)
      throw new RuntimeFailure('Refused', `Cannot run a sandbox: all ${taken.size} addresses of this node are in use`);
    latest = ip;
    return { ip };
  };

  const endSandbox = (id: string) => {
    const sandbox = sandboxes.get(id);
    if (sandbox?.state !== 'running') return;
    const { ip: _, ...rest } = sandbox;
    state.showSandbox({ ...rest, state: 'exited' });
  };

  const killAllIn = (id: string) => {
    for (const { process } of state.containersIn(id)) process?.end(killed);
  };

  const remove = (id: string) => {
    killAllIn(id);
    for (const { shown } of state.containersIn(id)) state.removeContainer(shown.id);
    state.removeSandbox(id);
  };

  return {
    prepare: async (podCidr) => {
      state.answer();
      const wanted = parseRange(podCidr);
      if (!wanted)
        throw new RuntimeFailure(
          'Refused',
          `Cannot give pods addresses of "${podCidr}": not an IPv4 range of at least 4 addresses`,
        );
      if (preparedCidr !== podCidr && running().some(({ ip }) => ip)) {
        throw new RuntimeFailure(
          'Conflict',
          `Cannot give pods addresses of ${podCidr}: pods still run on ${preparedCidr}`,
        );
      }
      range = wanted;
      preparedCidr = podCidr;
    },
    removeAll: async () => {
      state.answer();
      for (const id of sandboxes.keys()) remove(id);
    },
    runSandbox: async (spec) => {
      state.answer();
      refuseTwice('sandbox', spec, sandboxes.values());
      const { pod, attempt, network, labels } = spec;
      const address = addressFor(spec);
      const sandbox: Sandbox = {
        id: state.nextId(),
        pod,
        attempt,
        state: 'running',
        ...address,
        network,
        createdAt: clock.now(),
        labels,
      };
      state.showSandbox(sandbox);
      return sandbox;
    },
    stopSandbox: async (id) => {
      state.answer();
      killAllIn(id);
      endSandbox(id);
    },
    removeSandbox: async (id) => {
      state.answer();
      remove(id);
    },
    endSandbox,
  };
};
