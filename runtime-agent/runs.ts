import type { Container as ContainerSpec, ContainerStatus, PodStatus } from '../kinds/schema/api/core-v1.ts';
import type { Container } from './container.ts';
import type { NodeWorld } from './node-world.ts';
import { isSidecar, type PodOf } from './pod.ts';

/** A container's id as the API shows it: `docker://3f1c…`. */
export const shownId = ({ runtime }: NodeWorld, { id }: Container): string => `${runtime}://${id}`;

/** The newest container of a name. */
export const newestOf = (containers: readonly Container[], name: string): Container | undefined =>
  containers.findLast((one) => one.name === name);

/** The status of a pod as the control plane was last told, by this agent or one before it. */
export const toldOf = (world: NodeWorld, pod: PodOf): PodStatus => world.reported(pod.metadata.uid) ?? pod.status ?? {};

/** What a status says of one container. */
export const statusNamed = (
  { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] }: PodStatus,
  name: string,
): ContainerStatus | undefined =>
  [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find((one) => one.name === name);

/** Whether a container has ever been started, by what was said of it. */
export const hasRun = ({ state, lastState, restartCount }: ContainerStatus): boolean =>
  (state?.running ?? state?.terminated ?? lastState?.terminated) !== undefined || restartCount > 0;

/** The number of a container's last run, -1 before the first. One that was told of and is no more, because somebody removed it, still counts. */
export const lastAttempt = (newest: Container | undefined, told: ContainerStatus | undefined): number => {
  const seen = newest ? newest.attempt - (newest.state === 'created' ? 1 : 0) : -1;
  return told && hasRun(told) ? Math.max(seen, told.restartCount) : seen;
};

/** Whether one that ended so is started again. */
export const mustRestart = (pod: PodOf, spec: ContainerSpec, { exitCode }: Container): boolean => {
  if (isSidecar(spec)) return true;
  const isInit = pod.spec.initContainers?.includes(spec) ?? false;
  const isEphemeral = pod.spec.ephemeralContainers?.some(({ name }) => name === spec.name) ?? false;
  const policy = isEphemeral ? 'Never' : (pod.spec.restartPolicy ?? 'Always');
  if (policy === 'Never') return false;
  return exitCode !== 0 || (policy === 'Always' && !isInit);
};

/** Whether a container has ended for good. */
export const hasEnded = (pod: PodOf, spec: ContainerSpec, newest: Container | undefined): boolean =>
  newest?.state === 'exited' && !mustRestart(pod, spec, newest);

type Outcome = 'Succeeded' | 'Failed';

const exitedWell = (pod: PodOf, containers: readonly Container[]): Outcome =>
  pod.spec.containers.every(({ name }) => newestOf(containers, name)?.exitCode === 0) ? 'Succeeded' : 'Failed';

/** How the pod as a whole ended, if it did: as was told before, or because all its containers have, or an init container failed for good. */
export const outcomeOf = (pod: PodOf, containers: readonly Container[], told: PodStatus): Outcome | undefined => {
  if (told.phase === 'Succeeded' || told.phase === 'Failed') return told.phase;
  for (const spec of pod.spec.initContainers ?? []) {
    const newest = newestOf(containers, spec.name);
    if (!isSidecar(spec) && hasEnded(pod, spec, newest) && newest?.exitCode !== 0) return 'Failed';
  }
  const over = pod.spec.containers.every((spec) => hasEnded(pod, spec, newestOf(containers, spec.name)));
  return over ? exitedWell(pod, containers) : undefined;
};

/** How a pod that is being stopped ended, once nothing of it runs; what never ran has failed. */
export const outcomeOfStopped = (
  pod: PodOf,
  containers: readonly Container[],
  told: PodStatus,
): Outcome | undefined => {
  const outcome = outcomeOf(pod, containers, told);
  if (outcome || containers.some(({ state }) => state === 'running')) return outcome;
  return exitedWell(pod, containers);
};
