import { typeOf } from '../../kinds/schema/kind-rows.ts';
import { openApiName, patchName } from '../../kinds/schema/openapi.ts';
import { type Field, structType } from '../../kinds/schema/table.ts';
import { groupVersionOf } from '../discovery/documents.ts';
import type { Discovered, DiscoveredKind, DiscoveredVersion, GroupVersionKind } from '../discovery/resources.ts';

/** A query parameter. */
export interface Parameter {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'integer';
}

/** One method of one path, in whatever version of OpenAPI. Schemas are named, not shown. */
export interface Operation {
  readonly method: 'get' | 'put' | 'post' | 'delete' | 'patch';
  /** `x-kubernetes-action`, by which clients tell what it does. */
  readonly action: 'list' | 'get' | 'post' | 'put' | 'patch' | 'delete' | 'deletecollection' | 'connect';
  readonly id: string;
  readonly gvk: GroupVersionKind;
  readonly query: readonly Parameter[];
  /** The schema of the body; absent: it has none. */
  readonly body?: string;
  /** The schema of the answer; absent: it is text. */
  readonly answer?: string;
}

/** A path with what may be done there. */
export interface PathItem {
  readonly path: string;
  /** Those of the path: `namespace`, `name`. */
  readonly inPath: readonly string[];
  readonly operations: readonly Operation[];
}

const parameterOf = ({ name, type }: Field): Parameter => {
  if (type.form !== 'scalar') return { name, type: 'string' };
  return { name, type: type.scalar === 'bool' ? 'boolean' : type.scalar.startsWith('int') ? 'integer' : 'string' };
};

