import { timestamp } from '../kinds/object.ts';
import type {
  Container as ContainerSpec,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
} from '../kinds/schema/api/core-v1.ts';
import { crashBackoffMs, crashesUpTo } from './back-off.ts';
import type { Container } from './container.ts';
import type { Deed } from './deed.ts';
import type { NodeWorld } from './node-world.ts';
import { type PodOf, podText } from './pod.ts';
import { hasRun, lastAttempt, mustRestart, newestOf } from './runs.ts';

type Deeds = ReadonlyMap<string, Deed>;

const idOf = ({ id }: Container): string => `docker://${id}`;

const reasonOf = ({ oomKilled, startedAt, exitCode = 0 }: Container): string => {
  if (oomKilled) return 'OOMKilled';
  if (startedAt === undefined) return 'ContainerCannotRun';
  return exitCode === 0 ? 'Completed' : 'Error';
};

/** How a run ended. The reasons are the kubelet's. */
const terminated = (container: Container, deeds: Deeds): ContainerStateTerminated => {
  const { startedAt, createdAt, finishedAt, error } = container;
  const message = startedAt === undefined ? error : deeds.get(`lastWords/${container.id}`)?.message;
  return {
    exitCode: container.exitCode ?? 0,
    reason: reasonOf(container),
    ...(message && { message }),
    startedAt: timestamp(startedAt ?? createdAt),
    finishedAt: timestamp(finishedAt ?? createdAt),
    containerID: idOf(container),
  };
};

/** A run that was told of, and whose container is nowhere: somebody removed it. Reason and code are the kubelet's. */
const vanished = (containerID: string): ContainerStateTerminated => ({
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located: it was removed from the node',
  containerID,
});

const failedDeed = (deeds: Deeds, name: string, attempt: number): Deed | undefined => {
  for (const verb of ['pull', 'start']) {
    const deed = deeds.get(`${verb}/${name}/${attempt}`);
    if (deed && deed.failures > 0 && deed.state !== 'done') return deed;
  }
  return undefined;
};

/** What a container that has yet to start waits for, in the kubelet's words. */
const waitingFor = (pod: PodOf, { image }: ContainerSpec, failed: Deed | undefined): ContainerState => {
  const { reason, message, failures } = failed ?? { reason: undefined, message: undefined, failures: 0 };
  if (reason === 'ErrImagePull' && failures > 1) {
    return {
      waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${message}` },
    };
  }
  if (reason !== undefined) return { waiting: { reason, ...(message && { message }) } };
  return { waiting: { reason: (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating' } };
};

/** As Go prints a duration: `10s`, `2m40s`. */
const durationText = (ms: number): string => {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
};

const runningState = (world: NodeWorld, pod: PodOf, spec: ContainerSpec, container: Container) => {
  const { id, attempt, startedAt, createdAt } = container;
  const start = world.deeds(pod.metadata.uid).get(`start/${spec.name}/${attempt}`);
  // Until its postStart hook has come back it does not count as running.
  if (spec.lifecycle?.postStart && start?.state === 'underWay') {
    return { ready: false, started: false, state: waitingFor(pod, spec, undefined) };
  }
  const health = world.health(id);
  const started = health?.started ?? spec.startupProbe === undefined;
  const ready = started && (health?.ready ?? spec.readinessProbe === undefined);
  return { ready, started, state: { running: { startedAt: timestamp(startedAt ?? createdAt) } } };
};

const exitedState = (
  pod: PodOf,
  spec: ContainerSpec,
  container: Container,
  next: number,
  deeds: Deeds,
  stopping: boolean,
) => {
  const ended = terminated(container, deeds);
  const over = { ready: false, started: false, state: { terminated: ended } };
  if (stopping || !mustRestart(pod, spec, container)) {
    const isInit = pod.spec.initContainers?.includes(spec) ?? false;
    return { ...over, ready: isInit && ended.exitCode === 0 };
  }
  const failed = failedDeed(deeds, spec.name, next);
  if (failed) return { ...over, state: waitingFor(pod, spec, failed), lastState: { terminated: ended } };
  const pauseMs = crashBackoffMs(crashesUpTo(container));
  if (pauseMs === 0) return over;
  const message = `back-off ${durationText(pauseMs)} restarting failed container=${spec.name} pod=${podText(pod)}`;
  return { ...over, state: { waiting: { reason: 'CrashLoopBackOff', message } }, lastState: { terminated: ended } };
};

/** The state of one container, and of its run before. `told` is what was said of it last. */
export const containerStatusOf = (
  world: NodeWorld,
  pod: PodOf,
  spec: ContainerSpec,
  told: ContainerStatus | undefined,
  stopping: boolean,
): ContainerStatus => {
  const { containers } = world.seen(pod.metadata.uid);
  const deeds = world.deeds(pod.metadata.uid);
  const newest = newestOf(containers, spec.name);
  const next = lastAttempt(newest, told) + 1;
  if (!newest) {
    const lost = told && hasRun(told) ? told.containerID : undefined;
    const failed = failedDeed(deeds, spec.name, next);
    return {
      name: spec.name,
      image: spec.image ?? '',
      imageID: told?.imageID ?? '',
      restartCount: told?.restartCount ?? 0,
      ready: false,
      started: false,
      state: waitingFor(pod, spec, failed),
      ...(lost && { containerID: lost, lastState: { terminated: vanished(lost) } }),
    };
  }
  const before = containers.filter(({ name }) => name === spec.name).at(-2);
  const base = {
    name: spec.name,
    image: newest.image,
    imageID: newest.imageId,
    restartCount: Math.max(next - 1, 0),
    containerID: idOf(newest),
    ...(before?.state === 'exited' && { lastState: { terminated: terminated(before, deeds) } }),
  };
  switch (newest.state) {
    case 'running':
      return { ...base, ...runningState(world, pod, spec, newest) };
    case 'exited':
      return { ...base, ...exitedState(pod, spec, newest, next, deeds, stopping) };
    case 'created':
      return {
        ...base,
        ready: false,
        started: false,
        state: waitingFor(pod, spec, failedDeed(deeds, spec.name, newest.attempt)),
      };
  }
};
