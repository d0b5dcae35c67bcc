import type { Field, SchemaType, TypeRef } from './table.ts';

type Fields = Readonly<Record<string, unknown>>;
/** Fills in a value; the same value when nothing was missing. */
type Fill = (value: unknown) => unknown;

const each = (value: unknown, fill: Fill): unknown => {
  if (!Array.isArray(value)) return value;
  const filled = value.map(fill);
  return filled.some((item, i) => item !== value[i]) ? filled : value;
};
const eachEntry = (value: unknown, fill: Fill): unknown => {
  const entries = Object.entries(value ?? {});
  const filled = entries.map(([key, item]) => [key, fill(item)] as const);
  return filled.some(([, item], i) => item !== entries[i]?.[1]) ? Object.fromEntries(filled) : value;
};

/** Undefined for what has no default anywhere in it. */
const fillOf = (ref: TypeRef, above: readonly SchemaType[]): Fill | undefined => {
  if (ref.form === 'scalar') return undefined;
  if (ref.form === 'struct') return fillOfStruct(ref.struct, above);
  const of = fillOf(ref.of, above);
  if (!of) return undefined;
  return ref.form === 'list' ? (value) => each(value, of) : (value) => eachEntry(value, of);
};

const fillOfField = (field: Field, above: readonly SchemaType[]): readonly [string, Fill] | undefined => {
  const inner = fillOf(field.type, above);
  if (inner) return [field.name, (value) => (value === undefined ? value : inner(value))];
  // Only a pointer tells a zero value from a missing one.
  const isMissing = (value: unknown) => value === undefined || (!field.type.pointer && !value);
  // An empty text as default changes nothing but a missing pointer.
  if (field.default === undefined || (field.default === '' && !field.type.pointer)) return undefined;
  return [field.name, (value) => (isMissing(value) ? field.default : value)];
};

const structs = new Map<string, Fill | undefined>();

const fillOfStruct = (type: SchemaType, above: readonly SchemaType[]): Fill | undefined => {
  if (structs.has(type.id)) return structs.get(type.id);
  // No type that contains itself has a default.
  if (above.includes(type)) return undefined;
  const fills = [...type.fields.values()].flatMap((field) => {
    const found = fillOfField(field, [...above, type]);
    return found ? [found] : [];
  });
  const fill: Fill | undefined = fills.length > 0 ? (value) => fillStruct(value as Fields, fills) : undefined;
  structs.set(type.id, fill);
  return fill;
};

const fillStruct = (value: Fields, fills: readonly (readonly [string, Fill])[]): Fields => {
  let out: Record<string, unknown> | undefined;
  for (const [name, fill] of fills) {
    const filled = fill(value[name]);
    if (filled !== value[name]) (out ??= { ...value })[name] = filled;
  }
  return out ?? value;
};

/**
 * The object with the defaults that its type's fields declare (a port's protocol, a volume's fsType), which upstream generates
 * code for; what it writes by hand (`SetDefaults_…`) is the kind's affair. Shares what it does not change. `object` must have passed
 * `check`.
 */
export const withDeclaredDefaults = <T>(type: SchemaType, object: T): T => {
  const fill = fillOfStruct(type, []);
  // A fill returns a value of the type it was given.
  return fill ? (fill(object) as T) : object;
};
