import { kindRows, typeOf } from '../../kinds/schema/kind-rows.ts';
import { type OpenApiVersion, openApiSchemas, refTo } from '../../kinds/schema/openapi.ts';
import { type SchemaType, structType } from '../../kinds/schema/table.ts';
import { mediaTypes } from '../accept.ts';
import { groupVersionOf } from '../discovery/documents.ts';
import type { DiscoveredVersion, GroupVersionKind } from '../discovery/resources.ts';
import { groupWord, type Operation, type Parameter, type PathItem, pathsOf } from './operations.ts';

type Json = Readonly<Record<string, unknown>>;

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const answerTypes = [mediaTypes.json, mediaTypes.yaml, mediaTypes.protobuf];
const watchTypes = [`${mediaTypes.json};stream=watch`, `${mediaTypes.protobuf};stream=watch`];

const typesOf = ({ action, answer }: Operation): readonly string[] => {
  if (answer === undefined) return ['*/*'];
  return action === 'list' ? [...answerTypes, ...watchTypes] : answerTypes;
};
const bodyTypesOf = ({ action }: Operation): readonly string[] => (action === 'patch' ? patchTypes : ['*/*']);

/** What clients read of an operation, however it is written down. */
const marksOf = ({ action, gvk, id }: Operation, home: DiscoveredVersion): Json => ({
  operationId: id,
  tags: [`${groupWord(home.group).replace(/^./, (first) => first.toLowerCase())}_${home.version}`],
  'x-kubernetes-action': action,
  'x-kubernetes-group-version-kind': gvk,
});

/** Beside 200; a write may create. */
const codesOf = ({ action }: Operation): readonly (readonly [string, string])[] => {
  const creates = action === 'post' || action === 'put' || action === 'patch';
  return [['200', 'OK'], ...(creates ? ([['201', 'Created']] as const) : [])];
};
const unauthorized = { '401': { description: 'Unauthorized' } };

const operation2 = (operation: Operation, home: DiscoveredVersion): Json => {
  const { answer, body, query } = operation;
  const schema = answer === undefined ? { type: 'string' } : { $ref: refTo(answer, 2) };
  const ok = codesOf(operation).map(([code, description]) => [code, { description, schema }] as const);
  const inBody = {
    name: 'body',
    in: 'body',
    ...(operation.action !== 'delete' && { required: true }),
    schema: { $ref: refTo(body ?? '', 2) },
  };
  return {
    consumes: bodyTypesOf(operation),
    produces: typesOf(operation),
    parameters: [
      ...(body === undefined ? [] : [inBody]),
      ...query.map(({ name, type }: Parameter) => ({ name, in: 'query', type, uniqueItems: true })),
    ],
    responses: { ...Object.fromEntries(ok), ...unauthorized },
    schemes: ['https'],
    ...marksOf(operation, home),
  };
};

const operation3 = (operation: Operation, home: DiscoveredVersion): Json => {
  const { answer, body, query } = operation;
  const contentOf = (types: readonly string[], schema: Json) =>
    Object.fromEntries(types.map((type) => [type, { schema }]));
  const shown = contentOf(typesOf(operation), answer === undefined ? { type: 'string' } : { $ref: refTo(answer, 3) });
  const ok = codesOf(operation).map(([code, description]) => [code, { description, content: shown }] as const);
  return {
    parameters: query.map(({ name, type }) => ({ name, in: 'query', schema: { type, uniqueItems: true } })),
    ...(body !== undefined && {
      requestBody: {
        content: contentOf(bodyTypesOf(operation), { $ref: refTo(body, 3) }),
        ...(operation.action !== 'delete' && { required: true }),
      },
    }),
    responses: { ...Object.fromEntries(ok), ...unauthorized },
    ...marksOf(operation, home),
  };
};

const pathItem = ({ inPath, operations }: PathItem, home: DiscoveredVersion, version: OpenApiVersion): Json => {
  const write = version === 2 ? operation2 : operation3;
  const type = { type: 'string', uniqueItems: true };
  const parameters = inPath.map((name) => ({
    name,
    in: 'path',
    required: true,
    ...(version === 2 ? type : { schema: type }),
  }));
  return {
    ...Object.fromEntries(operations.map((each) => [each.method, write(each, home)])),
    ...(parameters.length > 0 && { parameters }),
  };
};

const pathsFor = (homes: readonly DiscoveredVersion[], version: OpenApiVersion): Json =>
  Object.fromEntries(homes.flatMap((home) => pathsOf(home).map((item) => [item.path, pathItem(item, home, version)])));

/** Bodies and answers that every group and version has. */
const everywhere = ['DeleteOptions', 'WatchEvent'];

/** The types of what is served, with what each is as a body. */
const rootsOf = (homes: readonly DiscoveredVersion[], all: readonly DiscoveredVersion[]) => {
  const roots = new Map<SchemaType, GroupVersionKind[]>();
  const add = (gvk: GroupVersionKind) => {
    const type = typeOf(groupVersionOf(gvk), gvk.kind);
    if (type && roots.get(type)?.some((known) => sameKind(known, gvk)) !== true)
      roots.set(type, [...(roots.get(type) ?? []), gvk]);
  };
  for (const { kinds } of homes)
    for (const { resource, subresources } of kinds)
      for (const { group, version, kind } of [resource, ...subresources]) {
        add({ group, version, kind });
        const row = kindRows().find((each) => sameKind(each, { group, version, kind }));
        if (row?.listKind) add({ group, version, kind: row.listKind });
      }
  for (const kind of everywhere) for (const { group, version } of all) add({ group, version, kind });
  for (const kind of ['Status', 'APIResourceList'])
    roots.set(structType('meta/v1', kind), [{ group: '', version: 'v1', kind }]);
  return roots;
};
const sameKind = (a: GroupVersionKind, b: GroupVersionKind): boolean =>
  a.group === b.group && a.version === b.version && a.kind === b.kind;

/** What the document says it is; `version` is the Kubernetes release whose API this is: `v1.34.0`. */
const infoOf = (version: string) => ({ title: 'Kubernetes', version });

/** `/openapi/v2`: everything in one document. */
export const openApi2 = (all: readonly DiscoveredVersion[], version: string): Json => ({
  swagger: '2.0',
  info: infoOf(version),
  paths: pathsFor(all, 2),
  definitions: openApiSchemas(rootsOf(all, all), 2),
});

/** `/openapi/v3/apis/apps/v1`: one group's version, with every schema that it leads to. */
export const openApi3 = (home: DiscoveredVersion, all: readonly DiscoveredVersion[], version: string): Json => ({
  openapi: '3.0.0',
  info: infoOf(version),
  paths: pathsFor([home], 3),
  components: { schemas: openApiSchemas(rootsOf([home], all), 3) },
});
