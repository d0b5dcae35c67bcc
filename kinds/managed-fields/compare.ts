import type { Field, SchemaType, TypeRef } from '../schema/table.ts';
import { type FieldSet, leaf } from './field-set.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a write set, and what it took away; absent when there is none. */
export interface Comparison {
  readonly set?: FieldSet;
  readonly gone?: FieldSet;
}

const nothing: Comparison = {};
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sameJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Whether a place is owned as a whole. */
const isAtomic = (type: TypeRef, field: Field | undefined): boolean => {
  if (type.form === 'scalar') return true;
  if (type.form === 'list') return field?.listType !== 'map' && field?.listType !== 'set';
  return (field?.mapType ?? (type.form === 'struct' ? type.struct.mapType : undefined)) === 'atomic';
};

/** Go writes it even when it is empty, so it stands before anyone sets it, and nobody owns the place as such. */
const standsAnyway = (type: TypeRef, field: Field): boolean =>
  (type.form === 'struct' && !type.pointer) || (type.form !== 'scalar' && !field.omitEmpty);

const keyOf = (item: unknown, { listKeys, type }: Field): string => {
  const fields = isFields(item) ? item : {};
  const struct = type.form === 'list' && type.of.form === 'struct' ? type.of.struct : undefined;
  const keys = [...listKeys].sort().flatMap((key) => {
    const value = fields[key] ?? struct?.fields.get(key)?.default;
    return value === undefined ? [] : [[key, value] as const];
  });
  return `k:${JSON.stringify(Object.fromEntries(keys))}`;
};

/** Items of a keyed list or a set by the path that names them. */
const itemsOf = (list: unknown, field: Field): ReadonlyMap<string, unknown> =>
  new Map(
    (Array.isArray(list) ? list : []).map((item: unknown) => [
      field.listType === 'set' ? `v:${JSON.stringify(item)}` : keyOf(item, field),
      item,
    ]),
  );

interface Child {
  readonly path: string;
  readonly type: TypeRef;
  readonly field: Field | undefined;
  readonly before: unknown;
  readonly after: unknown;
  /** The place is there before anyone sets it. */
  readonly anyway: boolean;
}

const inStruct = (struct: SchemaType, before: Fields, after: Fields, stood: boolean): readonly Child[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const field = struct.fields.get(name);
    if (!field) return [];
    const { type } = field;
    return [
      {
        path: `f:${name}`,
        type,
        field,
        before: before[name],
        after: after[name],
        anyway: stood && standsAnyway(type, field),
      },
    ];
  });

const inMap = (of: TypeRef, before: Fields, after: Fields): readonly Child[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => ({
    path: `f:${name}`,
    type: of,
    field: undefined,
    before: before[name],
    after: after[name],
    anyway: false,
  }));

const inList = (of: TypeRef, field: Field, before: unknown, after: unknown): readonly Child[] => {
  const [was, is] = [itemsOf(before, field), itemsOf(after, field)];
  return [...new Set([...was.keys(), ...is.keys()])].map((path) => ({
    path,
    type: of,
    field: undefined,
    before: was.get(path),
    after: is.get(path),
    anyway: false,
  }));
};

const childrenOf = (
  type: TypeRef,
  field: Field | undefined,
  before: unknown,
  after: unknown,
  stood: boolean,
): readonly Child[] => {
  const [was, is] = [isFields(before) ? before : {}, isFields(after) ? after : {}];
  if (type.form === 'struct') return inStruct(type.struct, was, is, stood);
  if (type.form === 'map') return inMap(type.of, was, is);
  return type.form === 'list' && field ? inList(type.of, field, before, after) : [];
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
  if (after === undefined) return { gone: leaf };
  if (isAtomic(type, field)) return sameJson(before, after) ? nothing : { set: leaf };
  const there = stood || before !== undefined;
  const set: Record<string, FieldSet> = there ? {} : { '.': leaf };
  const gone: Record<string, FieldSet> = {};
  let any = !there;
  let less = false;
  for (const child of childrenOf(type, field, before, after, there)) {
    const part = compare(child.type, child.field, child.before, child.after, child.anyway);
    if (part.set) {
      set[child.path] = part.set;
      any = true;
    }
    if (part.gone) {
      gone[child.path] = part.gone;
      less = true;
    }
  }
  // A place that came to be empty is a leaf of its own.
  const whole = !there && Object.keys(set).length === 1 ? leaf : set;
  return { ...(any && { set: whole }), ...(less && { gone }) };
};
