import type Docker from 'dockerode';
import { pauseImage } from '../images/pause.ts';
import type { Sandbox, SandboxSpec } from '../container.ts';
import { RuntimeFailure } from '../runtime.ts';
import { type Call, unless } from './call.ts';
import type { HostLimits } from './capabilities.ts';
import { type SandboxNetwork, toSandboxOptions } from './create-options.ts';
import { inspected } from './inspected.ts';
import { dockerName, inSandbox, type Owner, toLabels } from './labels.ts';
import { allowHairpins } from './links.ts';
import type { NodeNetwork } from './network.ts';

/** Removes a container, running or not, with its log and the volumes that its image asked for. Does nothing when there is none, or it is on its way out. */
export const removeByForce = async (docker: Docker, call: Call, id: string): Promise<void> => {
  await unless(
    ['NotFound', 'Conflict'],
    call(() => docker.getContainer(id).remove({ force: true, v: true })),
  );
};

export interface Sandboxes {
  readonly docker: Docker;
  readonly call: Call;
  readonly owner: Owner;
  readonly bridge: string;
  readonly network: NodeNetwork;
  readonly limits: HostLimits;
}

export const dockerSandboxes = ({ docker, call, owner, bridge, network, limits }: Sandboxes) => {
  const startSandbox = async (spec: SandboxSpec, at: SandboxNetwork): Promise<Sandbox> => {
    const made = await call(() =>
      docker.createContainer({
        name: dockerName(spec),
        Labels: toLabels(owner, spec),
        ...toSandboxOptions(spec, pauseImage, at, limits),
      }),
    );
    try {
      await call(() => made.start());
      if (at !== 'node') await allowHairpins(bridge);
      const seen = inspected(await call(() => made.inspect()));
      if (!('sandbox' in seen) || seen.sandbox.state !== 'running') {
        throw new RuntimeFailure('Refused', `The sandbox of pod "${spec.pod.name}" ended as soon as it had started`);
      }
      return seen.sandbox;
    } catch (error) {
      await removeByForce(docker, call, made.id);
      throw error;
    }
  };

  const containersIn = async (id: string): Promise<readonly string[]> => {
    const list = await call(() => docker.listContainers({ all: true, filters: { label: inSandbox(id) } }));
    return list.map(({ Id }) => Id);
  };

  /** `Conflict` is Docker's word for: it does not run. */
  const kill = (id: string) =>
    unless(
      ['NotFound', 'Conflict'],
      call(() => docker.getContainer(id).kill()),
    );

  return {
    runSandbox: (spec: SandboxSpec): Promise<Sandbox> =>
      spec.network === 'node'
        ? startSandbox(spec, 'node')
        : network.withAddress((address) => startSandbox(spec, { name: bridge, address })),

    stopSandbox: async (id: string): Promise<void> => {
      await Promise.all((await containersIn(id)).map(kill));
      await kill(id);
    },

    removeSandbox: async (id: string): Promise<void> => {
      await Promise.all((await containersIn(id)).map((one) => removeByForce(docker, call, one)));
      await removeByForce(docker, call, id);
    },
  };
};
