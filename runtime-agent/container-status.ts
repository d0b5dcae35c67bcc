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
import { isSidecar, type PodOf, podText } from './pod.ts';
import { hasRun, lastAttempt, mustRestart, shownId } from './runs.ts';

type Deeds = ReadonlyMap<string, Deed>;

const reasonOf = ({ oomKilled, startedAt, exitCode = 0 }: Container): string => {
  if (oomKilled) return 'OOMKilled';
  if (startedAt === undefined) return 'ContainerCannotRun';
  return exitCode === 0 ? 'Completed' : 'Error';
};

/** How a run ended. The reasons are the kubelet's. */
const terminated = (world: NodeWorld, container: Container): ContainerStateTerminated => {
  const { startedAt, createdAt, finishedAt, error } = container;
  const message =
    startedAt === undefined ? error : world.deeds(container.pod.uid).get(`lastWords/${container.id}`)?.message;
  return {
    exitCode: container.exitCode ?? 0,
    reason: reasonOf(container),
    ...(message && { message }),
    startedAt: timestamp(startedAt ?? createdAt),
    finishedAt: timestamp(finishedAt ?? createdAt),
    containerID: shownId(world, container),
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

/** What a status is made from. */
export interface Stated {
  readonly world: NodeWorld;
  readonly pod: PodOf;
  readonly spec: ContainerSpec;
  /** What was said of the container last. */
  readonly told: ContainerStatus | undefined;
  /** The pod is to stop. */
  readonly stopping: boolean;
}

const runningState = ({ world, pod, spec }: Stated, { id, attempt, startedAt, createdAt }: Container) => {
  const start = world.deeds(pod.metadata.uid).get(`start/${spec.name}/${attempt}`);
  // Until its postStart hook has come back it does not count as running.
  if (spec.lifecycle?.postStart && start?.state === 'underWay') {
    return { ready: false, started: false, state: waitingFor(pod, spec, undefined) };
  }
  const health = world.health(id);
  const started = health?.started ?? spec.startupProbe === undefined;
  // An init container is ready once it is done.
  const isInit = !isSidecar(spec) && (pod.spec.initContainers?.includes(spec) ?? false);
  const ready = !isInit && started && (health?.ready ?? spec.readinessProbe === undefined);
  return { ready, started, state: { running: { startedAt: timestamp(startedAt ?? createdAt) } } };
};

const exitedState = ({ world, pod, spec, stopping }: Stated, container: Container, next: number) => {
  const ended = terminated(world, container);
  const over = { ready: false, started: false, state: { terminated: ended } };
  if (stopping || !mustRestart(pod, spec, container)) {
    const isInit = pod.spec.initContainers?.includes(spec) ?? false;
    return { ...over, ready: isInit && ended.exitCode === 0 };
  }
  const lastState = { terminated: ended };
  const failed = failedDeed(world.deeds(pod.metadata.uid), spec.name, next);
  if (failed) return { ...over, state: waitingFor(pod, spec, failed), lastState };
  const pauseMs = crashBackoffMs(crashesUpTo(container));
  if (pauseMs === 0) return over;
  const message = `back-off ${durationText(pauseMs)} restarting failed container=${spec.name} pod=${podText(pod)}`;
  return { ...over, state: { waiting: { reason: 'CrashLoopBackOff', message } }, lastState };
};

const createdState = ({ world, pod, spec }: Stated, attempt: number) => {
  const failed = failedDeed(world.deeds(pod.metadata.uid), spec.name, attempt);
  return { ready: false, started: false, state: waitingFor(pod, spec, failed) };
};

/** The status of a container of which nothing is on the node: not made yet, or removed by somebody. */
const absentStatus = (stated: Stated, next: number): ContainerStatus => {
  const { spec, told } = stated;
  const lost = told && hasRun(told) ? told.containerID : undefined;
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageID: told?.imageID ?? '',
    restartCount: told?.restartCount ?? 0,
    ...createdState(stated, next),
    ...(lost && { containerID: lost, lastState: { terminated: vanished(lost) } }),
  };
};

/** The state of one container, and of its run before. */
export const containerStatusOf = (stated: Stated): ContainerStatus => {
  const { world, pod, spec, told } = stated;
  const mine = world.seen(pod.metadata.uid).containers.filter(({ name }) => name === spec.name);
  const newest = mine.at(-1);
  const next = lastAttempt(newest, told) + 1;
  if (!newest) return absentStatus(stated, next);
  const before = mine.at(-2);
  const base = {
    name: spec.name,
    image: newest.image,
    imageID: newest.imageId,
    restartCount: Math.max(next - 1, 0),
    containerID: shownId(world, newest),
    ...(before?.state === 'exited' && { lastState: { terminated: terminated(world, before) } }),
  };
  switch (newest.state) {
    case 'running':
      return { ...base, ...runningState(stated, newest) };
    case 'exited':
      return { ...base, ...exitedState(stated, newest, next) };
    case 'created':
      return { ...base, ...createdState(stated, newest.attempt) };
  }
};
