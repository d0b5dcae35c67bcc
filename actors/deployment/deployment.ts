import { refOf, streamOf } from '../../events/event.ts';
import { deltaBetween } from '../../kinds/delta.ts';
import type { Deployment } from '../../kinds/deployment.ts';
import { type ApiObject, controllerOf } from '../../kinds/object.ts';
import { isFinished, type Pod } from '../../kinds/pod.ts';
import type { ReplicaSet } from '../../kinds/replica-set.ts';
import type { DeploymentStatus } from '../../kinds/schema/api/apps-v1.ts';
import type { World } from '../../projections/world.ts';
import { type Controller, nobody, nothing, type Plan, type Seen, type Wanted } from '../controller.ts';
import { adopt, disown } from '../owners.ts';
import { selects } from '../selection.ts';
import { withNewSet, overdueAt, withPause, withProgress } from './progress.ts';
import { isResized, resizedSizes } from './proportion.ts';
import { emptySizes, oldPodsRun } from './recreate.ts';
import { replicasAsked } from './limits.ts';
import { rollingSizes } from './rolling-update.ts';
import { replicasOf, rolloutOf, type Rollout, type Size } from './rollout.ts';
import { type Conditions, isComplete, statusOf } from './status.ts';
import { templateHash } from './template-hash.ts';
import { cleanupWishes, deploymentRef, newSetWishes, revisionWishes, setRef, sizeWishes } from './wishes.ts';

const resource = 'deployments.apps';
const sets = 'replicasets.apps';

const isRecreate = ({ spec }: Deployment): boolean => spec.strategy?.type === 'Recreate';

const ownerKey = (set: ApiObject | undefined): string | undefined => {
  const owner = set && controllerOf(set);
  if (owner?.kind !== 'Deployment') return undefined;
  return streamOf({ resource, namespace: set?.metadata.namespace ?? '', name: owner.name });
};

const touchedBySet = ({ before, after }: Seen, world: World): readonly string[] => {
  const keys = new Set([ownerKey(before), ownerKey(after)]);
  if (after && !controllerOf(after)) {
    for (const one of world.list<Deployment>(resource, after.metadata.namespace))
      if (selects(one.spec.selector, after.metadata.labels)) keys.add(streamOf(deploymentRef(one)));
  }
  return [...keys].filter((key) => key !== undefined);
};

/** With Recreate, the end of an old pod lets the new ones start. */
const touchedByPod = ({ before, after }: Seen, world: World): readonly string[] => {
  if (!before || (after && !isFinished(after as Pod))) return nobody; // only pods come here
  const owner = controllerOf(before);
  if (owner?.kind !== 'ReplicaSet') return nobody;
  const set = world.get({ resource: sets, namespace: before.metadata.namespace ?? '', name: owner.name });
  const key = ownerKey(set);
  const deployment = key === undefined ? undefined : world.get<Deployment>(refOf(key));
  return key !== undefined && deployment && isRecreate(deployment) ? [key] : nobody;
};

/** Takes in sets that nobody controls and lets go of those whose labels no longer fit. */
const claimWishes = (world: World, deployment: Deployment, { all }: Rollout): readonly Wanted[] => {
  const { namespace = '', uid } = deployment.metadata;
  const { selector } = deployment.spec;
  const released = all
    .filter(({ metadata }) => !selects(selector, metadata.labels))
    .map((set) => disown(setRef(set.metadata, set.metadata.name), set, uid));
  const adopted = world
    .indexed<ReplicaSet>(sets, 'uncontrolled', namespace)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined && selects(selector, metadata.labels))
    .map((set) => adopt(setRef(set.metadata, set.metadata.name), set, deployment));
  return [...released, ...adopted];
};

const withStatus = (
  { deployment }: Rollout,
  commands: readonly Wanted[],
  status: DeploymentStatus,
  recheckAt?: number,
): Plan => {
  const ref = deploymentRef(deployment);
  const report: Wanted = { type: 'ReportStatus', ref, uid: deployment.metadata.uid, status };
  const isNew = deltaBetween(deployment.status, status).length > 0;
  return { commands: isNew ? [...commands, report] : commands, recheckAt };
};

