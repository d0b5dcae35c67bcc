import { timestamp } from '../kinds/object.ts';
import type { ContainerStatus, PodCondition, PodStatus } from '../kinds/schema/api/core-v1.ts';
import { containerStatusOf } from './container-status.ts';
import type { NodeWorld } from './node-world.ts';
import { isSidecar, type PodOf } from './pod.ts';
import { outcomeOf } from './pod-run.ts';

interface Answer {
  readonly type: string;
  readonly yes: boolean;
  readonly reason?: string;
  readonly message?: string;
}

/** A condition; its time moves only when its answer does. */
const conditionOf = (
  before: readonly PodCondition[],
  { type, yes, reason, message }: Answer,
  now: number,
): PodCondition => {
  const status = yes ? 'True' : 'False';
  const was = before.find((one) => one.type === type);
  const lastTransitionTime = was?.status === status && was.lastTransitionTime ? was.lastTransitionTime : timestamp(now);
  return { type, status, lastTransitionTime, ...(reason && { reason }), ...(message && { message }) };
};

const unready = (statuses: readonly ContainerStatus[], say: string): Pick<Answer, 'reason' | 'message'> => {
  const names = statuses.filter(({ ready }) => !ready).map(({ name }) => name);
  return { reason: 'ContainersNotReady', message: `containers with ${say} status: [${names.join(' ')}]` };
};

const answersOf = (
  pod: PodOf,
  { phase, initialized, sandboxed, mains, inits }: Facts,
  before: readonly PodCondition[],
): readonly Answer[] => {
  const over = phase === 'Succeeded' || phase === 'Failed';
  const completed =
    phase === 'Succeeded' ? { reason: 'PodCompleted' } : phase === 'Failed' ? { reason: 'PodFailed' } : undefined;
  const containersReady = !over && initialized && mains.every(({ ready }) => ready);
  const why = completed ?? (containersReady ? {} : unready(mains, 'unready'));
  const gates = (pod.spec.readinessGates ?? []).filter(
    ({ conditionType }) => before.find(({ type }) => type === conditionType)?.status !== 'True',
  );
  const gated = gates.length > 0 && containersReady;
  const gateText = gates.map(
    ({ conditionType }) => `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
  );
  return [
    { type: 'PodReadyToStartContainers', yes: sandboxed && !over },
    initialized
      ? { type: 'Initialized', yes: true, ...(phase === 'Succeeded' && { reason: 'PodCompleted' }) }
      : {
          type: 'Initialized',
          yes: false,
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${inits
            .filter(({ ready }) => !ready)
            .map(({ name }) => name)
            .join(' ')}]`,
        },
    {
      type: 'Ready',
      yes: containersReady && !gated,
      ...(gated ? { reason: 'ReadinessGatesNotReady', message: gateText.join(', ') } : why),
    },
    { type: 'ContainersReady', yes: containersReady, ...why },
  ];
};

interface Facts {
  readonly phase: string;
  readonly initialized: boolean;
  readonly sandboxed: boolean;
  readonly mains: readonly ContainerStatus[];
  readonly inits: readonly ContainerStatus[];
}

const own = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady']);

/** The pod's status as this node sees it. What others wrote into it (`before`: conditions, its class) is kept. */
export const statusOf = (
  world: NodeWorld,
  pod: PodOf,
  before: PodStatus,
  now: number,
  stopping: boolean,
): PodStatus => {
  const { sandboxes, containers } = world.seen(pod.metadata.uid);
  const sandbox = sandboxes.findLast(({ state }) => state === 'running');
  const initSpecs = pod.spec.initContainers ?? [];
  const begun = pod.spec.containers.some(({ name }) => containers.some((one) => one.name === name));
  const initOf = () => initSpecs.map((spec) => containerStatusOf(world, pod, spec, true, stopping));
  const inits = initOf().map((status, i) => {
    const spec = initSpecs[i];
    return spec && isSidecar(spec) ? { ...status, ready: status.ready } : status;
  });
  const initialized =
    begun ||
    inits.every((status, i) => status.ready || (initSpecs[i] && isSidecar(initSpecs[i]) && status.started === true));
  const mains = pod.spec.containers.map((spec) => containerStatusOf(world, pod, spec, initialized, stopping));
  const ephemerals = (pod.spec.ephemeralContainers ?? []).map((spec) =>
    containerStatusOf(world, pod, spec, true, stopping),
  );

  const started = mains.every(
    ({ state, lastState, restartCount }) => state?.running ?? state?.terminated ?? lastState ?? restartCount > 0,
  );
  const phase = outcomeOf(pod, containers) ?? (started ? 'Running' : 'Pending');
  const conditionsBefore = before.conditions ?? [];
  const facts = { phase, initialized, sandboxed: sandbox !== undefined, mains, inits };
  const conditions = answersOf(pod, facts, conditionsBefore).map((answer) =>
    conditionOf(conditionsBefore, answer, now),
  );
  const podIP = sandbox && (sandbox.network === 'node' ? world.hostIP : sandbox.ip);
  const ip = podIP ?? before.podIP;

  const { containerStatuses: _c, initContainerStatuses: _i, ephemeralContainerStatuses: _e, ...kept } = before;
  return {
    ...kept,
    phase,
    conditions: [...conditions, ...conditionsBefore.filter(({ type }) => !own.has(type))],
    hostIP: world.hostIP,
    hostIPs: [{ ip: world.hostIP }],
    ...(ip !== undefined && { podIP: ip, podIPs: [{ ip }] }),
    startTime: before.startTime ?? timestamp(now),
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    containerStatuses: mains,
    ...(ephemerals.length > 0 && { ephemeralContainerStatuses: ephemerals }),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
};
