import type Docker from 'dockerode';
import type { ContainerSpec } from '../container.ts';
import { RuntimeFailure } from '../runtime.ts';
import { type Call, unless } from './call.ts';
import type { HostLimits } from './capabilities.ts';
import { type LogLimits, toContainerOptions } from './create-options.ts';
import { dockerName, type Identity, type Owner, toLabels } from './labels.ts';
import { removeByForce } from './sandboxes.ts';

export interface Containers {
  readonly docker: Docker;
  readonly call: Call;
  readonly owner: Owner;
  readonly limits: HostLimits;
  readonly log: LogLimits;
}

const identityOf = ({ pod, attempt, name, sandboxId, labels }: ContainerSpec): Identity => ({
  pod,
  attempt,
  container: { name, sandboxId },
  labels,
});

/** What Docker answers when a container to stop has stopped already. */
const notModified = 304;

export const dockerContainers = ({ docker, call, owner, limits, log }: Containers) => ({
  createContainer: async (spec: ContainerSpec): Promise<string> => {
    const sandbox = await call(() => docker.getContainer(spec.sandboxId).inspect());
    if (!sandbox.State.Running) {
      throw new RuntimeFailure('Conflict', `Cannot make container "${spec.name}": its sandbox does not run`);
    }
    const identity = identityOf(spec);
    const ipc = sandbox.HostConfig.IpcMode === 'host' ? 'node' : 'pod';
    const options = toContainerOptions(spec, ipc, limits, log);
    const made = await call(() =>
      docker.createContainer({ name: dockerName(identity), Labels: toLabels(owner, identity), ...options }),
    );
    return made.id;
  },

  startContainer: (id: string): Promise<void> => call(() => docker.getContainer(id).start()),

  stopContainer: async (id: string, graceMs: number): Promise<void> => {
    const seconds = Math.ceil(graceMs / 1000);
    const stop = async () => {
      await docker
        .getContainer(id)
        .stop({ t: seconds })
        .catch((error: { readonly statusCode?: number }) => {
          if (error.statusCode !== notModified) throw error;
        });
    };
    await unless(['NotFound'], call(stop, seconds * 1000));
  },

  removeContainer: (id: string): Promise<void> => removeByForce(docker, call, id),
});
