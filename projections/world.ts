import { type Observable, Subject } from 'rxjs';
import { type Recorded, type Ref, streamOf } from '../events/event.ts';
import type { Snapshot } from '../events/snapshots.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import { type Shelf, shelve } from './shelf.ts';
import type { Amounts } from './sums.ts';

/** One step of the World. */
export interface Change {
  readonly ref: Ref;
  /** Of the event behind it; the object's resourceVersion from here on. */
  readonly position: number;
  readonly recorded: Recorded;
  /** Absent when the object came to be. */
  readonly before: ApiObject | undefined;
  /** Absent when the object is gone. */
  readonly after: ApiObject | undefined;
}

/** An object and where its stream stands. Replaced in place when the object changes. */
export interface Entry {
  readonly object: ApiObject;
  readonly position: number;
  readonly revision: number;
}

/** The state of everything, as of one position. What it hands out is never changed afterwards, but for live lists. */
export interface World {
  /** Of the newest event folded in; 0 before the first. */
  readonly position: number;
  /** When that event was recorded, ms since the Unix epoch. */
  readonly at: number;
  get<O extends ApiObject>(ref: Ref): O | undefined;
  entry(ref: Ref): Entry | undefined;
  /** Every object of a resource, by namespace and name; `namespace` empty or undefined means all. Read it before you await. */
  list<O extends ApiObject>(resource: string, namespace?: string): readonly O[];
  /** Objects that a kind's index finds under a value (see KindRow.indexes), by namespace and name. */
  indexed<O extends ApiObject>(resource: string, index: string, value: string): readonly O[];
  /** What a kind's objects add up to under a value (see KindRow.sums), by name; empty when none counts. */
  sumOf(resource: string, sum: string, value: string): Amounts;
  /** Objects that name this uid as an owner, whatever their kind. */
  ownedBy(uid: string): readonly ApiObject[];
  /** Position of the newest change of any object of this resource; 0 when there was none. */
  changedAt(resource: string): number;
}

/** The World and what moves it. */
export interface Projection {
  readonly world: World;
  /** Each step, once the World has taken it. Synchronous, in the order of the log. */
  readonly changes: Observable<Change>;
  /** Puts a state in without a Change: before the first event only. */
  restore(snapshot: Snapshot): void;
  /** After {@link Projection.restore}: every change up to here is in. */
  startAt(position: number): void;
  /** Folds one event in. Events must come in the order of the log; one that was folded before is passed over. */
  take(recorded: Recorded): void;
}

/** The fold of the log that everyone reads. */
export const projectWorld = (kinds: ReadonlyMap<string, Kind>): Projection => {
  const shelves = new Map<string, Shelf>();
  const owned = new Map<string, Map<string, ApiObject>>();
  const changes = new Subject<Change>();
  let position = 0;
  let at = 0;

  const shelfOf = (resource: string): Shelf => {
    const found = shelves.get(resource);
    if (found) return found;
    const kind = kinds.get(resource);
    if (!kind) throw new Error(`Cannot project "${resource}": no kind serves it`);
    const made = shelve(kind);
    shelves.set(resource, made);
    return made;
  };

  const disown = (id: string, object: ApiObject) => {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const those = owned.get(uid);
      those?.delete(id);
      if (those?.size === 0) owned.delete(uid);
    }
  };
  const own = (id: string, object: ApiObject) => {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const those = owned.get(uid) ?? new Map<string, ApiObject>();
      owned.set(uid, those.set(id, object));
    }
  };

  const put = (ref: Ref, before: ApiObject | undefined, entry: Entry | undefined) => {
    const id = streamOf(ref);
    if (before) disown(id, before);
    if (entry) own(id, entry.object);
    shelfOf(ref.resource).put(ref, entry, position);
  };

  const world: World = {
    get position() {
      return position;
    },
    get at() {
      return at;
    },
    // What stands under a resource's name is of its kind: the caller names both.
    get: <O extends ApiObject>(ref: Ref) =>
      shelves.get(ref.resource)?.get(ref.namespace, ref.name)?.object as O | undefined,
    entry: (ref) => shelves.get(ref.resource)?.get(ref.namespace, ref.name),
    list: <O extends ApiObject>(resource: string, namespace = '') =>
      (shelves.get(resource)?.list(namespace) ?? []) as readonly O[],
    indexed: <O extends ApiObject>(resource: string, index: string, value: string) =>
      (shelves.get(resource)?.indexed(index, value) ?? []) as readonly O[],
    sumOf: (resource, sum, value) => shelves.get(resource)?.sums.of(sum, value) ?? {},
    ownedBy: (uid) => [...(owned.get(uid)?.values() ?? [])],
    changedAt: (resource) => shelves.get(resource)?.changedAt ?? 0,
  };

  return {
    world,
    changes,
    restore: ({ ref, object, position: of, revision }) => {
      // A snapshot holds what evolve made of this kind's events.
      if (object !== undefined) put(ref, undefined, { object: object as ApiObject, position: of, revision });
    },
    startAt: (start) => {
      position = start;
    },
    take: (recorded) => {
      if (recorded.position <= position) return;
      const { ref } = recorded;
      const shelf = shelfOf(ref.resource);
      const before = shelf.get(ref.namespace, ref.name)?.object;
      const after = shelf.kind.evolve(before, recorded);
      position = recorded.position;
      at = recorded.at;
      put(ref, before, after && { object: after, position: recorded.position, revision: recorded.revision });
      changes.next({ ref, position: recorded.position, recorded, before, after });
    },
  };
};
