import type { ContainerStatus } from '../schema/api/core-v1.ts';
import type { Pod } from '../pod.ts';
import { sinceText } from './duration.ts';
import { none } from './column.ts';

interface Summary {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  /** RFC 3339; empty when no container ever ended. */
  readonly lastRestart: string;
}

const later = (a: string, b: string | undefined) => (b !== undefined && b > a ? b : a);
const endOf = ({ lastState }: ContainerStatus) => lastState?.terminated?.finishedAt;

const conditionOf = ({ status }: Pod, type: string) => status?.conditions?.find((one) => one.type === type);

const runsBeside = ({ spec }: Pod, name: string): boolean =>
  spec.initContainers?.find((one) => one.name === name)?.restartPolicy === 'Always';

const endText = ({ reason, signal, exitCode }: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>) =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);

/** Why the pod is still initializing, by the init container at `index`; `undefined` when that one holds nothing up. */
const initText = (pod: Pod, container: ContainerStatus, index: number): string | undefined => {
  const { terminated, waiting } = container.state ?? {};
  if (terminated?.exitCode === 0) return undefined;
  if (runsBeside(pod, container.name) && container.started === true) return undefined;
  if (terminated) return `Init:${endText(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${index}/${pod.spec.initContainers?.length ?? 0}`;
};

const firstReason = (pod: Pod): string =>
  conditionOf(pod, 'PodScheduled')?.reason === 'SchedulingGated'
    ? 'SchedulingGated'
    : pod.status?.reason || pod.status?.phase || '';

/** The init containers' part: their restarts, those that run beside the others, and what holds the pod up. */
const initSummary = (pod: Pod) => {
  const beside = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').length;
  const so = { ready: 0, restarts: 0, lastRestart: '', besideRestarts: 0, besideLast: '', text: '' };
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    so.restarts += container.restartCount;
    so.lastRestart = later(so.lastRestart, endOf(container));
    if (runsBeside(pod, container.name)) {
      so.besideRestarts += container.restartCount;
      so.besideLast = later(so.besideLast, endOf(container));
      if (container.started === true && container.ready) so.ready++;
    }
    so.text = initText(pod, container, index) ?? '';
    if (so.text !== '') break;
  }
  return { ...so, beside };
};

/** What `kubectl get pods` says of a pod's containers, by upstream's rules. */
export const summaryOf = (pod: Pod): Summary => {
  const init = initSummary(pod);
  const total = pod.spec.containers.length + init.beside;
  let { ready, restarts, lastRestart } = init;
  let status = init.text || firstReason(pod);
  if (init.text === '' || conditionOf(pod, 'Initialized')?.status === 'True') {
    restarts = init.besideRestarts;
    lastRestart = init.besideLast;
    let running = false;
    for (const container of (pod.status?.containerStatuses ?? []).toReversed()) {
      const { waiting, terminated } = container.state ?? {};
      restarts += container.restartCount;
      lastRestart = later(lastRestart, endOf(container));
      if (waiting?.reason) status = waiting.reason;
      else if (terminated) status = endText(terminated);
      else if (container.ready && container.state?.running) {
        running = true;
        ready++;
      }
    }
    if (status === 'Completed' && running)
      status = conditionOf(pod, 'Ready')?.status === 'True' ? 'Running' : 'NotReady';
  }
  const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (pod.status?.reason === 'NodeLost') status = 'Unknown';
    else if (!over) status = 'Terminating';
  }
  return { ready, total, status, restarts, lastRestart };
};

/** `3 (5m ago)`, or just the number while no end of a container is known. */
export const restartsText = ({ restarts, lastRestart }: Summary, now: number): string =>
  restarts > 0 && lastRestart !== '' ? `${restarts} (${sinceText(lastRestart, now)} ago)` : `${restarts}`;

/** How many readiness gates are open: `1/2`. */
export const gatesText = (pod: Pod): string => {
  const gates = pod.spec.readinessGates ?? [];
  const open = gates.filter(({ conditionType }) => conditionOf(pod, conditionType)?.status === 'True');
  return gates.length === 0 ? none : `${open.length}/${gates.length}`;
};
