import { badRequest } from '../rejection.ts';
import { goValue } from './go-value.ts';
import { type Fields, isFields } from './json-merge.ts';
import { badType, directiveName, isDirected, noMergeKey, type Refuse, unknownDirective } from './merge-directives.ts';
import { inOrder, type KeyOf, placesOf } from './merge-order.ts';

type List = readonly unknown[];

/** How the elements of a list are merged. */
export interface ElementRules {
  /** The member that tells elements apart; absent where they are no objects. */
  readonly mergeKey: string | undefined;
  readonly mergeElement: (original: Fields, patch: Fields) => Fields;
  readonly refuse: Refuse;
}

export const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
};

export const keyOfElements = (mergeKey: string | undefined): KeyOf =>
  mergeKey === undefined
    ? (element) => element
    : (element) => (isFields(element) && Object.hasOwn(element, mergeKey) ? element[mergeKey] : undefined);

/** Whether all elements are objects, or all are scalars of one type; refuses other lists. */
export const checkElements = (lists: readonly List[], refuse: Refuse): 'object' | 'scalar' | undefined => {
  const kinds = new Set(lists.flat().map(kindOf));
  const [kind] = kinds;
  if (kinds.size === 1 && kind !== 'list' && kind !== 'null') return kind === 'object' ? 'object' : 'scalar';
  if (kind === undefined) refuse(badRequest('no elements in any of the given slices'));
  else if (kinds.size === 1) refuse(badRequest('lists of lists are not supported'));
  else refuse(badRequest(`list element types are not identical: ${goValue(lists)}`));
  return undefined;
};

/** The patch's elements apart from its directives, which it carries out on `original`. */
const obey = (original: List, patch: List, mergeKey: string, refuse: Refuse) => {
  const keyOf = keyOfElements(mergeKey);
  const doomed = new Set<unknown>();
  let replaced = false;
  for (const element of patch.filter(isDirected)) {
    const directive = element[directiveName];
    if (directive === 'replace') replaced = true;
    else if (directive === 'merge') refuse(badRequest('merging lists cannot yet be specified in the patch'));
    else if (directive !== 'delete') refuse(unknownDirective(element));
    else if (Object.hasOwn(element, mergeKey)) doomed.add(element[mergeKey]);
    else refuse(noMergeKey(element, mergeKey));
  }
  const plain = patch.filter((element) => !isDirected(element));
  return replaced
    ? { kept: plain, plain: [] }
    : { kept: original.filter((element) => !doomed.has(keyOf(element))), plain };
};

/** Refuses a list in which an element lacks its key. */
export const checkKeys = (list: List, mergeKey: string, refuse: Refuse): void => {
  for (const element of list)
    if (!isFields(element)) refuse(badType('map[string]interface {}', element));
    else if (!Object.hasOwn(element, mergeKey)) refuse(noMergeKey(element, mergeKey));
};

const mergeByKey = (original: List, patch: List, mergeKey: string, rules: ElementRules): List => {
  const { kept, plain } = obey(original, patch, mergeKey, rules.refuse);
  const keyOf = keyOfElements(mergeKey);
  const merged = [...kept];
  const places = new Map(kept.map((element, i) => [keyOf(element), i] as const).reverse());
  for (const element of plain) {
    const place = places.get(keyOf(element));
    const before = place === undefined ? undefined : merged[place];
    if (place !== undefined && isFields(before) && isFields(element))
      merged[place] = rules.mergeElement(before, element);
    else places.set(keyOf(element), merged.push(element) - 1);
  }
  checkKeys(merged, mergeKey, rules.refuse);
  return inOrder(merged, plain, kept, keyOf);
};

/** Merges a list whose strategy is `merge`. */
export const mergeList = (original: List, patch: List, rules: ElementRules): List => {
  const { mergeKey, refuse } = rules;
  if (original.length + patch.length === 0) return original;
  const elements = checkElements([original, patch], refuse);
  if (elements === 'scalar')
    return inOrder([...new Set([...original, ...patch])], patch, original, keyOfElements(undefined));
  if (mergeKey !== undefined) return mergeByKey(original, patch, mergeKey, rules);
  refuse(badRequest('cannot merge lists without merge key for struct'));
  return original;
};

/** Takes the scalars of `doomed` away, whatever the list's strategy. */
export const deleteElements = (original: List, doomed: List): List => {
  const listed = new Set(doomed);
  return original.filter((element) => !listed.has(element));
};

/** Refuses a patch whose elements stand otherwise than its `$setElementOrder` says, or are not in it. */
export const checkOrder = (patch: List, order: List, mergeKey: string | undefined, refuse: Refuse): void => {
  if (patch.length === 0 || order.length === 0) return;
  // Upstream panics when there is no key to compare objects by.
  if (mergeKey === undefined && isFields(patch[0])) return;
  const plain = patch.filter((element) => !isDirected(element));
  if (mergeKey !== undefined) for (const list of [plain, order]) checkKeys(list, mergeKey, refuse);
  const keyOf = keyOfElements(mergeKey);
  const keys = plain.map(keyOf);
  let next = 0;
  for (const element of order) if (next < keys.length && keyOf(element) === keys[next]) next++;
  if (next < keys.length)
    refuse(
      badRequest(
        `The order in patch list:\n${goValue(patch)}\n doesn't match $setElementOrder list:\n${goValue(order)}\n`,
      ),
    );
};

/**
 * How the server has the elements. Upstream reuses the list's memory, so new elements take the places of deleted ones and
 * count as standing behind those that are left.
 */
const serverOrder = (before: List, patch: List, merged: List, keyOf: KeyOf): List => {
  const left = placesOf(merged, keyOf);
  const known = placesOf(before, keyOf);
  const kept = before.filter((element) => left.has(keyOf(element)));
  const added = patch.filter((element) => !isDirected(element) && !known.has(keyOf(element)));
  return [...kept, ...added].slice(0, before.length);
};

/** The merged list as `order` has it; what is not in `order` stands as it stood `before`. */
export const orderList = (
  merged: List,
  order: List,
  { before, patch, mergeKey, refuse }: { before: List; patch: List; mergeKey: string | undefined; refuse: Refuse },
): List => {
  const elements = checkElements([before, patch], refuse);
  if (mergeKey === undefined && elements === 'object') return merged;
  if (mergeKey !== undefined) for (const list of [merged, order]) checkKeys(list, mergeKey, refuse);
  const keyOf = keyOfElements(mergeKey);
  return inOrder(merged, order, serverOrder(before, patch, merged, keyOf), keyOf);
};
