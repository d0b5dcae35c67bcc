import type { Ref } from '../events/event.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import { type Ordered, ordered } from './ordered.ts';
import { addUp, type Sums } from './sums.ts';
import type { Entry } from './world.ts';

/** All objects of one kind: by name, in order, under the kind's indexes and in its sums. */
export interface Shelf {
  readonly kind: Kind;
  readonly changedAt: number;
  readonly sums: Sums;
  get(namespace: string, name: string): Entry | undefined;
  put(ref: Ref, entry: Entry | undefined, position: number): void;
  list(namespace: string): readonly ApiObject[];
  indexed(index: string, value: string): readonly ApiObject[];
}

/** Objects of one namespace. */
interface Room {
  readonly entries: Map<string, Entry>;
  readonly objects: Ordered;
}

const none: readonly string[] = [];

/** An empty shelf for the objects of `kind`. */
export const shelve = (kind: Kind): Shelf => {
  const rooms = new Map<string, Room>();
  const indexes = Object.entries(kind.indexes).map(([name, valuesOf]) => ({
    name,
    valuesOf,
    found: new Map<string, Ordered>(),
  }));
  const sums = addUp(kind);
  let everything: readonly ApiObject[] | undefined;
  let changedAt = 0;

  const reindex = (before: ApiObject | undefined, after: ApiObject | undefined) => {
    for (const { valuesOf, found } of indexes) {
      const was = before ? valuesOf(before) : none;
      const is = after ? valuesOf(after) : none;
      for (const value of was) {
        const those = found.get(value);
        those?.change(before, is.includes(value) ? after : undefined);
        if (those?.size === 0) found.delete(value);
      }
      for (const value of is) {
        if (was.includes(value)) continue;
        const those = found.get(value) ?? ordered();
        found.set(value, those);
        those.change(undefined, after);
      }
    }
  };

  return {
    kind,
    sums,
    get changedAt() {
      return changedAt;
    },
    get: (namespace, name) => rooms.get(namespace)?.entries.get(name),
    put: ({ namespace, name }, entry, position) => {
      const room: Room = rooms.get(namespace) ?? { entries: new Map(), objects: ordered() };
      rooms.set(namespace, room);
      const before = room.entries.get(name)?.object;
      reindex(before, entry?.object);
      sums.change(before, entry?.object);
      room.objects.change(before, entry?.object);
      if (entry) room.entries.set(name, entry);
      else room.entries.delete(name);
      everything = undefined;
      changedAt = Math.max(changedAt, position, entry?.position ?? 0);
      if (room.entries.size === 0) rooms.delete(namespace);
    },
    list: (namespace) => {
      if (namespace !== '') return rooms.get(namespace)?.objects.list() ?? [];
      everything ??= [...rooms.keys()].sort().flatMap((key) => rooms.get(key)?.objects.list() ?? []);
      return everything;
    },
    indexed: (index, value) => {
      const kept = indexes.find(({ name }) => name === index);
      if (!kept) throw new Error(`Cannot look up ${kind.plural} by "${index}": the kind keeps no such index`);
      return kept.found.get(value)?.list() ?? [];
    },
  };
};
