import { openApiName, scalarNames } from './name.ts';
import type { Field, Scalar, TypeRef } from '../table.ts';

/** A schema as OpenAPI writes it. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;
/** Swagger 2.0, which knows neither enums nor defaults upstream, or OpenAPI 3.0. */
export type OpenApiVersion = 2 | 3;

/** Where a document keeps its schemas. */
export const refTo = (name: string, version: OpenApiVersion): string =>
  `${version === 2 ? '#/definitions/' : '#/components/schemas/'}${name}`;

/** Go's own types. */
export const plainScalars: { readonly [S in Scalar]?: OpenApiSchema } = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  any: { type: 'object' },
};

const zeros: { readonly [S in Scalar]?: unknown } = { string: '', bool: false, int32: 0, int64: 0, float64: 0 };

/** What a version-3 schema says a value is when nobody sets it; undefined: nothing. */
const zeroOf = (ref: TypeRef): unknown => {
  if (ref.form === 'struct') return {};
  return ref.form === 'scalar' ? zeros[ref.scalar] : undefined;
};

const nameOf = (ref: TypeRef): string | undefined => {
  if (ref.form === 'struct') return openApiName(ref.struct.id);
  return ref.form === 'scalar' ? scalarNames[ref.scalar] : undefined;
};

/** What is said beside the type: a description, a default, extensions. */
type Words = Readonly<Record<string, unknown>>;

/** Version 3 forbids words beside a reference, so there it stands in a list of its own. */
const referTo = (name: string, words: Words, version: OpenApiVersion): OpenApiSchema => {
  const reference = { $ref: refTo(name, version) };
  if (Object.keys(words).length === 0) return reference;
  return version === 2 ? { ...reference, ...words } : { allOf: [reference], ...words };
};

const typeOf = (ref: TypeRef, words: Words, version: OpenApiVersion): OpenApiSchema => {
  const name = nameOf(ref);
  if (name) return referTo(name, words, version);
  if (ref.form === 'scalar') {
    const values = ref.alias?.enum ?? [];
    return { ...plainScalars[ref.scalar], ...(version === 3 && values.length > 0 && { enum: values }), ...words };
  }
  if (ref.form === 'list') return { type: 'array', items: elementOf(ref.of, version), ...words };
  if (ref.form === 'map') return { type: 'object', additionalProperties: elementOf(ref.of, version), ...words };
  throw new Error('OpenAPI: a struct without a name');
};

const elementOf = (ref: TypeRef, version: OpenApiVersion): OpenApiSchema => {
  const zero = version === 3 ? zeroOf(ref) : undefined;
  return typeOf(ref, zero === undefined ? {} : { default: zero }, version);
};

const defaultOf = ({ default: declared, omitEmpty, type }: Field): unknown => {
  if (declared !== undefined) return declared;
  if (type.pointer || (omitEmpty && type.form !== 'struct')) return undefined;
  return zeroOf(type);
};

/** How apply and strategic merge treat a field. */
const mergeWords = ({ listKeys, listType, mapType, mergeKey, patchStrategy }: Field): Words => ({
  ...(listKeys.length > 0 && { 'x-kubernetes-list-map-keys': listKeys }),
  ...(listType && { 'x-kubernetes-list-type': listType }),
  ...(mapType && { 'x-kubernetes-map-type': mapType }),
  ...(mergeKey && { 'x-kubernetes-patch-merge-key': mergeKey }),
  ...(patchStrategy.length > 0 && { 'x-kubernetes-patch-strategy': patchStrategy.join(',') }),
});

/** A field's schema. `description` is left out when it is undefined. */
export const fieldSchema = (field: Field, description: string | undefined, version: OpenApiVersion): OpenApiSchema => {
  const byDefault = version === 3 ? defaultOf(field) : undefined;
  return typeOf(
    field.type,
    {
      ...(byDefault !== undefined && { default: byDefault }),
      ...(description !== undefined && { description }),
      ...mergeWords(field),
    },
    version,
  );
};
