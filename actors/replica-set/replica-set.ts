import { refOf, streamOf } from '../../events/event.ts';
import { nameFrom } from '../../commands/draft.ts';
import { deltaBetween } from '../../kinds/delta.ts';
import { noteOn } from '../../kinds/note.ts';
import { type ApiObject, controllerOf, controllerReference, timestamp } from '../../kinds/object.ts';
import type { Pod } from '../../kinds/pod.ts';
import type { ReplicaSet } from '../../kinds/replica-set.ts';
import type { World } from '../../projections/world.ts';
import { type Controller, nobody, nothing, type Seen, type Wanted } from '../controller.ts';
import { adopt, disown } from '../owners.ts';
import { isActive, isReady, isTerminating } from '../pod-state.ts';
import { selects } from '../selection.ts';
import { byDispensability } from './ranking.ts';
import { standingOf, withFailure } from './status.ts';

const resource = 'replicasets.apps';
const component = 'replicaset-controller';
/** Pods made or deleted in one turn: then others have their turn, and the World is looked at again. */
const burstMax = 500;
/** Of how many of them users are told, as upstream does: a hundred lines that say the same hide the others. */
const toldMax = 25;

const podRef = ({ metadata: { namespace = '', name } }: ApiObject) => ({ resource: 'pods', namespace, name });

const ownerKey = (pod: Pod | undefined): string | undefined => {
  const owner = pod && controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return undefined;
  return streamOf({ resource, namespace: pod?.metadata.namespace ?? '', name: owner.name });
};

/** Nothing happened that any set counts. */
const isNoNews = (before: Pod, after: Pod): boolean =>
  before.metadata.labels === after.metadata.labels &&
  before.metadata.ownerReferences === after.metadata.ownerReferences &&
  isActive(before) === isActive(after) &&
  isReady(before) === isReady(after);

const touchedByPod = ({ before, after }: Seen, world: World): readonly string[] => {
  const [was, is] = [before, after] as [Pod | undefined, Pod | undefined]; // the caller looked at the resource
  if (was && is && isNoNews(was, is)) return nobody;
  const keys = new Set([ownerKey(was), ownerKey(is)]);
  if (is && !controllerOf(is)) {
    for (const set of world.list<ReplicaSet>(resource, is.metadata.namespace))
      if (selects(set.spec.selector, is.metadata.labels))
        keys.add(streamOf({ resource, namespace: set.metadata.namespace ?? '', name: set.metadata.name }));
  }
  return [...keys].filter((key) => key !== undefined);
};

/** Takes in pods that nobody controls and lets go of those whose labels no longer fit. A stale view is refused by version. */
const claimWishes = (world: World, set: ReplicaSet, owned: readonly Pod[]): readonly (readonly Wanted[])[] => {
  const { namespace = '', uid, deletionTimestamp } = set.metadata;
  const released = owned
    .filter((pod) => !selects(set.spec.selector, pod.metadata.labels))
    .map((pod) => [disown(podRef(pod), pod, uid)]);
  if (deletionTimestamp !== undefined) return released;
  const adopted = world
    .indexed<Pod>('pods', 'uncontrolled', namespace)
    .filter((pod) => isActive(pod) && selects(set.spec.selector, pod.metadata.labels))
    .map((pod) => [adopt(podRef(pod), pod, set)]);
  return [...released, ...adopted];
};

const birth = (world: World, set: ReplicaSet, nth: number): readonly Wanted[] => {
  const { name: setName, namespace = '', uid } = set.metadata;
  const { metadata, spec } = set.spec.template ?? {};
  const generateName = `${setName}-`;
  // The place in the log makes the name unlike any before it.
  const name = nameFrom(generateName, `${uid}@${world.position}/${nth}`, 0);
  const object = {
    metadata: {
      name,
      generateName,
      namespace,
      ...(metadata?.labels && { labels: metadata.labels }),
      ...(metadata?.annotations && { annotations: metadata.annotations }),
      ...(metadata?.finalizers && { finalizers: metadata.finalizers }),
      ownerReferences: [controllerReference(set)],
    },
    spec,
  } as unknown as ApiObject; // the door adds the system fields
  const message = `Created pod: ${name}`;
  return [
    { type: 'Create', ref: { resource: 'pods', namespace, name }, object },
    ...(nth < toldMax ? [noteOn(set, { sort: 'Normal', reason: 'SuccessfulCreate', message, component })] : []),
  ];
};

