import { declaredType, type SchemaType } from './table.ts';
import { type PackageText, packageTexts } from './table-text.ts';

/** A path below an object. */
export interface SchemaSubresource {
  /** `scale`. */
  readonly name: string;
  /** What its bodies are, where not the kind itself: `autoscaling/v1.Scale`. */
  readonly type?: string;
}

/** What the table says of a kind: everything that is registered, also what has no path of its own (`plural` empty). */
export interface SchemaKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** `apps/v1`, `v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** `deployments`; empty for what is only a body (DeleteOptions, Scale). */
  readonly plural: string;
  readonly namespaced: boolean;
  /** `DeploymentList`; absent for what cannot be listed. */
  readonly listKind?: string;
  readonly subresources: readonly SchemaSubresource[];
  /** The only verbs, where upstream allows a few; absent means all. */
  readonly onlyVerbs?: readonly string[];
  /** `1.9`: the versions in which upstream brought, deprecated and removed it; absent means unknown or not (yet). */
  readonly introduced?: string;
  readonly deprecated?: string;
  readonly removed?: string;
  /** `storage.k8s.io/v1/VolumeAttributesClass`: what to use instead. */
  readonly replacement?: string;
}

/** Plurals that no client in the table's sources names. */
const pluralsByHand: Readonly<Record<string, string>> = {
  'core/v1.Binding': 'bindings',
  'apiextensions/v1.CustomResourceDefinition': 'customresourcedefinitions',
  'apiregistration/v1.APIService': 'apiservices',
  'metrics/v1beta1.NodeMetrics': 'nodes',
  'metrics/v1beta1.PodMetrics': 'pods',
};

/** Subresources that upstream's sources do not mark, from the published API. */
const subresourcesByHand: Readonly<Record<string, readonly SchemaSubresource[]>> = {
  'core/v1.Pod': [
    { name: 'attach', type: 'core/v1.PodAttachOptions' },
    { name: 'binding', type: 'core/v1.Binding' },
    { name: 'eviction', type: 'policy/v1.Eviction' },
    { name: 'exec', type: 'core/v1.PodExecOptions' },
    { name: 'log' },
    { name: 'portforward', type: 'core/v1.PodPortForwardOptions' },
    { name: 'proxy', type: 'core/v1.PodProxyOptions' },
  ],
  'core/v1.Node': [{ name: 'proxy', type: 'core/v1.NodeProxyOptions' }],
  'core/v1.Service': [{ name: 'proxy', type: 'core/v1.ServiceProxyOptions' }],
  'core/v1.Namespace': [{ name: 'finalize' }],
};

/** Kinds that have a status field but no status path: their answer is the status. */
const withoutStatusPath = (row: { onlyVerbs?: readonly string[]; plural: string }) =>
  row.plural === '' || row.onlyVerbs !== undefined;

const subresourcesOf = (id: string, words: readonly string[], hasStatus: boolean): SchemaSubresource[] => {
  const found = new Map<string, SchemaSubresource>();
  if (hasStatus) found.set('status', { name: 'status' });
  for (const word of words) {
    if (!word.startsWith('sub=')) continue;
    const [name = '', , type] = word.slice(4).split(':');
    found.set(name, type && type !== id ? { name, type } : { name });
  }
  for (const row of subresourcesByHand[id] ?? []) found.set(row.name, row);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};

const row = (home: PackageText, [kind = '', plural = '-', scope = '', ...words]: readonly string[]): SchemaKind => {
  const id = `${home.id}.${kind}`;
  const after = (mark: string) => words.find((word) => word.startsWith(mark))?.slice(mark.length);
  const [listKind, only, introduced, deprecated, removed, replacement] = [
    after('list='),
    after('only=')?.split(','),
    ...['since=', 'deprecated=', 'removed=', 'use='].map(after),
  ] as const;
  const base = {
    group: home.group,
    version: home.version,
    apiVersion: home.group === '' ? home.version : `${home.group}/${home.version}`,
    kind,
    plural: words.includes('noverbs') ? '' : plural === '-' ? (pluralsByHand[id] ?? '') : plural,
    namespaced: scope === 'namespaced',
    ...(listKind && { listKind }),
    ...(only && { onlyVerbs: only }),
    ...(introduced && { introduced }),
    ...(deprecated && { deprecated }),
    ...(removed && { removed }),
    ...(replacement && { replacement }),
  };
  const type = declaredType(home.id, kind);
  const hasStatus = !withoutStatusPath(base) && type !== undefined && !('type' in type) && type.fields.has('status');
  return { ...base, subresources: subresourcesOf(id, words, hasStatus) };
};

let rows: readonly SchemaKind[] | undefined;

/** Every registered kind, in the table's order (groups by name, `meta.k8s.io` first). */
export const kindRows = (): readonly SchemaKind[] =>
  (rows ??= [...packageTexts().values()].flatMap((home) => home.kinds.map((words) => row(home, words))));

/** Bodies and answers that upstream registers in every group and version. */
const everywhere = new Set(
  'Status WatchEvent DeleteOptions CreateOptions UpdateOptions PatchOptions ListOptions GetOptions'.split(' '),
);

let byGroupVersion: ReadonlyMap<string, PackageText> | undefined;

/**
 * The struct behind `apiVersion` and `kind` (`apps/v1`, `Deployment`), lists included (`DeploymentList`); undefined for what is not
 * built in, such as a custom resource.
 */
export const typeOf = (apiVersion: string, kind: string): SchemaType | undefined => {
  byGroupVersion ??= new Map(
    [...packageTexts().values()].map((home) => [
      home.group === '' ? home.version : `${home.group}/${home.version}`,
      home,
    ]),
  );
  const home = byGroupVersion.get(apiVersion);
  if (!home) return undefined;
  const type = declaredType(everywhere.has(kind) ? 'meta/v1' : home.id, kind);
  if (!type || 'type' in type) return undefined;
  // Only a kind says what it is.
  return type.fields.get('kind') && type.fields.get('apiVersion') && isKind(type) ? type : undefined;
};

/** A kind embeds TypeMeta; other structs may have fields of the same names (ObjectReference). */
const isKind = (type: SchemaType): boolean =>
  type.name === 'WatchEvent' ||
  type.members.some((member) => !('name' in member) && member.struct.id === 'meta/v1.TypeMeta');
