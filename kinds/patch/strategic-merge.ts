import { badRequest, type Rejection, unsupportedMediaType } from '../rejection.ts';
import { typeOf } from '../schema/kind-rows.ts';
import type { Field, SchemaType } from '../schema/table.ts';
import { quote } from '../values/quote.ts';
import { goTypeOf } from './go-value.ts';
import { type Fields, isFields, withoutNulls } from './json-merge.ts';
import * as directives from './merge-directives.ts';
import { checkOrder, deleteElements, kindOf, mergeList, orderList } from './merge-list.ts';

type Refuse = directives.Refuse;
/** What the members of an object are: a struct's fields; anything when it is undefined. */
type Schema = SchemaType | undefined;

const fieldOf = (schema: Schema, name: string, refuse: Refuse): Field | undefined => {
  const field = schema?.fields.get(name);
  if (field) return field;
  refuse(
    badRequest(
      schema
        ? `unable to find api field in struct ${schema.name} for the json field ${quote(name)}`
        : 'merging an object in json but data type is not struct, instead is: map',
    ),
  );
  return undefined;
};

/** Merges two objects, or two lists, as the field says; of all else the patch's value stands. */
const mergeValues = (original: unknown, patch: unknown, field: Field | undefined, refuse: Refuse): unknown => {
  const strategies = field?.patchStrategy ?? [];
  if (isFields(original) && isFields(patch)) {
    const schema = field?.type.form === 'struct' ? field.type.struct : undefined;
    return strategies.includes('replace') ? patch : mergeFields(original, patch, schema, refuse);
  }
  if (!Array.isArray(original) || !Array.isArray(patch) || !strategies.includes('merge')) return patch;
  const element = field?.type.form === 'list' && field.type.of.form === 'struct' ? field.type.of.struct : undefined;
  return mergeList(original, patch, {
    mergeKey: field?.mergeKey,
    mergeElement: (before, after) => mergeFields(before, after, element, refuse),
    refuse,
  });
};

const listIn = (value: unknown, refuse: Refuse): readonly unknown[] | undefined => {
  if (value !== undefined && !Array.isArray(value)) refuse(directives.badType('[]interface {}', value));
  return Array.isArray(value) ? value : undefined;
};

/** Carries out `$setElementOrder/list` together with the patch of that list; answers the list's name. */
const setOrder = (directive: string, merged: Map<string, unknown>, patch: Fields, schema: Schema, refuse: Refuse) => {
  const order = listIn(patch[directive], refuse) ?? [];
  const name = directives.listNamedBy(directive, directives.orderPrefix);
  if (name === undefined) return refuse(directives.badFormat('setElementOrder list'));
  const before = listIn(merged.get(name), refuse);
  const after = listIn(Object.hasOwn(patch, name) ? patch[name] : undefined, refuse);
  if (!before && !after) return name;
  const field = fieldOf(schema, name, refuse);
  if (field && field.type.form !== 'list') refuse(badRequest('expected slice or array type, but got: struct'));
  const mergeKey = field?.mergeKey;
  checkOrder(after ?? [], order, mergeKey, refuse);
  const list =
    after === undefined
      ? before
      : before
        ? mergeValues(before, after, field, refuse)
        : directives.withoutDirectives(after);
  const lists = { before: before ?? [], patch: after ?? [], mergeKey, refuse };
  merged.set(name, orderList(listIn(list, refuse) ?? [], order, lists));
  return name;
};

/** Puts one member of the patch into `merged`. */
const mergeMember = (
  name: string,
  value: unknown,
  merged: Map<string, unknown>,
  schema: Schema,
  refuse: Refuse,
): void => {
  const deleting = name.startsWith(directives.deletionPrefix);
  const key = deleting ? directives.listNamedBy(name, directives.deletionPrefix) : name;
  if (key === undefined) return refuse(directives.badFormat('primitive list'));
  const before = merged.get(key);
  if (value === null) merged.delete(key);
  else if (deleting) {
    if (Array.isArray(before) && Array.isArray(value)) merged.set(key, deleteElements(before, value));
  } else if (before !== undefined && kindOf(before) === kindOf(value)) {
    const field = typeof value === 'object' ? fieldOf(schema, key, refuse) : undefined;
    merged.set(key, mergeValues(before, value, field, refuse));
  } else if (directives.isDirected(value)) merged.delete(key);
  else merged.set(key, directives.withoutDirectives(withoutNulls(value)));
};

const mergeFields = (original: Fields, patch: Fields, schema: Schema, refuse: Refuse): Fields => {
  if (directives.isDirected(patch)) return directives.byDirective(patch, refuse);
  const merged = new Map(Object.entries(directives.retained(original, patch, refuse)));
  const orders = Object.keys(patch).filter((name) => name.startsWith(directives.orderPrefix));
  const ordered = orders.map((directive) => setOrder(directive, merged, patch, schema, refuse));
  const done = new Set<unknown>([directives.retainKeysName, ...orders, ...ordered]);
  for (const [name, value] of Object.entries(patch))
    if (!done.has(name)) mergeMember(name, value, merged, schema, refuse);
  return Object.fromEntries(merged);
};

/** What else a custom resource can be patched with. */
const otherPatches = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];

/**
 * A strategic merge patch: lists are merged by key or replaced as the type of the object says, and directives (`$patch`,
 * `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) are obeyed. `before` stays as it is; what the patch
 * does not touch is shared. Refuses kinds that have no such type (415) and patches that contradict themselves (400).
 */
export const strategicMerge = (
  apiVersion: string,
  kind: string,
  before: Fields,
  patch: unknown,
): Fields | Rejection => {
  const schema = typeOf(apiVersion, kind);
  if (!schema) return unsupportedMediaType(otherPatches);
  if (!isFields(patch))
    return badRequest(`json: cannot unmarshal ${goTypeOf(patch)} into Go value of type map[string]interface {}`);
  const refusals: Rejection[] = [];
  const merged = mergeFields(before, patch, schema, (why) => void refusals.push(why));
  return refusals[0] ?? merged;
};
