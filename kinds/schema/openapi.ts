import type { SchemaKind } from './kind-rows.ts';
import { descriptions } from './openapi/descriptions.ts';
import { fieldSchema, type OpenApiSchema, type OpenApiVersion, plainScalars } from './openapi/field.ts';
import { openApiName, patchName, scalarNames } from './openapi/name.ts';
import type { Scalar, SchemaType, TypeRef } from './table.ts';

export { refTo, type OpenApiSchema, type OpenApiVersion } from './openapi/field.ts';
export { openApiName, patchName } from './openapi/name.ts';

/** What a type is, as clients look it up. */
export type GroupVersionKind = Pick<SchemaKind, 'group' | 'version' | 'kind'>;

const either = (...types: readonly string[]) => ({ oneOf: types.map((type) => ({ type })) });

/** Scalars with a schema of their own. The CRD's JSON types are anything. */
const scalarSchemas = (version: OpenApiVersion): { readonly [S in Scalar]?: OpenApiSchema } => {
  const text = { type: 'string' };
  return {
    Time: { type: 'string', format: 'date-time' },
    MicroTime: { type: 'string', format: 'date-time' },
    Duration: text,
    FieldsV1: { type: 'object' },
    RawExtension: { type: 'object' },
    Quantity: version === 2 ? text : either('string', 'number'),
    IntOrString: { format: 'int-or-string', ...(version === 2 ? text : either('integer', 'string')) },
  };
};

/** A struct's schema; `kinds` are what it is as a body, if it is one. */
const structSchema = (type: SchemaType, kinds: readonly GroupVersionKind[], version: OpenApiVersion): OpenApiSchema => {
  const texts = descriptions();
  const fields = [...type.fields.values()];
  const sorted = fields.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const properties = sorted.map((field) => [
    field.name,
    fieldSchema(field, texts[`${type.id}.${field.name}`], version),
  ]);
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  return {
    ...(texts[type.id] !== undefined && { description: texts[type.id] }),
    ...(fields.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(required.length > 0 && { required }),
    type: 'object',
    ...(kinds.length > 0 && { 'x-kubernetes-group-version-kind': kinds }),
    ...(type.mapType && { 'x-kubernetes-map-type': type.mapType }),
  };
};

/** What a type's fields lead to. */
const refsOf = (ref: TypeRef): SchemaType | Scalar | undefined => {
  if (ref.form === 'struct') return ref.struct;
  return ref.form === 'scalar' ? ref.scalar : refsOf(ref.of);
};

const reached = (roots: Iterable<SchemaType>): { structs: ReadonlySet<SchemaType>; scalars: ReadonlySet<Scalar> } => {
  const structs = new Set<SchemaType>(roots);
  const scalars = new Set<Scalar>();
  // A set that grows while it is walked is walked to its new end.
  for (const struct of structs)
    for (const { type } of struct.fields.values()) {
      const next = refsOf(type);
      if (typeof next === 'object') structs.add(next);
      else if (next) scalars.add(next);
    }
  return { structs, scalars };
};

/**
 * The schemas of these types and of all that they lead to, by OpenAPI name: `definitions` of version 2, `components.schemas` of
 * version 3. The keys of `roots` are bodies, with what each is.
 */
export const openApiSchemas = (
  roots: ReadonlyMap<SchemaType, readonly GroupVersionKind[]>,
  version: OpenApiVersion,
): Readonly<Record<string, OpenApiSchema>> => {
  const { structs, scalars } = reached(roots.keys());
  const texts = descriptions();
  const made = new Map<string, OpenApiSchema>([[patchName, { type: 'object' }]]);
  for (const type of structs) made.set(openApiName(type.id), structSchema(type, roots.get(type) ?? [], version));
  for (const scalar of scalars) {
    const name = scalarNames[scalar];
    if (!name || plainScalars[scalar]) continue;
    made.set(name, {
      ...(texts[scalar] !== undefined && { description: texts[scalar] }),
      ...scalarSchemas(version)[scalar],
    });
  }
  return Object.fromEntries([...made].sort(([a], [b]) => (a < b ? -1 : 1)));
};
