import { expect } from 'chai';
import { kindRows, typeOf } from '../../../kinds/schema/kind-rows.ts';
import { type GroupVersionKind, openApiName, openApiSchemas } from '../../../kinds/schema/openapi.ts';
import { type SchemaType, structType } from '../../../kinds/schema/table.ts';
import { golden } from '../../support/golden.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What both have: upstream publishes its documents without enums, which its servers serve; and whether a reference stands in a list
 * depends on there being a description, which we may lack.
 */
const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => !(key === 'description' && typeof item === 'string') && !(key === 'enum' && Array.isArray(item)),
  );
  const only =
    entries.length === 1 && entries[0]?.[0] === 'allOf' ? (entries[0][1] as readonly unknown[])[0] : undefined;
  return only === undefined
    ? Object.fromEntries(entries.map(([key, item]) => [key, comparable(item)]))
    : comparable(only);
};

const roots = new Map<SchemaType, GroupVersionKind[]>();
for (const { apiVersion, group, version, kind, listKind } of kindRows())
  for (const name of listKind === undefined ? [kind] : [kind, listKind]) {
    const type = typeOf(apiVersion, name);
    if (type) roots.set(type, [...(roots.get(type) ?? []), { group, version, kind: name }]);
  }
for (const name of ['DeleteOptions', 'WatchEvent', 'Status', 'APIResourceList', 'APIGroupList'])
  roots.set(structType('meta/v1', name), []);

/** Meta types are kinds of every group, which the caller knows; unions are deprecated words that nobody reads. */
const beside = new Set(['x-kubernetes-unions']);
const withoutBeside = (schema: Json, isMeta: boolean): unknown =>
  comparable(
    Object.fromEntries(
      Object.entries(schema).filter(([key]) => !beside.has(key) && !(isMeta && key.endsWith('group-version-kind'))),
    ),
  );

describe('the schemas of OpenAPI', () => {
  const ours = openApiSchemas(roots, 3);
  // From the documents that upstream publishes for 1.34: descriptions left out.
  const rows = golden('openapi') as readonly { name: string; schema: Json }[];
  for (const { name, schema } of rows)
    it(`are those that upstream publishes: ${name}`, () => {
      const isMeta = name.includes('.meta.v1.');
      expect(withoutBeside(ours[name] ?? {}, isMeta)).to.deep.equal(withoutBeside(schema, isMeta));
    });

  it('show the values of an enum, in version 3 alone', () => {
    const pull = (schemas: typeof ours) =>
      (schemas[openApiName('core/v1.Container')] as { properties: Json }).properties['imagePullPolicy'];
    expect(pull(ours)).to.deep.include({ type: 'string', enum: ['Always', 'IfNotPresent', 'Never'] });
    expect(pull(openApiSchemas(roots, 2))).to.not.have.property('enum');
  });

  it('differ in version 2: no defaults, references with words beside them, one type for a quantity', () => {
    const two = openApiSchemas(new Map([[structType('apps/v1', 'Deployment'), []]]), 2);
    const deployment = two['io.k8s.api.apps.v1.Deployment'] as { properties: Json };
    expect(deployment.properties['metadata']).to.deep.include({
      $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
    });
    expect(deployment.properties['metadata']).to.not.have.property('default');
    expect(two['io.k8s.apimachinery.pkg.api.resource.Quantity']).to.deep.equal({ type: 'string' });
    expect(two['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).to.deep.equal({
      type: 'string',
      format: 'int-or-string',
    });
    expect(two).to.not.have.property('io.k8s.api.core.v1.Service');
  });
});
