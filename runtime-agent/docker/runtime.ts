import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Clock } from '../../events/clock.ts';
import type { Sandbox } from '../container.ts';
import { pauseArchive, pauseImage } from '../images/pause.ts';
import { type Runtime, RuntimeFailure } from '../runtime.ts';
import { dockerCall } from './call.ts';
import { readHostLimits } from './capabilities.ts';
import { dockerContainers } from './containers.ts';
import type { LogLimits } from './create-options.ts';
import { dockerImages } from './images.ts';
import { architectureOf, readDockerInfo, toRuntimeInfo } from './info.ts';
import { ownedBy, type Owner } from './labels.ts';
import { loadDocker } from './library.ts';
import { nodeNetwork } from './network.ts';
import { observeDocker } from './observation.ts';
import { dockerSandboxes, removeByForce } from './sandboxes.ts';
import { dockerStreams } from './streams.ts';

export interface DockerOptions extends Owner {
  /** Docker's own socket, usually `/var/run/docker.sock`. */
  readonly socketPath: string;
  /** The node's bridge, which is the name of a Docker network as well; at most 15 characters. */
  readonly bridge: string;
  /** How much is kept of each container's log. */
  readonly log: LogLimits;
  readonly clock: Clock;
}

/** A connection, once it stands. */
const dial = ({ ip, network }: Sandbox, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const host = network === 'node' ? '127.0.0.1' : ip;
    if (!host) return reject(new RuntimeFailure('Conflict', 'Cannot connect to a sandbox that does not run'));
    const socket = connect({ host, port, allowHalfOpen: true });
    const refuse = (error: Error) => reject(new RuntimeFailure('Unreachable', error.message, error));
    socket.once('error', refuse);
    socket.once('connect', () => resolve(socket.off('error', refuse)));
  });

/**
 * The runtime port on Docker Engine 20.10 or later. Every container joins its sandbox's network and IPC namespaces, and
 * gets its host name with the network. Docker publishes no ports: host ports are the packet filter's. Names and hosts
 * files are the caller's to mount, since Docker's own would name its embedded name server.
 */
export const dockerRuntime = async ({
  socketPath,
  cluster,
  node,
  bridge,
  log,
  clock,
}: DockerOptions): Promise<Runtime> => {
  const owner: Owner = { cluster, node };
  const Library = loadDocker();
  const docker = new Library({ socketPath, host: undefined }); // which the environment's DOCKER_HOST would set
  const call = dockerCall(socketPath, clock);
  const limits = await readHostLimits();
  const label = ownedBy(owner);
  const network = nodeNetwork(docker, call, owner, bridge);
  const images = dockerImages(docker, call, clock);

  const prepare = async (podCidr: string): Promise<void> => {
    if (!(await images.image(pauseImage))) {
      const architecture = architectureOf(await readDockerInfo(docker, call));
      if (architecture !== 'amd64' && architecture !== 'arm64') {
        throw new RuntimeFailure(
          'Refused',
          `Cannot make the sandbox image for ${architecture}: only for amd64 and arm64`,
        );
      }
      await images.loadImages(Readable.from([await pauseArchive(architecture)]));
    }
    await network.prepare(podCidr);
  };

  const removeAll = async (): Promise<void> => {
    const list = await call(() => docker.listContainers({ all: true, filters: { label } }));
    await Promise.all(list.map(({ Id }) => removeByForce(docker, call, Id)));
    await network.remove();
  };

  return {
    observe: () => observeDocker({ docker, call, clock, label }),
    info: async () => toRuntimeInfo(await readDockerInfo(docker, call), limits),
    prepare,
    removeAll,
    ...dockerSandboxes({ docker, call, owner, bridge, network, limits }),
    ...dockerContainers({ docker, call, owner, limits, log }),
    ...dockerStreams(docker, call, clock),
    dial,
    ...images,
  };
};
