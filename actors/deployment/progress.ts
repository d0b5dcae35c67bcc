import type { Deployment } from '../../kinds/deployment.ts';
import type { DeploymentStatus } from '../../kinds/schema/api/apps-v1.ts';
import { conditionOf, withCondition, withoutCondition } from '../conditions.ts';
import type { Rollout } from './rollout.ts';
import { conditionAt, type Conditions, isComplete } from './status.ts';

/** A deadline of this many seconds is none. */
const never = 2 ** 31 - 1;

const deadlineMsOf = ({ spec }: Deployment): number | undefined => {
  const seconds = spec.progressDeadlineSeconds ?? never;
  return seconds === never ? undefined : seconds * 1_000;
};

/** Says that the rollout was paused or goes on: time spent paused counts for no deadline. */
export const withPause = (deployment: Deployment, conditions: Conditions, now: number): Conditions => {
  if (deadlineMsOf(deployment) === undefined) return conditions;
  const reason = conditionOf(conditions, 'Progressing')?.reason;
  if (reason === 'ProgressDeadlineExceeded') return conditions;
  const paused = deployment.spec.paused ?? false;
  if (paused && reason !== 'DeploymentPaused')
    return withCondition(
      conditions,
      conditionAt(now, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused'),
    );
  if (!paused && reason === 'DeploymentPaused')
    return withCondition(
      conditions,
      conditionAt(now, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed'),
    );
  return conditions;
};

/** Says that the set of the present template was made, or that there was one. */
export const withNewSet = (
  deployment: Deployment,
  conditions: Conditions,
  how: 'made' | 'found',
  name: string,
  now: number,
): Conditions => {
  if (deadlineMsOf(deployment) === undefined) return conditions;
  if (how === 'found' && conditionOf(conditions, 'Progressing')) return conditions;
  const [reason, words] =
    how === 'made' ? ['NewReplicaSetCreated', 'Created new'] : ['FoundNewReplicaSet', 'Found new'];
  const message = `${words} replica set "${name}"`;
  return withCondition(conditions, conditionAt(now, 'Progressing', 'True', reason ?? '', message));
};

const moved = (before: DeploymentStatus | undefined, after: DeploymentStatus): boolean => {
  const was = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, ...before };
  const is = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, ...after };
  return (
    is.updatedReplicas > was.updatedReplicas ||
    is.replicas - is.updatedReplicas < was.replicas - was.updatedReplicas ||
    is.readyReplicas > was.readyReplicas ||
    is.availableReplicas > was.availableReplicas
  );
};

/** When the rollout will have stood still for too long; `undefined` when it has no deadline, is done, or is overdue. */
export const overdueAt = (deployment: Deployment, conditions: Conditions): number | undefined => {
  const deadlineMs = deadlineMsOf(deployment);
  const progress = conditionOf(conditions, 'Progressing');
  if (deadlineMs === undefined || !progress?.lastUpdateTime) return undefined;
  if (progress.reason === 'NewReplicaSetAvailable' || progress.reason === 'ProgressDeadlineExceeded') return undefined;
  return Date.parse(progress.lastUpdateTime) + deadlineMs;
};

/** The status with a word on how the rollout gets on: it is done, it moved, or it stood still for too long. */
export const withProgress = (
  { deployment, newest }: Rollout,
  status: DeploymentStatus,
  now: number,
): DeploymentStatus => {
  const conditions = status.conditions ?? [];
  if (deadlineMsOf(deployment) === undefined)
    return { ...status, conditions: withoutCondition(conditions, 'Progressing') };
  const present = conditionOf(conditions, 'Progressing');
  const isAllNew = (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
  if (isAllNew && present?.reason === 'NewReplicaSetAvailable') return status;

  const who = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const say = (state: 'True' | 'False', reason: string, words: string) =>
    conditionAt(now, 'Progressing', state, reason, `${who} ${words}`);
  if (isComplete(deployment, { status })) {
    const done = say('True', 'NewReplicaSetAvailable', 'has successfully progressed.');
    return { ...status, conditions: withCondition(conditions, done) };
  }
  if (moved(deployment.status, status)) {
    const fresh = say('True', 'ReplicaSetUpdated', 'is progressing.');
    // It moved again: the deadline counts from now, though status and reason may be as before.
    const since = present?.status === 'True' ? present.lastTransitionTime : fresh.lastTransitionTime;
    const kept = { ...fresh, ...(since && { lastTransitionTime: since }) };
    return { ...status, conditions: [...withoutCondition(conditions, 'Progressing'), kept] };
  }
  const overdue = overdueAt(deployment, conditions);
  if (overdue === undefined || now <= overdue) return status;
  const late = say('False', 'ProgressDeadlineExceeded', 'has timed out progressing.');
  return { ...status, conditions: withCondition(conditions, late) };
};
