import type { Field, Scalar, TypeRef } from './table.ts';

/** Scalars whose zero value Go always writes: structs on its side, whatever `omitempty` says. */
const written: { readonly [S in Scalar]?: unknown } = { Quantity: '0', IntOrString: 0, Duration: '0s' };
/** Zero values that `omitempty` leaves out. */
const zeros: { readonly [S in Scalar]?: unknown } = {
  string: '',
  bool: false,
  int32: 0,
  int64: 0,
  float64: 0,
  bytes: '',
};
/** Structs on Go's side that write null when they are zero. */
const writtenAsNull: ReadonlySet<Scalar> = new Set<Scalar>(['Time', 'MicroTime', 'RawExtension', 'FieldsV1', 'JSON']);

type Nulls = 'with nulls' | 'without nulls';

const emptyStruct = (fields: ReadonlyMap<string, Field>, how: Nulls): unknown =>
  Object.fromEntries(
    [...fields.values()].flatMap((field) => {
      const value = alwaysWritten(field, how);
      return value === undefined ? [] : [[field.name, value]];
    }),
  );

const alwaysWritten = ({ type, omitEmpty, omitZero }: Field, how: Nulls): unknown => {
  const nothing = how === 'with nulls' ? null : undefined;
  const nil = omitEmpty ? undefined : nothing;
  if (omitZero) return undefined;
  if (type.form === 'list' || type.form === 'map') return nil;
  if (type.pointer) return nil;
  if (type.form === 'struct') return emptyStruct(type.struct.fields, how);
  if (writtenAsNull.has(type.scalar)) return nothing;
  if (type.scalar === 'bytes' && how === 'with nulls') return nil;
  return written[type.scalar] ?? (omitEmpty ? undefined : zeros[type.scalar]);
};

/** What a null in a list or map becomes; null again for what Go writes so. */
export const zeroOf = (ref: TypeRef): unknown => {
  if (ref.form === 'struct') return emptyStruct(ref.struct.fields, 'without nulls');
  if (ref.form !== 'scalar') return ref.form === 'list' ? [] : {};
  return written[ref.scalar] ?? zeros[ref.scalar] ?? null;
};

/** What stands in a field that nobody set, because Go always writes it; undefined: nothing, also where Go writes null. */
export const fillOf = (field: Field): unknown => alwaysWritten(field, 'without nulls');

/** What upstream's JSON shows for a field that no message held, nulls included; undefined: nothing. */
export const unsentField = (field: Field): unknown => alwaysWritten(field, 'with nulls');
/** The same for a value of a map. */
export const unsentValue = (ref: TypeRef): unknown => {
  if (ref.form === 'struct') return emptyStruct(ref.struct.fields, 'with nulls');
  return ref.form === 'scalar' ? (written[ref.scalar] ?? zeros[ref.scalar] ?? null) : null;
};

/** Whether Go leaves out a zero value of the field. */
export const dropsZero = ({ type, omitEmpty }: Field): boolean =>
  omitEmpty && !type.pointer && type.form !== 'struct' && (type.form !== 'scalar' || type.scalar in zeros);
