import type { ApiObject } from '../kinds/object.ts';

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
/** The order of every list: by namespace, then by name. */
export const byName = (a: ApiObject, b: ApiObject): number =>
  byText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || byText(a.metadata.name, b.metadata.name);

/** Objects that are asked for in order now and then, and change in between. */
export interface Ordered {
  readonly size: number;
  /** Puts `after` in the place of `before`; one of them may be missing. */
  readonly change: (before: ApiObject | undefined, after: ApiObject | undefined) => void;
  /** By namespace and name. The list is never changed afterwards. */
  readonly list: () => readonly ApiObject[];
}

const merge = (a: readonly ApiObject[], b: readonly ApiObject[]): readonly ApiObject[] => {
  const merged: ApiObject[] = [];
  let i = 0;
  for (const one of b) {
    for (let other = a[i]; other && byName(other, one) < 0; other = a[i]) {
      merged.push(other);
      i++;
    }
    merged.push(one);
  }
  return merged.concat(a.slice(i));
};

/** An empty one. What changed since the last list is sorted and merged in: a change costs no sort of the rest. */
export const ordered = (): Ordered => {
  let sorted: readonly ApiObject[] = [];
  /** In `sorted`, but no longer to be. */
  let gone = new Set<ApiObject>();
  /** Not in `sorted` yet. */
  let fresh = new Set<ApiObject>();
  return {
    get size() {
      return sorted.length - gone.size + fresh.size;
    },
    change: (before, after) => {
      if (before && !fresh.delete(before)) gone.add(before);
      if (after) fresh.add(after);
    },
    list: () => {
      if (gone.size + fresh.size === 0) return sorted;
      const kept = gone.size > 0 ? sorted.filter((object) => !gone.has(object)) : sorted;
      sorted = fresh.size > 0 ? merge(kept, [...fresh].sort(byName)) : kept;
      gone = new Set();
      fresh = new Set();
      return sorted;
    },
  };
};
