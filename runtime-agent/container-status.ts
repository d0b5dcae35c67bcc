import { timestamp } from '../kinds/object.ts';
import type {
  Container as ContainerSpec,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
} from '../kinds/schema/api/core-v1.ts';
import { crashBackoffMs, healthyRunMs } from './back-off.ts';
import type { Container } from './container.ts';
import type { Deed } from './deed.ts';
import type { NodeWorld } from './node-world.ts';
import { type PodOf, podText } from './pod.ts';
import { crashesLabel, mustRestart, newestOf } from './pod-run.ts';

const idOf = ({ id }: Container): string => `docker://${id}`;

/** How a run ended. The reasons are the kubelet's. */
const terminated = (container: Container, words: Deed | undefined): ContainerStateTerminated => {
  const exitCode = container.exitCode ?? 0;
  const neverRan = container.startedAt === undefined;
  const reason = container.oomKilled
    ? 'OOMKilled'
    : neverRan
      ? 'ContainerCannotRun'
      : exitCode === 0
        ? 'Completed'
        : 'Error';
  const message = neverRan ? container.error : words?.message;
  return {
    exitCode,
    reason,
    ...(message && { message }),
    startedAt: timestamp(container.startedAt ?? container.createdAt),
    finishedAt: timestamp(container.finishedAt ?? container.createdAt),
    containerID: idOf(container),
  };
};

const failedDeed = (deeds: ReadonlyMap<string, Deed>, name: string, attempt: number): Deed | undefined => {
  for (const verb of ['pull', 'start']) {
    const deed = deeds.get(`${verb}/${name}/${attempt}`);
    if (deed && deed.failures > 0 && deed.state !== 'done') return deed;
  }
  return undefined;
};

const waitingFor = (
  deeds: ReadonlyMap<string, Deed>,
  name: string,
  attempt: number,
  fallback: string,
): ContainerState => {
  const deed = failedDeed(deeds, name, attempt);
  if (!deed) return { waiting: { reason: fallback } };
  // A pull that waits for its next try says so, as the kubelet does.
  const backingOff = deed.failures > 1 && deed.reason === 'ErrImagePull';
  const reason = backingOff ? 'ImagePullBackOff' : (deed.reason ?? fallback);
  return { waiting: { reason, ...(deed.message && { message: deed.message }) } };
};

/** The state of one container, and of its run before. `initialized`: all init containers are behind us. */
export const containerStatusOf = (
  world: NodeWorld,
  pod: PodOf,
  spec: ContainerSpec,
  initialized: boolean,
  stopping: boolean,
): ContainerStatus => {
  const { containers } = world.seen(pod.metadata.uid);
  const deeds = world.deeds(pod.metadata.uid);
  const mine = containers.filter(({ name }) => name === spec.name);
  const newest = newestOf(containers, spec.name);
  const before = mine.at(-2);
  const words = (one: Container) => deeds.get(`lastWords/${one.id}`);
  const base = {
    name: spec.name,
    image: newest?.image ?? spec.image ?? '',
    imageID: newest?.imageId ?? '',
    restartCount: newest?.attempt ?? 0,
    ...(newest && { containerID: idOf(newest) }),
    ...(before?.state === 'exited' && { lastState: { terminated: terminated(before, words(before)) } }),
  };

  if (newest?.state === 'running') {
    const health = world.health(newest.id);
    const started = health?.started ?? spec.startupProbe === undefined;
    const ready = started && (health?.ready ?? spec.readinessProbe === undefined) && !stopping;
    return {
      ...base,
      ready,
      started,
      state: { running: { startedAt: timestamp(newest.startedAt ?? newest.createdAt) } },
    };
  }
  if (newest?.state !== 'exited') {
    const fallback = initialized ? 'ContainerCreating' : 'PodInitializing';
    return {
      ...base,
      ready: false,
      started: false,
      state: waitingFor(deeds, spec.name, newest?.attempt ?? 0, fallback),
    };
  }

  const ended = terminated(newest, words(newest));
  if (stopping || !mustRestart(pod, spec, newest)) {
    const ready = ended.exitCode === 0 && (pod.spec.initContainers?.includes(spec) ?? false);
    return { ...base, ready, started: false, state: { terminated: ended } };
  }
  const ran = (newest.finishedAt ?? 0) - (newest.startedAt ?? newest.finishedAt ?? 0);
  const crashes = ran >= healthyRunMs ? 1 : Number(newest.labels[crashesLabel] ?? 0) + 1;
  const pause = crashBackoffMs(crashes);
  if (failedDeed(deeds, spec.name, newest.attempt + 1)) {
    const state = waitingFor(deeds, spec.name, newest.attempt + 1, 'ContainerCreating');
    return { ...base, ready: false, started: false, state, lastState: { terminated: ended } };
  }
  if (pause === 0) return { ...base, ready: false, started: false, state: { terminated: ended } };
  const message = `back-off ${durationText(pause)} restarting failed container=${spec.name} pod=${podText(pod)}`;
  return {
    ...base,
    ready: false,
    started: false,
    state: { waiting: { reason: 'CrashLoopBackOff', message } },
    lastState: { terminated: ended },
  };
};

/** As Go prints a duration: `10s`, `2m40s`. */
const durationText = (ms: number): string => {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
};