const resize = (deployment: Deployment, sizes: readonly Size[]): readonly Wanted[] =>
  sizes.flatMap((size) => sizeWishes(deployment, size));

/** Makes the set of the present template; another name is tried when a set of another template has it. */
const makeNewest = (world: World, rollout: Rollout, conditions: Conditions, now: number): Plan => {
  const { deployment } = rollout;
  const collisions = deployment.status?.collisionCount ?? 0;
  const hash = templateHash(deployment.spec.template, collisions);
  const name = `${deployment.metadata.name}-${hash}`;
  if (world.get(setRef(deployment.metadata, name)))
    return withStatus(rollout, [], { ...deployment.status, collisionCount: collisions + 1 });
  const told = withNewSet(deployment, conditions, 'made', name, now);
  return withStatus(rollout, newSetWishes(rollout, hash, isRecreate(deployment)), statusOf(rollout, told, now));
};

/** One step of the rollout, by its strategy. */
const stepOf = (world: World, rollout: Rollout): 'make' | readonly Size[] => {
  const { deployment, newest } = rollout;
  if (!isRecreate(deployment)) return newest ? rollingSizes(rollout) : 'make';
  const empty = emptySizes(rollout);
  if (empty.length > 0) return empty;
  if (oldPodsRun(world, rollout)) return [];
  if (!newest) return 'make';
  const to = replicasAsked(deployment);
  return replicasOf(newest) === to ? [] : [{ set: newest, to }];
};

const roll = (world: World, rollout: Rollout, paused: Conditions, now: number): Plan => {
  const { deployment, newest } = rollout;
  const step = stepOf(world, rollout);
  if (step === 'make') return makeNewest(world, rollout, paused, now);
  const conditions = newest ? withNewSet(deployment, paused, 'found', newest.metadata.name, now) : paused;
  const status = withProgress(rollout, statusOf(rollout, conditions, now), now);
  const cleanup = step.length === 0 && isComplete(deployment, { status }) ? cleanupWishes(rollout) : [];
  const overdue = overdueAt(deployment, status.conditions ?? []);
  const commands = [...revisionWishes(rollout), ...resize(deployment, step), ...cleanup];
  return withStatus(rollout, commands, status, overdue === undefined ? undefined : overdue + 1);
};

/** Rolls each Deployment from its old ReplicaSets to the one of its present template, one step at a time. */
export const deployment: Controller = {
  name: 'deployment',

  touches: (change, world) => {
    const { resource: changed } = change.ref;
    if (changed === resource) return change.after ? [streamOf(change.ref)] : nobody;
    if (changed === sets) return touchedBySet(change, world);
    return changed === 'pods' ? touchedByPod(change, world) : nobody;
  },

  reconcile: (world, key, now) => {
    const found = world.get<Deployment>(refOf(key));
    if (!found) return nothing;
    const rollout = rolloutOf(world, found);
    if (found.metadata.deletionTimestamp !== undefined)
      return withStatus(rollout, [], statusOf(rollout, found.status?.conditions ?? [], now));
    const claims = claimWishes(world, found, rollout);
    if (claims.length > 0) return { commands: claims };

    const conditions = withPause(found, found.status?.conditions ?? [], now);
    if (found.spec.paused) {
      const commands = [...resize(found, resizedSizes(rollout)), ...cleanupWishes(rollout)];
      return withStatus(rollout, [...revisionWishes(rollout), ...commands], statusOf(rollout, conditions, now));
    }
    if (isResized(rollout)) {
      const commands = [...revisionWishes(rollout), ...resize(found, resizedSizes(rollout))];
      return withStatus(rollout, commands, statusOf(rollout, conditions, now));
    }
    return roll(world, rollout, conditions, now);
  },
};
