import type { Field, SchemaType, TypeRef } from '../schema/table.ts';
import { type FieldSet, leaf } from './field-set.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a write set, and what it took away; absent when there is none. */
export interface Comparison {
  readonly set?: FieldSet;
  readonly gone?: FieldSet;
}

const nothing: Comparison = {};
const justGone: Comparison = { gone: leaf };
const justSet: Comparison = { set: leaf };
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sameJson = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return JSON.stringify(a) === JSON.stringify(b);
};

/** Whether a place is owned as a whole. */
const isAtomic = (type: TypeRef, field: Field | undefined): boolean => {
  if (type.form === 'scalar') return true;
  if (type.form === 'list') return field?.listType !== 'map' && field?.listType !== 'set';
  return (field?.mapType ?? (type.form === 'struct' ? type.struct.mapType : undefined)) === 'atomic';
};

/** Go writes it even when it is empty, so it stands before anyone sets it, and nobody owns the place as such. */
const standsAnyway = (type: TypeRef, field: Field): boolean =>
  (type.form === 'struct' && !type.pointer) || (type.form !== 'scalar' && !field.omitEmpty);

/** A list's keys as the path writes them, in order, each with the value it has where it is left out. */
interface Key {
  readonly name: string;
  readonly otherwise: unknown;
}
const keysByField = new WeakMap<Field, readonly Key[]>();
const keysOf = (field: Field): readonly Key[] => {
  const known = keysByField.get(field);
  if (known) return known;
  const { listKeys, type } = field;
  const struct = type.form === 'list' && type.of.form === 'struct' ? type.of.struct : undefined;
  const made = [...listKeys].sort().map((name) => ({ name, otherwise: struct?.fields.get(name)?.default }));
  keysByField.set(field, made);
  return made;
};

const pathOf = (item: unknown, field: Field): string => {
  if (field.listType === 'set') return `v:${JSON.stringify(item)}`;
  const fields = isFields(item) ? item : {};
  let text = '';
  for (const { name, otherwise } of keysOf(field)) {
    const value = fields[name] ?? otherwise;
    if (value !== undefined) text += `${text && ','}"${name}":${JSON.stringify(value)}`;
  }
  return `k:{${text}}`;
};

/** Items of a keyed list or a set by the path that names them. */
const itemsOf = (list: unknown, field: Field): ReadonlyMap<string, unknown> => {
  const items = new Map<string, unknown>();
  if (Array.isArray(list)) for (const item of list as readonly unknown[]) items.set(pathOf(item, field), item);
  return items;
};

/** Told of each place below a place; `anyway`: it is there before anyone sets it. */
type Visit = (
  path: string,
  type: TypeRef,
  field: Field | undefined,
  before: unknown,
  after: unknown,
  anyway: boolean,
) => void;

/** Keys of maps may be any word, `constructor` too. */
const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** The names in either, each once. */
const eachName = (before: Fields, after: Fields, visit: (name: string) => void): void => {
  for (const name in before) visit(name);
  for (const name in after) if (!Object.hasOwn(before, name)) visit(name);
};

const visitStruct = (struct: SchemaType, before: Fields, after: Fields, stood: boolean, visit: Visit): void =>
  eachName(before, after, (name) => {
    const [was, is] = [before[name], after[name]];
    if (was === is) return;
    const field = struct.fields.get(name);
    if (field) visit(`f:${name}`, field.type, field, was, is, stood && standsAnyway(field.type, field));
  });

const visitMap = (of: TypeRef, before: Fields, after: Fields, visit: Visit): void =>
  eachName(before, after, (name) => visit(`f:${name}`, of, undefined, own(before, name), own(after, name), false));

const visitList = (of: TypeRef, field: Field, before: unknown, after: unknown, visit: Visit): void => {
  if (before === undefined && Array.isArray(after)) {
    for (const item of after as readonly unknown[]) visit(pathOf(item, field), of, undefined, undefined, item, false);
    return;
  }
  const [was, is] = [itemsOf(before, field), itemsOf(after, field)];
  for (const [path, item] of was) visit(path, of, undefined, item, is.get(path), false);
  for (const [path, item] of is) if (!was.has(path)) visit(path, of, undefined, undefined, item, false);
};

const none: Fields = {};
const visitBelow = (
  type: TypeRef,
  field: Field | undefined,
  before: unknown,
  after: unknown,
  stood: boolean,
  visit: Visit,
): void => {
  const [was, is] = [isFields(before) ? before : none, isFields(after) ? after : none];
  if (type.form === 'struct') visitStruct(type.struct, was, is, stood, visit);
  else if (type.form === 'map') visitMap(type.of, was, is, visit);
  else if (type.form === 'list' && field) visitList(type.of, field, before, after, visit);
};

/**
 * Which fields differ between two states of a place. `stood`: the place was there before (or stands anyway), so that only what
 * is below it is set.
 */
export const compare = (
  type: TypeRef,
  field: Field | undefined,
  before: unknown,
  after: unknown,
  stood: boolean,
): Comparison => {
  if (before === after) return nothing;
  if (after === undefined) return justGone;
  if (isAtomic(type, field)) return before !== undefined && sameJson(before, after) ? nothing : justSet;
  const there = stood || before !== undefined;
  let set: Record<string, FieldSet> | undefined;
  let gone: Record<string, FieldSet> | undefined;
  visitBelow(type, field, before, after, there, (path, type, field, before, after, anyway) => {
    const part = compare(type, field, before, after, anyway);
    if (part.set) (set ??= there ? {} : { '.': leaf })[path] = part.set;
    if (part.gone) (gone ??= {})[path] = part.gone;
  });
  // A place that came to be empty is a leaf of its own.
  if (!there) set ??= leaf;
  return set || gone ? { ...(set && { set }), ...(gone && { gone }) } : nothing;
};
