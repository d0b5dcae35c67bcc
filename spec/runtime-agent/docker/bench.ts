import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { realClock } from '../../../events/clock.ts';
import type { ContainerSpec, PodIdentity } from '../../../runtime-agent/container.ts';
import { type DockerOptions, dockerRuntime } from '../../../runtime-agent/docker/runtime.ts';
import { demoArchive, demoImages } from '../../../runtime-agent/images/demo.ts';
import type { Runtime } from '../../../runtime-agent/runtime.ts';
import { specDocker } from '../../support/docker.ts';
import { shown } from '../../support/observing.ts';
import { containerIn, podNamed, sandboxFor } from '../runtime-bench.ts';

/** The demo's image, in this run's Docker. */
export const loadDemo = async (): Promise<void> => {
  const { client } = await specDocker();
  await text(await client.loadImage(Readable.from([await demoArchive()])));
};

/** A node of its own on this run's Docker. */
export const openNode = async (change: Partial<DockerOptions> = {}) => {
  const { socketPath, nextNetwork } = await specDocker();
  const { bridge, cidr } = nextNetwork();
  const options: DockerOptions = {
    socketPath,
    cluster: 'spec',
    node: bridge,
    bridge,
    log: { fileBytesMax: 1e6, filesMax: 2 },
    clock: realClock,
    ...change,
  };
  return { runtime: await dockerRuntime(options), options, cidr };
};

export const shell = (script: string) => ['sh', '-c', script];

/** One pod on a node, and short ways to ask about it. */
export const openPod = async (runtime: Runtime, cidr: string, pod: PodIdentity = podNamed('web')) => {
  await runtime.prepare(cidr);
  const sandbox = await runtime.runSandbox(sandboxFor(pod));

  const start = async (change: Partial<ContainerSpec>): Promise<string> => {
    const id = await runtime.createContainer(containerIn(sandbox.id, pod, { image: demoImages[0], ...change }));
    await runtime.startContainer(id);
    return id;
  };
  const ended = (id: string) =>
    shown(runtime, ({ containers }) => {
      const container = containers.get(id);
      return container?.state === 'exited' && container;
    });
  const logOf = async (id: string) =>
    text(await runtime.logs(id, { stdout: true, stderr: true, follow: true, timestamps: false }));
  let made = 0;
  /** What a script in a container of the pod writes. */
  const say = async (script: string, change: Partial<ContainerSpec> = {}) => {
    const id = await start({ name: `say-${++made}`, command: shell(script), ...change });
    const said = await logOf(id);
    await runtime.removeContainer(id);
    return said;
  };
  /** What a command in a running container writes, and its exit code. */
  const exec = async (id: string, command: readonly string[]) => {
    const execution = await runtime.exec(id, { command, stdin: false, tty: false });
    const [out, err] = await Promise.all([text(execution.stdout), text(execution.stderr ?? Readable.from([]))]);
    return { out, err, code: await execution.exit() };
  };
  return { sandbox, start, ended, logOf, say, exec };
};
