import type { Pod } from '../../kinds/pod.ts';
import type { ReplicaSet } from '../../kinds/replica-set.ts';
import type { ReplicaSetCondition, ReplicaSetStatus } from '../../kinds/schema/api/apps-v1.ts';
import { availableFrom, isReady } from '../pod-state.ts';

export interface Standing {
  readonly status: ReplicaSetStatus;
  /** When the next pod will have been ready long enough; absent when none is waiting for that. */
  readonly recheckAt: number | undefined;
}

const hasTemplateLabels = ({ spec }: ReplicaSet, { metadata }: Pod): boolean =>
  Object.entries(spec.template?.metadata?.labels ?? {}).every(([key, value]) => metadata.labels?.[key] === value);

/** The set's status as its active pods show it; a condition that it could not make or delete pods goes with `failing`. */
export const standingOf = (set: ReplicaSet, active: readonly Pod[], failing: boolean, now: number): Standing => {
  const from = active.map((pod) => availableFrom(pod, set.spec.minReadySeconds ?? 0));
  const later = from.filter((at) => at !== undefined && at > now) as number[];
  const conditions = (set.status?.conditions ?? []).filter(({ type }) => failing || type !== 'ReplicaFailure');
  const counts = {
    fullyLabeledReplicas: active.filter((pod) => hasTemplateLabels(set, pod)).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: from.filter((at) => at !== undefined && at <= now).length,
  };
  return {
    status: {
      replicas: active.length,
      // A count of none is left out, as upstream prints it.
      ...(Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0)) as Partial<typeof counts>),
      observedGeneration: set.metadata.generation ?? 0,
      ...(conditions.length > 0 && { conditions }),
    },
    recheckAt: later.length > 0 ? Math.min(...later) : undefined,
  };
};

/** The set's status with a word that it cannot make, or delete, the pods it should. */
export const withFailure = (set: ReplicaSet, reason: string, message: string, since: string): ReplicaSetStatus => {
  const before = set.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  const others = (set.status?.conditions ?? []).filter(({ type }) => type !== 'ReplicaFailure');
  const failure: ReplicaSetCondition = {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: before?.lastTransitionTime ?? since,
    reason,
    message,
  };
  return { ...set.status, replicas: set.status?.replicas ?? 0, conditions: [...others, failure] };
};
