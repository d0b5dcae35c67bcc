import type { ReplicaSet } from '../../kinds/replica-set.ts';
import { replicasAsked, surgeMaxOf, unavailableMaxOf } from './limits.ts';
import { availableOf, podsOf, replicasOf, type Rollout, type Size, sum } from './rollout.ts';

/** How large the newest set may be now, with `present` of its pods asked for already. */
export const newestSize = ({ deployment, all }: Rollout, present: number): number => {
  const asked = replicasAsked(deployment);
  if (present >= asked) return asked;
  const room = asked + surgeMaxOf(deployment) - sum(all, podsOf);
  return room <= 0 ? present : present + Math.min(room, asked - present);
};

/** Takes away up to `allowed` pods in all, of each set no more than it can spare, oldest sets first. */
const shrink = (sets: Rollout['old'], allowed: number, spareOf: (set: ReplicaSet) => number): readonly Size[] => {
  let left = allowed;
  return sets.flatMap((set) => {
    const away = Math.max(Math.min(left, spareOf(set)), 0);
    left -= away;
    return away > 0 ? [{ set, to: replicasOf(set) - away }] : [];
  });
};

/** How much smaller the old sets may become without going below what must be available. */
const oldSizes = ({ deployment, newest, old, all }: Rollout): readonly Size[] => {
  if (sum(old, replicasOf) === 0) return [];
  const least = replicasAsked(deployment) - unavailableMaxOf(deployment);
  const coming = newest ? replicasOf(newest) - availableOf(newest) : 0;
  const allowed = sum(all, replicasOf) - least - coming;
  if (allowed <= 0) return [];
  // First those that are not available anyhow.
  const sick = shrink(old, allowed, (set) => replicasOf(set) - availableOf(set));
  return sick.length > 0 ? sick : shrink(old, Math.min(allowed, sum(all, availableOf) - least), replicasOf);
};

/**
 * One step of a rolling update: the new set grows as far as maxSurge allows, else the old ones shrink as far as maxUnavailable
 * allows. Counted by what sets ask for and by what they reported, whichever is the worse, so that at no moment there are too
 * many pods or too few.
 */
export const rollingSizes = (rollout: Rollout): readonly Size[] => {
  const { newest } = rollout;
  const to = newest ? newestSize(rollout, replicasOf(newest)) : 0;
  if (newest && to !== replicasOf(newest)) return [{ set: newest, to }];
  return oldSizes(rollout);
};