const death = (set: ReplicaSet, pod: Pod, nth: number): readonly Wanted[] => {
  const message = `Deleted pod: ${pod.metadata.name}`;
  return [
    { type: 'Delete', ref: podRef(pod), options: { preconditions: { uid: pod.metadata.uid } } },
    ...(nth < toldMax ? [noteOn(set, { sort: 'Normal', reason: 'SuccessfulDelete', message, component })] : []),
  ];
};

/** All pods of the sets of one owner: on whose nodes there is a crowd. */
const familyOf = (world: World, set: ReplicaSet, own: readonly Pod[]): readonly Pod[] => {
  const owner = controllerOf(set);
  if (!owner) return own;
  const sets = world.ownedBy(owner.uid).filter(({ kind }) => kind === 'ReplicaSet');
  return sets.flatMap(({ metadata }) => world.ownedBy(metadata.uid) as readonly Pod[]).filter(isActive);
};

const countWishes = (world: World, set: ReplicaSet, active: readonly Pod[]): readonly (readonly Wanted[])[] => {
  if (set.metadata.deletionTimestamp !== undefined) return [];
  const missing = (set.spec.replicas ?? 1) - active.length;
  if (missing >= 0) return Array.from({ length: Math.min(missing, burstMax) }, (_, nth) => birth(world, set, nth));
  const ranked = byDispensability(active, familyOf(world, set, active));
  return ranked.slice(0, Math.min(-missing, burstMax)).map((pod, nth) => death(set, pod, nth));
};

/**
 * Keeps as many pods as each ReplicaSet asks for. There is no slow start and there are no expectations: the machine looks at
 * a set again only once the World shows what was written for it, and the first refusal ends a turn.
 */
export const replicaSet: Controller = {
  name: 'replica-set',

  touches: (change, world) => {
    if (change.ref.resource === 'pods') return touchedByPod(change, world);
    return change.ref.resource === resource && change.after ? [streamOf(change.ref)] : nobody;
  },

  reconcile: (world, key, now) => {
    const ref = refOf(key);
    const set = world.get<ReplicaSet>(ref);
    if (!set) return nothing;
    const owned = world
      .ownedBy(set.metadata.uid)
      .filter((one): one is Pod => controllerOf(one)?.uid === set.metadata.uid);
    const claims = claimWishes(
      world,
      set,
      owned.filter((pod) => !isTerminating(pod)),
    );
    // Counted once it is known whose the pods are.
    if (claims.length > 0) return { commands: [], beside: claims };

    const active = owned.filter(isActive);
    const beside = countWishes(world, set, active);
    const failing = beside.length > 0;
    const { status, recheckAt } = standingOf(set, active, failing, now);
    const report: Wanted = { type: 'ReportStatus', ref, uid: set.metadata.uid, status };
    const isNew = deltaBetween(set.status, status).length > 0;
    return { commands: isNew ? [report] : [], beside, recheckAt };
  },

  refused: (world, key, command, rejection, now) => {
    const ref = refOf(key);
    const set = world.get<ReplicaSet>(ref);
    const verb = { Create: 'creating', Delete: 'deleting' }[command.type];
    if (!set || verb === undefined) return [];
    const reason = command.type === 'Create' ? 'FailedCreate' : 'FailedDelete';
    const { message } = rejection;
    return [
      noteOn(set, { sort: 'Warning', reason, message: `Error ${verb}: ${message}`, component }),
      { type: 'ReportStatus', ref, uid: set.metadata.uid, status: withFailure(set, reason, message, timestamp(now)) },
    ];
  },
};
