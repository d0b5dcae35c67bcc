/**
 * A set of fields as FieldsV1 writes it: `f:<name>` a field, `k:<keys>` an item of a keyed list, `v:<value>` an item of a set,
 * `.` the place itself. An empty object is a leaf.
 */
export interface FieldSet {
  readonly [path: string]: FieldSet;
}

/** The leaf: a place without anything below it that is owned apart. */
export const leaf: FieldSet = {};

const isEmpty = (set: FieldSet): boolean => {
  for (const _ in set) return false;
  return true;
};

/** What is in either. Answers `a` itself when `b` adds nothing. */
export const union = (a: FieldSet, b: FieldSet): FieldSet => {
  if (isEmpty(b)) return a;
  // A leaf that gets fields below it is still owned as a place.
  let sum: Record<string, FieldSet> | undefined;
  for (const path in b) {
    const [mine, theirs] = [a[path], b[path]];
    if (!theirs) continue;
    const both = mine ? union(mine, theirs) : theirs;
    if (both !== mine) (sum ??= { ...a })[path] = both;
  }
  return sum ?? a;
};

/** What is in `a` and not in `b`; `undefined` when nothing is left. A leaf of `b` takes all below it. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet | undefined => {
  let rest: Record<string, FieldSet> | undefined;
  for (const path in b) {
    const [mine, theirs] = [a[path], b[path]];
    if (!mine || !theirs) continue;
    const left = isEmpty(theirs) || isEmpty(mine) ? undefined : difference(mine, theirs);
    if (left === mine) continue;
    rest ??= { ...a };
    if (left) rest[path] = left;
    else delete rest[path];
  }
  const is = rest ?? a;
  return isEmpty(is) && rest ? undefined : is;
};
