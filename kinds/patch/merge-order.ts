/** What tells the elements of a list apart: a member of each, or the element itself. */
export type KeyOf = (element: unknown) => unknown;

/** Each key's first place in a list. */
export const placesOf = (list: readonly unknown[], keyOf: KeyOf): ReadonlyMap<unknown, number> => {
  const places = new Map<unknown, number>();
  for (const [i, element] of list.entries()) if (!places.has(keyOf(element))) places.set(keyOf(element), i);
  return places;
};

/** Sorts as `order` has its elements; one that is not there goes before what it meets, as upstream does it. */
const sorted = (list: readonly unknown[], order: readonly unknown[], keyOf: KeyOf): readonly unknown[] => {
  const places = placesOf(order, keyOf);
  const placed = list.filter((element) => places.has(keyOf(element)));
  const placeOf = (element: unknown) => places.get(keyOf(element)) ?? -1;
  if (placed.length === list.length) return list.toSorted((a, b) => placeOf(a) - placeOf(b));
  const result: unknown[] = [];
  for (const element of list) {
    const place = places.get(keyOf(element));
    const before = result.findLastIndex((other) => {
      const otherPlace = places.get(keyOf(other));
      return place !== undefined && otherPlace !== undefined && otherPlace <= place;
    });
    result.splice(before + 1, 0, element);
  }
  return result;
};

/**
 * One list of what the patch names and of what only the server has. The patch's elements stand as `patchOrder` has them;
 * the server's own stand as before, each ahead of the first patched element that it preceded.
 */
export const inOrder = (
  merged: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  keyOf: KeyOf,
): readonly unknown[] => {
  const named = placesOf(patchOrder, keyOf);
  const patched = sorted(
    merged.filter((element) => named.has(keyOf(element))),
    patchOrder,
    keyOf,
  );
  const kept = sorted(
    merged.filter((element) => !named.has(keyOf(element))),
    serverOrder,
    keyOf,
  );
  const places = placesOf(serverOrder, keyOf);
  const precedes = (element: unknown, other: unknown) =>
    (places.get(keyOf(element)) ?? Number.POSITIVE_INFINITY) < (places.get(keyOf(other)) ?? 0);
  const result: unknown[] = [];
  let next = 0;
  for (const element of patched) {
    while (next < kept.length && precedes(kept[next], element)) result.push(kept[next++]);
    result.push(element);
  }
  return [...result, ...kept.slice(next)];
};