/** The parameters that some kinds of options make, by name. */
const parametersOf = (...options: readonly string[]): readonly Parameter[] => {
  const fields = options.flatMap((id) => {
    const dot = id.lastIndexOf('.');
    return [...structType(id.slice(0, dot), id.slice(dot + 1)).fields.values()];
  });
  const named = new Map(fields.map((field) => [field.name, parameterOf(field)]));
  // The options' own kind, and a struct, are no parameters.
  for (const name of ['kind', 'apiVersion', 'preconditions']) named.delete(name);
  named.set('pretty', { name: 'pretty', type: 'string' });
  return [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};

const optionsOf: { readonly [A in Operation['action']]: readonly string[] } = {
  list: ['meta/v1.ListOptions'],
  get: [],
  post: ['meta/v1.CreateOptions'],
  put: ['meta/v1.UpdateOptions'],
  patch: ['meta/v1.PatchOptions'],
  delete: ['meta/v1.DeleteOptions'],
  deletecollection: ['meta/v1.ListOptions', 'meta/v1.DeleteOptions'],
  connect: [],
};

const schemaOf = (gvk: GroupVersionKind, suffix = ''): string | undefined => {
  const type = typeOf(groupVersionOf(gvk), `${gvk.kind}${suffix}`);
  return type && openApiName(type.id);
};
const [statusName, deleteOptionsName] = ['Status', 'DeleteOptions'].map((name) => openApiName(`meta/v1.${name}`));

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `rbac.authorization.k8s.io` → `RbacAuthorization`. */
export const groupWord = (group: string): string =>
  group === ''
    ? 'Core'
    : group
        .replace(/\.k8s\.io$/, '')
        .split('.')
        .map(capital)
        .join('');

const verbWords: { readonly [A in Operation['action']]: string } = {
  list: 'list',
  get: 'read',
  post: 'create',
  put: 'replace',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'delete',
  connect: 'connect',
};

/** Where an operation stands. */
interface Place {
  readonly home: DiscoveredVersion;
  readonly kind: DiscoveredKind;
  readonly entry: Discovered;
  /** `Namespaced` where the path has a namespace. */
  readonly scope: string;
  /** `Status`, `ForAllNamespaces`. */
  readonly end: string;
}

const answerOf = (action: Operation['action'], gvk: GroupVersionKind): string | undefined => {
  if (action === 'delete' || action === 'deletecollection') return statusName;
  return schemaOf(gvk, action === 'list' ? 'List' : '');
};
const bodyOf = (action: Operation['action'], gvk: GroupVersionKind): string | undefined => {
  if (action === 'delete' || action === 'deletecollection') return deleteOptionsName;
  return action === 'patch' ? patchName : action === 'post' || action === 'put' ? schemaOf(gvk) : undefined;
};

const operation = (method: Operation['method'], action: Operation['action'], place: Place): Operation => {
  const { entry, home, kind, scope, end } = place;
  const gvk = { group: entry.group, version: entry.version, kind: entry.kind };
  const middle = action === 'deletecollection' ? 'Collection' : action === 'connect' ? capital(method) : '';
  const isConnect = action === 'connect';
  const optionsType = isConnect ? typeOf(groupVersionOf(gvk), gvk.kind) : undefined;
  const [body, answer] = isConnect ? [] : [bodyOf(action, gvk), answerOf(action, gvk)];
  return {
    method,
    action,
    gvk,
    id: `${verbWords[action]}${groupWord(home.group)}${capital(home.version)}${middle}${scope}${kind.kind.kind}${end}`,
    query: parametersOf(...optionsOf[action], ...(optionsType ? [optionsType.id] : [])),
    ...(body !== undefined && { body }),
    ...(answer !== undefined && { answer }),
  };
};

type Offer = readonly [verb: string, method: Operation['method'], action: Operation['action']];
const ofCollection: readonly Offer[] = [
  ['list', 'get', 'list'],
  ['create', 'post', 'post'],
  ['deletecollection', 'delete', 'deletecollection'],
];
const ofObject: readonly Offer[] = [
  ['get', 'get', 'get'],
  ['update', 'put', 'put'],
  ['patch', 'patch', 'patch'],
  ['delete', 'delete', 'delete'],
];
const ofSubresource: readonly Offer[] = [...ofObject, ['create', 'post', 'post']];
/** Streams to a pod: their kind is the options that their query holds. */
const ofConnection: readonly Offer[] = [
  ['get', 'get', 'connect'],
  ['create', 'post', 'connect'],
];

const operationsAt = (offers: readonly Offer[], place: Place): readonly Operation[] =>
  offers
    .filter(([verb]) => place.entry.verbs.includes(verb))
    .map(([, method, action]) => operation(method, action, place));

const pathsOfKind = (home: DiscoveredVersion, kind: DiscoveredKind): readonly PathItem[] => {
  const { namespaced, plural } = kind.kind;
  const root = `/${home.group === '' ? 'api' : 'apis'}/${groupVersionOf(home)}`;
  const base = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`;
  const inNamespace = namespaced ? ['namespace'] : [];
  const scope = namespaced ? 'Namespaced' : '';
  const place = { home, kind, entry: kind.resource, scope, end: '' };
  const everywhere: Place = { ...place, scope: '', end: 'ForAllNamespaces' };
  const subresources = kind.subresources.map((entry): PathItem => {
    const name = entry.name.slice(entry.name.indexOf('/') + 1);
    const offers = entry.kind.endsWith('Options') ? ofConnection : ofSubresource;
    return {
      path: `${base}/{name}/${name}`,
      inPath: [...inNamespace, 'name'],
      operations: operationsAt(offers, { ...place, entry, end: capital(name) }),
    };
  });
  return [
    ...(namespaced
      ? [{ path: `${root}/${plural}`, inPath: [], operations: operationsAt(ofCollection.slice(0, 1), everywhere) }]
      : []),
    { path: base, inPath: inNamespace, operations: operationsAt(ofCollection, place) },
    { path: `${base}/{name}`, inPath: [...inNamespace, 'name'], operations: operationsAt(ofObject, place) },
    ...subresources,
  ].filter(({ operations }) => operations.length > 0);
};

/** Every path of a group's version, sorted. */
export const pathsOf = (home: DiscoveredVersion): readonly PathItem[] =>
  home.kinds.flatMap((kind) => pathsOfKind(home, kind)).sort((a, b) => (a.path < b.path ? -1 : 1));
