import type { Scalar, SchemaAlias, SchemaType, TypeRef } from '../table.ts';

/** `core/v1.Protocol` → `v1.Protocol`: Go shows the last part of the package's path. */
const shortName = ({ id }: SchemaAlias | SchemaType): string => id.slice(id.indexOf('/') + 1);

const plainNames: { readonly [S in Scalar]?: string } = { bytes: '[]uint8', any: 'interface {}' };

/** A type as Go's error messages name it, pointers left out: `int32`, `[]v1.Container`, `map[string]string`. */
export const goType = (ref: TypeRef): string => {
  if (ref.alias) return shortName(ref.alias);
  if (ref.form === 'struct') return shortName(ref.struct);
  if (ref.form === 'scalar') return plainNames[ref.scalar] ?? ref.scalar;
  return ref.form === 'list'
    ? `[]${goType(ref.of)}`
    : `map[${ref.keys ? shortName(ref.keys) : 'string'}]${goType(ref.of)}`;
};
