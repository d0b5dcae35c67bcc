import type { Ref } from '../events/event.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import type { Entry } from './world.ts';

/** All objects of one kind: by name, in order, and under the kind's indexes. */
export interface Shelf {
  readonly kind: Kind;
  readonly changedAt: number;
  get(namespace: string, name: string): Entry | undefined;
  put(ref: Ref, entry: Entry | undefined, position: number): void;
  list(namespace: string): readonly ApiObject[];
  indexed(index: string, value: string): readonly ApiObject[];
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
/** The order of every list: by namespace, then by name. */
export const byName = (a: ApiObject, b: ApiObject): number =>
  byText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || byText(a.metadata.name, b.metadata.name);

/** Objects of one namespace, with a sorted list that is made when asked for and kept until something changes. */
interface Room {
  readonly entries: Map<string, Entry>;
  sorted: readonly ApiObject[] | undefined;
}

/** An empty shelf for the objects of `kind`. */
export const shelve = (kind: Kind): Shelf => {
  const rooms = new Map<string, Room>();
  const indexes = new Map(Object.keys(kind.indexes).map((name) => [name, new Map<string, Map<string, ApiObject>>()]));
  let everything: readonly ApiObject[] | undefined;
  let changedAt = 0;

  const reindex = (id: string, before: ApiObject | undefined, after: ApiObject | undefined) => {
    for (const [name, found] of indexes) {
      const valuesOf = kind.indexes[name];
      if (!valuesOf) continue;
      for (const value of before ? valuesOf(before) : []) {
        found.get(value)?.delete(id);
        if (found.get(value)?.size === 0) found.delete(value);
      }
      for (const value of after ? valuesOf(after) : []) {
        const those = found.get(value) ?? new Map<string, ApiObject>();
        found.set(value, those.set(id, after as ApiObject)); // values come from after, so it is there
      }
    }
  };

  const sortedIn = (room: Room): readonly ApiObject[] => {
    room.sorted ??= Array.from(room.entries.values(), ({ object }) => object).sort(byName);
    return room.sorted;
  };

  return {
    kind,
    get changedAt() {
      return changedAt;
    },
    get: (namespace, name) => rooms.get(namespace)?.entries.get(name),
    put: ({ namespace, name }, entry, position) => {
      const room: Room = rooms.get(namespace) ?? { entries: new Map(), sorted: undefined };
      rooms.set(namespace, room);
      reindex(`${namespace}/${name}`, room.entries.get(name)?.object, entry?.object);
      if (entry) room.entries.set(name, entry);
      else room.entries.delete(name);
      room.sorted = undefined;
      everything = undefined;
      changedAt = Math.max(changedAt, position, entry?.position ?? 0);
      if (room.entries.size === 0) rooms.delete(namespace);
    },
    list: (namespace) => {
      if (namespace !== '') {
        const room = rooms.get(namespace);
        return room ? sortedIn(room) : [];
      }
      everything ??= [...rooms.keys()].sort(byText).flatMap((key) => sortedIn(rooms.get(key) as Room)); // its own keys
      return everything;
    },
    indexed: (index, value) => {
      const found = indexes.get(index);
      if (!found) throw new Error(`Cannot look up ${kind.plural} by "${index}": the kind keeps no such index`);
      return [...(found.get(value)?.values() ?? [])].sort(byName);
    },
  };
};
