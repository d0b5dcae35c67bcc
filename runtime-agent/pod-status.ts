import { timestamp } from '../kinds/object.ts';
import type {
  Container as ContainerSpec,
  ContainerStatus,
  PodCondition,
  PodStatus,
} from '../kinds/schema/api/core-v1.ts';
import { containerStatusOf } from './container-status.ts';
import type { NodeWorld } from './node-world.ts';
import { isSidecar, type PodOf } from './pod.ts';
import { hasRun, outcomeOf, outcomeOfStopped, statusNamed } from './runs.ts';

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

/** Why readiness gates hold the pod back, a sentence each; empty when none does. */
const gatesShut = (pod: PodOf, before: readonly PodCondition[]): readonly string[] =>
  (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const status = before.find(({ type }) => type === conditionType)?.status;
    if (status === 'True') return [];
    return status === undefined
      ? `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
      : `the status of pod readiness gate "${conditionType}" is not "True", but ${status}`;
  });

const initializedOf = ({ phase, initialized, inits }: Facts): Answer => {
  if (initialized) return { type: 'Initialized', yes: true, ...(phase === 'Succeeded' && { reason: 'PodCompleted' }) };
  const { message } = unready(inits, 'incomplete');
  return { type: 'Initialized', yes: false, reason: 'ContainersNotInitialized', ...(message && { message }) };
};

const answersOf = (pod: PodOf, facts: Facts, before: readonly PodCondition[]): readonly Answer[] => {
  const { phase, initialized, sandboxed, lasting } = facts;
  const over = phase === 'Succeeded' || phase === 'Failed';
  const containersReady = !over && initialized && lasting.every(({ ready }) => ready);
  const why = over
    ? { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
    : containersReady
      ? {}
      : unready(lasting, 'unready');
  const shut = containersReady ? gatesShut(pod, before) : [];
  return [
    { type: 'PodReadyToStartContainers', yes: sandboxed && !over },
    initializedOf(facts),
    {
      type: 'Ready',
      yes: containersReady && shut.length === 0,
      ...(shut.length > 0 ? { reason: 'ReadinessGatesNotReady', message: shut.join(', ') } : why),
    },
    { type: 'ContainersReady', yes: containersReady, ...why },
  ];
};

interface Facts {
  readonly phase: NonNullable<PodStatus['phase']>;
  readonly initialized: boolean;
  readonly sandboxed: boolean;
  readonly inits: readonly ContainerStatus[];
  /** Of the containers that are to keep running: sidecars, then the others. */
  readonly lasting: readonly ContainerStatus[];
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
  const { initContainers = [], ephemeralContainers = [] } = pod.spec;
  const statusesOf = (specs: readonly ContainerSpec[]) =>
    specs.map((spec) => containerStatusOf({ world, pod, spec, told: statusNamed(before, spec.name), stopping }));
  const inits = statusesOf(initContainers);
  const mains = statusesOf(pod.spec.containers);
  const ephemerals = statusesOf(ephemeralContainers);
  const sidecars = inits.filter((_, i) => initContainers[i] && isSidecar(initContainers[i]));

  const isPast = (status: ContainerStatus) => (sidecars.includes(status) ? status.started === true : status.ready);
  const initialized = mains.some(hasRun) || inits.every(isPast);
  const outcome = (stopping ? outcomeOfStopped : outcomeOf)(pod, containers, before);
  const sandbox = sandboxes.findLast(({ state }) => state === 'running');
  const facts: Facts = {
    phase: outcome ?? (mains.every(hasRun) ? 'Running' : 'Pending'),
    initialized,
    sandboxed: sandbox !== undefined,
    inits,
    lasting: [...sidecars, ...mains],
  };
  const conditionsBefore = before.conditions ?? [];
  const conditions = answersOf(pod, facts, conditionsBefore).map((answer) =>
    conditionOf(conditionsBefore, answer, now),
  );
  const podIP = sandbox && (sandbox.network === 'node' ? world.hostIP : sandbox.ip);
  const ip = podIP ?? before.podIP;

  const { containerStatuses: _c, initContainerStatuses: _i, ephemeralContainerStatuses: _e, ...kept } = before;
  return {
    ...kept,
    phase: facts.phase,
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
