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

/** What a null in a list or map becomes; null again for what Go writes so. */
export const zeroOf = (ref: TypeRef): unknown => {
  if (ref.form === 'struct') return emptyStruct(ref.struct.fields);
  if (ref.form !== 'scalar') return ref.form === 'list' ? [] : {};
  return written[ref.scalar] ?? zeros[ref.scalar] ?? null;
};

const emptyStruct = (fields: ReadonlyMap<string, Field>): unknown =>
  Object.fromEntries(
    [...fields.values()].flatMap((field) => (fillOf(field) === undefined ? [] : [[field.name, fillOf(field)]])),
  );

/** What stands in a field that nobody set, because Go always writes it; undefined: nothing. */
export const fillOf = ({ type, omitEmpty, omitZero }: Field): unknown => {
  if (type.pointer || omitZero) return undefined;
  if (type.form === 'struct') return emptyStruct(type.struct.fields);
  if (type.form !== 'scalar') return undefined;
  return written[type.scalar] ?? (omitEmpty ? undefined : zeros[type.scalar]);
};

/** Whether Go leaves out a zero value of the field. */
export const dropsZero = ({ type, omitEmpty }: Field): boolean =>
  omitEmpty && !type.pointer && type.form !== 'struct' && (type.form !== 'scalar' || type.scalar in zeros);
