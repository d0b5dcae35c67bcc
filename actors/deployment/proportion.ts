import type { Deployment } from '../../kinds/deployment.ts';
import type { ReplicaSet } from '../../kinds/replica-set.ts';
import { replicasAsked, surgeMaxOf } from './limits.ts';
import { desiredAnnotation, maxAnnotation } from './revision.ts';
import { byAge, replicasOf, type Rollout, type Size, sum } from './rollout.ts';

const annotated = ({ metadata }: ReplicaSet, name: string): number | undefined => {
  const value = Number.parseInt(metadata.annotations?.[name] ?? '', 10);
  return Number.isNaN(value) ? undefined : value;
};

/** The Deployment was given another size than its sets were last sized for. */
export const isResized = ({ deployment, all }: Rollout): boolean =>
  all.some((set) => {
    const desired = annotated(set, desiredAnnotation);
    return replicasOf(set) > 0 && desired !== undefined && desired !== replicasAsked(deployment);
  });

/** The newest set has all that is asked for, and all of it is available. */
const isSaturated = (deployment: Deployment, newest: ReplicaSet | undefined): boolean => {
  const asked = replicasAsked(deployment);
  return (
    newest !== undefined &&
    replicasOf(newest) === asked &&
    annotated(newest, desiredAnnotation) === asked &&
    (newest.status?.availableReplicas ?? 0) === asked
  );
};

/** By how much a set grows or shrinks in proportion to what it was of the whole. */
const shareOf = (set: ReplicaSet, deployment: Deployment, left: number): number => {
  const replicas = replicasOf(set);
  if (replicas === 0 || left === 0) return 0;
  const asked = replicasAsked(deployment);
  const whole = annotated(set, maxAnnotation) || deployment.status?.replicas || replicas;
  const share = asked === 0 ? -replicas : Math.round((replicas * (asked + surgeMaxOf(deployment))) / whole) - replicas;
  return left > 0 ? Math.min(share, left) : Math.max(share, left);
};

/** Largest first; of equals the newer when growing, the older when shrinking. */
const bySize = (growing: boolean) => (a: ReplicaSet, b: ReplicaSet) =>
  replicasOf(b) - replicasOf(a) || (growing ? byAge(b, a) : byAge(a, b));

const proportionalSizes = ({ deployment, all }: Rollout): readonly Size[] => {
  const active = all.filter((set) => replicasOf(set) > 0);
  const asked = replicasAsked(deployment);
  const allowed = asked > 0 ? asked + surgeMaxOf(deployment) : 0;
  const toAdd = allowed - sum(active, replicasOf);
  let added = 0;
  const sizes = active.toSorted(bySize(toAdd >= 0)).map((set) => {
    const share = shareOf(set, deployment, toAdd - added);
    added += share;
    return { set, to: replicasOf(set) + share };
  });
  // What rounding left over is the largest set's.
  return sizes.map(({ set, to }, i) => ({ set, to: i === 0 ? Math.max(to + toAdd - added, 0) : to }));
};

/** Sizes after the Deployment was resized or while it is paused: a rollout under way keeps its proportions. */
export const resizedSizes = (rollout: Rollout): readonly Size[] => {
  const { deployment, newest, old, all } = rollout;
  const active = all.filter((set) => replicasOf(set) > 0);
  const only = active.length === 0 ? (newest ?? old.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only) return [{ set: only, to: replicasAsked(deployment) }];
  if (active.length === 0) return [];
  if (isSaturated(deployment, newest)) return old.filter((set) => replicasOf(set) > 0).map((set) => ({ set, to: 0 }));
  const isRolling = (deployment.spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
  return isRolling ? proportionalSizes(rollout) : active.map((set) => ({ set, to: replicasOf(set) }));
};
