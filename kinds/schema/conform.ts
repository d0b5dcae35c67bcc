import { type Conform, type Findings, scalarConforms, scalarGuards, suspicious, walkFree } from './conform-scalar.ts';
import { type Field, type Scalar, type SchemaType, structType, type TypeRef } from './table.ts';
import { dropsZero, fillOf, zeroOf } from './zero.ts';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const conformOf = (ref: TypeRef): Conform => {
  if (ref.form === 'struct') return conformStruct(ref.struct);
  if (ref.form === 'scalar') return conformScalar(ref.scalar);
  return ref.form === 'list' ? conformList(ref.of) : conformMap(ref.of);
};

/** CRDs have values of several sorts; of another sort than these, Go keeps nothing. */
const conformScalar = (scalar: Scalar): Conform => {
  switch (scalar) {
    case 'JSONSchemaPropsOrBool':
      return (value, found) => (typeof value === 'boolean' ? value : jsonSchema()(value, found));
    case 'JSONSchemaPropsOrArray':
      return (value, found) => schemaOrList(value, jsonSchema(), {}, found);
    case 'JSONSchemaPropsOrStringArray':
      return (value, found) => schemaOrList(value, scalarConforms.string, '', found);
    default:
      return scalarConforms[scalar];
  }
};
const schemaOrList = (value: unknown, of: Conform, zero: unknown, found: Findings): unknown => {
  if (Array.isArray(value)) return eachOf(value, of, zero, found);
  return isObject(value) ? jsonSchema()(value, found) : undefined;
};
const jsonSchema = (): Conform => conformStruct(structType('apiextensions/v1', 'JSONSchemaProps'));

const eachOf = (items: readonly unknown[], of: Conform, zero: unknown, found: Findings): unknown => {
  let out: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const made = item === null ? zero : of(item, found);
    if (made !== item) (out ??= items.slice())[i] = made;
  }
  return out ?? items;
};

const conformList = (ref: TypeRef): Conform => {
  const of = conformOf(ref);
  const zero = zeroOf(ref);
  return (value, found) => (Array.isArray(value) ? eachOf(value, of, zero, found) : suspicious(value, found));
};

const conformMap = (ref: TypeRef): Conform => {
  const of = conformOf(ref);
  const zero = zeroOf(ref);
  return (value, found) => {
    if (!isObject(value)) return suspicious(value, found);
    let changed: [string, unknown][] | undefined;
    for (const key in value) {
      found.keys++;
      const item = value[key];
      const made = item === null ? zero : of(item, found);
      if (made !== item) (changed ??= []).push([key, made]);
    }
    // Not by assignment: a key may be `__proto__`.
    return changed ? Object.fromEntries([...Object.entries(value), ...changed]) : value;
  };
};

const isZero = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return value === '' || value === 0 || value === false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
};

const conformField = (field: Field): Conform => {
  const of = conformOf(field.type);
  if (!dropsZero(field)) return (value, found) => (value === null ? undefined : of(value, found));
  return (value, found) => {
    if (value === null) return undefined;
    const made = of(value, found);
    return isZero(made) ? undefined : made;
  };
};

type Changes = ReadonlyMap<string, unknown> | undefined;

/** The struct anew: what changed, what is as before, and what Go writes even where nobody did. */
const rebuild = (before: Fields, changed: Changes, fills: readonly (readonly [string, unknown])[]): Fields => {
  const out: Record<string, unknown> = {};
  for (const key in before) {
    const value = changed?.has(key) ? changed.get(key) : before[key];
    if (value !== undefined) out[key] = value;
  }
  for (const [name, fill] of fills) if (out[name] === undefined) out[name] = fill;
  return out;
};

const guardOf = ({ type }: Field): string =>
  (type.form === 'scalar' ? scalarGuards[type.scalar] : undefined) ?? 'false';

/** One `case` of the loop over a struct's keys. */
const caseOf = (field: Field, i: number): string => `case ${JSON.stringify(field.name)}: {
    const item = value[${JSON.stringify(field.name)}];
    const made = ${guardOf(field)} ? item : fields[${i}](item, found);
    if (made !== item) (changed ??= new Map()).set(key, made);
    ${fillOf(field) === undefined ? '' : 'if (made !== undefined) filled++;'}
    break;
  }`;

/**
 * Writes the loop over a struct's keys as code of its own: names known beforehand make it five times as fast as looking them up.
 * Nothing in the code comes from outside the table.
 */
const compile = (type: SchemaType): Conform => {
  const all = [...type.fields.values()];
  const fields = all.map(conformField);
  const fills = all.flatMap((field) => (fillOf(field) === undefined ? [] : [[field.name, fillOf(field)] as const]));
  // oxlint-disable-next-line typescript/no-implied-eval -- the code is made of the table's names, never of what a client sent
  const make = new Function(
    'fields',
    'walkFree',
    'finish',
    `return (value, found) => {
      let changed;
      let filled = 0;
      for (const key in value) {
        found.keys++;
        switch (key) {
          ${all.map(caseOf).join('\n')}
          default:
            found.unknown++;
            walkFree(value[key], found);
            (changed ??= new Map()).set(key, undefined);
        }
      }
      return changed || filled < ${fills.length} ? finish(value, changed) : value;
    };`,
  );
  const loop = make(fields, walkFree, (value: Fields, changed: Changes) => rebuild(value, changed, fills)) as Conform;
  return (value, found) => (isObject(value) ? loop(value, found) : suspicious(value, found));
};

const structs = new Map<string, Conform>();

const conformStruct = (type: SchemaType): Conform => {
  const known = structs.get(type.id);
  if (known) return known;
  let made: Conform | undefined;
  // Compiled when first met: most types of a Pod never are, and some contain themselves.
  const lazy: Conform = (value, found) => (made ??= compile(type))(value, found);
  structs.set(type.id, lazy);
  return lazy;
};

/**
 * The value as upstream would write it after reading it into `type`: unknown fields and nulls are gone, zero values stand where Go
 * writes them and nowhere else, times and quantities are in their usual form. What is so already is returned as it is, whole or in
 * parts. The answer is good only if `found.suspect` is still false.
 */
export const conform = (type: SchemaType, value: unknown, found: Findings): unknown =>
  conformStruct(type)(value, found);
