import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { realClock } from '../../../events/clock.ts';
import type { Container, ContainerStatus, Pod, PodStatus } from '../../../kinds/schema/api/core-v1.ts';
import { demoImages } from '../../../runtime-agent/images/demo.ts';
import type { PodOf } from '../../../runtime-agent/pod.ts';
import type { Runtime } from '../../../runtime-agent/runtime.ts';
import { eventually } from '../../support/eventually.ts';
import { nodeOn, podNamed } from '../../support/node.ts';
import { loadDemo, openNode, shell } from '../docker/bench.ts';

export { shell } from '../docker/bench.ts';

type Spec = NonNullable<Pod['spec']>;

/** A container of the demo's image that does what a script says. */
export const script = (lines: string, more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: demoImages[0],
  command: shell(lines),
  ...more,
});

/** A script's end: goes on until it is told to stop, and then stops at once. */
export const idle = 'trap "exit 0" TERM; while :; do usleep 20000; done';

/** An agent of its own on this run's Docker, and short ways to ask about its pods. `seen` may look at its runtime on the way. */
export const openDockerAgent = async (seen: (runtime: Runtime) => Runtime = (runtime) => runtime) => {
  await loadDemo();
  const { runtime, cidr, options } = await openNode();
  const node = await nodeOn(seen(runtime), realClock, cidr);
  let made = 0;

  const podOf = (spec: Partial<Spec>, metadata: Partial<PodOf['metadata']> = {}): PodOf =>
    podNamed(`pod-${++made}`, { containers: [], ...spec }, metadata);
  const statusOf = (pod: PodOf, name = 'main'): ContainerStatus | undefined => {
    const { initContainerStatuses = [], containerStatuses = [] } = node.status(pod);
    return [...initContainerStatuses, ...containerStatuses].find((one) => one.name === name);
  };
  /** The pod's status, once it is as `look` expects it. */
  const until = (pod: PodOf, look: (status: PodStatus) => void, msMax?: number): Promise<PodStatus> =>
    eventually(() => {
      const status = node.status(pod);
      look(status);
      return status;
    }, msMax);
  const idOf = (pod: PodOf, name = 'main') => statusOf(pod, name)?.containerID?.replace('docker://', '') ?? '';
  const run = async (spec: Partial<Spec>, metadata: Partial<PodOf['metadata']> = {}): Promise<PodOf> => {
    const pod = podOf(spec, metadata);
    await node.run(pod);
    return pod;
  };
  const phase = (pod: PodOf, wanted: string) =>
    until(pod, (status) => expect(status.phase, JSON.stringify(status.containerStatuses)).to.equal(wanted));
  const logOf = async (pod: PodOf, name = 'main') =>
    text(await runtime.logs(idOf(pod, name), { stdout: true, stderr: true, follow: false, timestamps: false }));

  return {
    runtime,
    options,
    node,
    podOf,
    run,
    until,
    phase,
    statusOf,
    idOf,
    logOf,
    running: async (spec: Partial<Spec>, metadata: Partial<PodOf['metadata']> = {}) => {
      const pod = await run(spec, metadata);
      await phase(pod, 'Running');
      return pod;
    },
    /** What a pod of one container that ends by itself wrote. */
    say: async (container: Container, spec: Partial<Spec> = {}, metadata: Partial<PodOf['metadata']> = {}) => {
      const pod = await run({ restartPolicy: 'Never', containers: [container], ...spec }, metadata);
      await eventually(() =>
        expect(node.status(pod).phase, JSON.stringify(statusOf(pod)?.state)).to.match(/^(?:Succeeded|Failed)$/),
      );
      return logOf(pod, container.name);
    },
    exec: async (pod: PodOf, lines: string, name = 'main') => {
      const execution = await runtime.exec(idOf(pod, name), { command: shell(lines), stdin: false, tty: false });
      execution.stderr?.resume();
      const out = await text(execution.stdout);
      await execution.exit();
      return out;
    },
    /** Asks for the pod's end and waits until all of it is gone. */
    stop: async (pod: PodOf, graceSeconds = 30) => {
      const deletionTimestamp = new Date(realClock.now() + graceSeconds * 1_000).toISOString();
      await node.stopPod({ ...pod, metadata: { ...pod.metadata, deletionTimestamp } }, graceSeconds);
    },
    gone: (pod: PodOf, msMax?: number) => eventually(() => expect(node.confirmed(pod)).to.equal(true), msMax),
    close: async () => {
      await node.stop();
      await runtime.removeAll();
    },
  };
};

export type DockerAgent = Awaited<ReturnType<typeof openDockerAgent>>;
