import type { Deployment } from '../../kinds/deployment.ts';
import { type ApiObject, controllerOf } from '../../kinds/object.ts';
import type { ReplicaSet } from '../../kinds/replica-set.ts';
import type { World } from '../../projections/world.ts';
import { isSameTemplate } from './template-hash.ts';

/** A Deployment with its ReplicaSets. */
export interface Rollout {
  readonly deployment: Deployment;
  /** The set of the present template; absent when there is none yet. */
  readonly newest: ReplicaSet | undefined;
  /** All others, oldest first. */
  readonly old: readonly ReplicaSet[];
  /** All, oldest first. */
  readonly all: readonly ReplicaSet[];
}

/** A set and how many pods it shall keep. */
export interface Size {
  readonly set: ReplicaSet;
  readonly to: number;
}

export const replicasOf = ({ spec }: ReplicaSet): number => spec.replicas ?? 1;

/** Available pods that will stay: those in excess of what is asked for are about to go. */
export const availableOf = (set: ReplicaSet): number => Math.min(set.status?.availableReplicas ?? 0, replicasOf(set));

/** Pods that are there or about to be: a set that was made smaller still has the pods it reported. */
export const podsOf = (set: ReplicaSet): number => Math.max(replicasOf(set), set.status?.replicas ?? 0);

export const sum = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number): number =>
  sets.reduce((total, set) => total + count(set), 0);

export const byAge = (a: ApiObject, b: ApiObject): number =>
  a.metadata.creationTimestamp === b.metadata.creationTimestamp
    ? a.metadata.name < b.metadata.name
      ? -1
      : 1
    : a.metadata.creationTimestamp < b.metadata.creationTimestamp
      ? -1
      : 1;

/** The sets that the Deployment controls. */
export const setsOf = (world: World, { metadata: { uid } }: Deployment): readonly ReplicaSet[] =>
  world
    .ownedBy(uid)
    .filter((one): one is ReplicaSet => one.kind === 'ReplicaSet' && controllerOf(one)?.uid === uid)
    .sort(byAge);

export const rolloutOf = (world: World, deployment: Deployment): Rollout => {
  const all = setsOf(world, deployment);
  const { template } = deployment.spec;
  // Of several with this template the oldest is it: so it was the last time.
  const newest = all.find(({ spec }) => spec.template && isSameTemplate(spec.template, template));
  return { deployment, newest, old: all.filter((set) => set !== newest), all };
};
