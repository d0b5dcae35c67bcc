import { refOf, type Ref, streamOf } from '../events/event.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject, OwnerReference } from '../kinds/object.ts';
import type { World } from '../projections/world.ts';
import { type Controller, nobody, nothing, type Plan, type Wanted } from './controller.ts';
import { disown } from './owners.ts';

const orphan = 'orphan';
const foreground = 'foregroundDeletion';
/** Objects deleted or let go of in one turn. */
const burstMax = 500;

/** Keys: an object that is going with a finalizer of ours, an object whose owner is missing, an owner that is gone. */
const goingKey = (ref: Ref) => `going|${streamOf(ref)}`;
const strayKey = (ref: Ref) => `stray|${streamOf(ref)}`;
const goneKey = (uid: string) => `gone|${uid}`;

const isGoing = (object: ApiObject | undefined, ...finalizers: readonly string[]): boolean =>
  object?.metadata.deletionTimestamp !== undefined &&
  (object.metadata.finalizers ?? []).some((one) => finalizers.includes(one));

/** Where objects of an apiVersion and kind are found. */
export type Finder = (apiVersion: string, kind: string) => Kind | undefined;

/** Looks kinds up by what an owner reference says of them; kinds may come and go. */
export const finderIn = (kinds: ReadonlyMap<string, Kind>): Finder => {
  const known = new Map<string, Kind>();
  return (apiVersion, kindName) => {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    const key = `${group}/${kindName}`;
    const found = known.get(key);
    if (found && kinds.get(found.resource) === found) return found;
    const looked = [...kinds.values()].find((one) => one.group === group && one.kind === kindName);
    if (looked) known.set(key, looked);
    return looked;
  };
};

const ownerRef = (find: Finder, object: ApiObject, owner: OwnerReference): Ref | undefined => {
  const kind = find(owner.apiVersion, owner.kind);
  if (!kind) return undefined;
  return {
    resource: kind.resource,
    namespace: kind.namespaced ? (object.metadata.namespace ?? '') : '',
    name: owner.name,
  };
};

/** Whether the owner is there. One of a kind that is not served is taken to be: it may only be away. */
const ownerOf = (
  world: World,
  find: Finder,
  object: ApiObject,
  owner: OwnerReference,
): ApiObject | 'unknown' | undefined => {
  const ref = ownerRef(find, object, owner);
  if (!ref) return 'unknown';
  const found = world.get(ref);
  return found?.metadata.uid === owner.uid ? found : undefined;
};

const refTo = (find: Finder, { apiVersion, kind, metadata }: ApiObject): Ref => {
  const row = find(apiVersion, kind);
  if (!row) throw new Error(`Cannot name ${kind} "${metadata.name}": no kind of ${apiVersion} serves it`);
  return { resource: row.resource, namespace: metadata.namespace ?? '', name: metadata.name };
};

const remove = (ref: Ref, object: ApiObject, propagationPolicy: 'Background' | 'Foreground'): Wanted => ({
  type: 'Delete',
  ref,
  options: { preconditions: { uid: object.metadata.uid }, propagationPolicy },
});

/** A dependent that lost an owner goes, unless another owner lives; then it only forgets the one that is gone. */
const release = (world: World, find: Finder, object: ApiObject): readonly Wanted[] => {
  const owners = (object.metadata.ownerReferences ?? []).map((owner) => ({
    uid: owner.uid,
    found: ownerOf(world, find, object, owner),
  }));
  const missing = owners.filter(({ found }) => found === undefined);
  if (missing.length === 0) return [];
  const ref = refTo(find, object);
  const living = owners.filter(({ found }) => found === 'unknown' || (found && !isGoing(found, foreground)));
  if (living.length > 0) return [disown(ref, object, ...missing.map(({ uid }) => uid))];
  return object.metadata.deletionTimestamp === undefined ? [remove(ref, object, 'Background')] : [];
};

const withoutFinalizer = (ref: Ref, object: ApiObject, finalizer: string): Wanted => {
  const { finalizers = [], ...metadata } = object.metadata;
  const left = finalizers.filter((one) => one !== finalizer);
  return {
    type: 'Replace',
    ref,
    object: { ...object, metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) } },
  };
};

/** Foreground: those who block their owner go first. Orphan: all are let go of. Then the owner may go. */
const attend = (world: World, find: Finder, ref: Ref): Plan => {
  const object = world.get(ref);
  if (!object || !isGoing(object, orphan, foreground)) return nothing;
  const { uid, finalizers = [] } = object.metadata;
  const dependents = world.ownedBy(uid);
  if (finalizers.includes(orphan)) {
    if (dependents.length === 0) return { commands: [withoutFinalizer(ref, object, orphan)] };
    return { commands: [], beside: dependents.slice(0, burstMax).map((one) => [disown(refTo(find, one), one, uid)]) };
  }
  const blocking = dependents.filter(({ metadata }) =>
    metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
  );
  if (blocking.length === 0) return { commands: [withoutFinalizer(ref, object, foreground)] };
  const waiting = dependents.filter(({ metadata }) => metadata.deletionTimestamp === undefined).slice(0, burstMax);
  return { commands: [], beside: waiting.map((one) => [remove(refTo(find, one), one, 'Foreground')]) };
};

/** Deletes what belonged to objects that are gone, and holds owners back as their deletion asked for. */
export const garbage = (kinds: ReadonlyMap<string, Kind>): Controller => {
  const find = finderIn(kinds);
  return {
    name: 'garbage',

    touches: ({ ref, before, after }, world) => {
      const keys: string[] = [];
      if (isGoing(after, orphan, foreground)) keys.push(goingKey(ref));
      if (before && before.metadata.uid !== after?.metadata.uid && world.ownedBy(before.metadata.uid).length > 0)
        keys.push(goneKey(before.metadata.uid));
      for (const owner of before?.metadata.ownerReferences ?? []) {
        const found = ownerOf(world, find, before as ApiObject, owner); // its references were just read
        if (typeof found === 'object' && isGoing(found, orphan, foreground)) keys.push(goingKey(refTo(find, found)));
      }
      if (after && after.metadata.ownerReferences !== before?.metadata.ownerReferences) {
        const isStray = after.metadata.ownerReferences?.some((owner) => !ownerOf(world, find, after, owner));
        if (isStray) keys.push(strayKey(ref));
      }
      return keys.length === 0 ? nobody : keys;
    },

    reconcile: (world, key) => {
      const bar = key.indexOf('|');
      const [sort, rest] = [key.slice(0, bar), key.slice(bar + 1)];
      if (sort === 'going') return attend(world, find, refOf(rest));
      if (sort === 'gone') {
        const left = world.ownedBy(rest).map((one) => release(world, find, one));
        return { commands: [], beside: left.filter((list) => list.length > 0).slice(0, burstMax) };
      }
      const object = world.get(refOf(rest));
      return object ? { commands: release(world, find, object) } : nothing;
    },
  };
};
