import type { Deployment } from '../../kinds/deployment.ts';
import { timestamp } from '../../kinds/object.ts';
import type { DeploymentCondition, DeploymentStatus } from '../../kinds/schema/api/apps-v1.ts';
import { conditionOf, withCondition, withoutCondition } from '../conditions.ts';
import { replicasAsked, unavailableMaxOf } from './limits.ts';
import { type Rollout, sum } from './rollout.ts';

export type Conditions = readonly DeploymentCondition[];

/** A condition as of now. */
export const conditionAt = (
  now: number,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
): DeploymentCondition => ({
  type,
  status,
  lastUpdateTime: timestamp(now),
  lastTransitionTime: timestamp(now),
  reason,
  message,
});

const availability = (deployment: Deployment, available: number, now: number): DeploymentCondition =>
  available >= replicasAsked(deployment) - unavailableMaxOf(deployment)
    ? conditionAt(now, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : conditionAt(
        now,
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );

const counts = ({ newest, all }: Rollout) => {
  const replicas = sum(all, ({ status }) => status?.replicas ?? 0);
  const availableReplicas = sum(all, ({ status }) => status?.availableReplicas ?? 0);
  return {
    replicas,
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas,
    unavailableReplicas: Math.max(replicas - availableReplicas, 0),
  };
};

/** The word of a set that it cannot make or delete its pods, the newest set's first. */
const failureOf = ({ newest, all }: Rollout): DeploymentCondition | undefined => {
  const sets = newest ? [newest, ...all] : all;
  const failure = sets.map(({ status }) => conditionOf(status?.conditions, 'ReplicaFailure')).find(Boolean);
  return failure && { ...failure, lastUpdateTime: failure.lastTransitionTime ?? '' };
};

/** The status as the sets show it, on top of `conditions`. */
export const statusOf = (rollout: Rollout, conditions: Conditions, now: number): DeploymentStatus => {
  const { deployment } = rollout;
  const { metadata, status } = deployment;
  const counted = counts(rollout);
  const failure = failureOf(rollout);
  const others = failure ? withCondition(conditions, failure) : withoutCondition(conditions, 'ReplicaFailure');
  return {
    observedGeneration: metadata.generation ?? 0,
    // A count of none is left out, as upstream prints it.
    ...(Object.fromEntries(Object.entries(counted).filter(([, count]) => count > 0)) as Partial<typeof counted>),
    conditions: withCondition(others, availability(deployment, counted.availableReplicas, now)),
    ...(status?.collisionCount !== undefined && { collisionCount: status.collisionCount }),
  };
};

/** All that is asked for is of the newest template and available, and nothing else is left. */
export const isComplete = (deployment: Deployment, { status }: { readonly status: DeploymentStatus }): boolean => {
  const asked = replicasAsked(deployment);
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  return replicas === asked && updatedReplicas === asked && availableReplicas === asked;
};
