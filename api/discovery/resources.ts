import type { Kind } from '../../kinds/kind.ts';
import { kindRows, type SchemaSubresource } from '../../kinds/schema/kind-rows.ts';
import { offeredBy } from '../offered.ts';
import type { Deeds } from '../routes.ts';

/** What something is, as discovery names it. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A resource or one of its subresources, as clients discover it. */
export interface Discovered extends GroupVersionKind {
  /** `deployments`, `deployments/scale`. */
  readonly name: string;
  readonly verbs: readonly string[];
}

/** One kind with all that is below it. */
export interface DiscoveredKind {
  readonly kind: Kind;
  readonly resource: Discovered;
  readonly subresources: readonly Discovered[];
}

const verbsOf = (...deeds: readonly Deeds[]): readonly string[] =>
  [...new Set(deeds.flatMap((some) => Object.values(some).map(({ verb }) => verb)))].sort();

/** `autoscaling/v1.Scale` in the table is Scale of the group whose package that is. */
const typeNamed = (text: string): GroupVersionKind | undefined => {
  const dot = text.lastIndexOf('.');
  const [home, kind] = [text.slice(0, dot), text.slice(dot + 1)];
  const row = kindRows().find((one) => one.kind === kind && packageOf(one) === home);
  return row && { group: row.group, version: row.version, kind };
};

/** Upstream keeps the types of a group in a package of its first word; the core group's is `core`. */
const packageOf = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  `${group === '' ? 'core' : (group.split('.')[0] ?? '')}/${version}`;

const subresourcesInTable = ({ apiVersion, kind }: Kind): readonly SchemaSubresource[] =>
  kindRows().find((row) => row.apiVersion === apiVersion && row.kind === kind)?.subresources ?? [];

const discover = (kind: Kind): DiscoveredKind => {
  const own = { group: kind.group, version: kind.version, kind: kind.kind };
  const offered = offeredBy(kind);
  const table = subresourcesInTable(kind);
  const subresources = Object.entries(offered.subresources)
    .filter(([, deeds]) => Object.keys(deeds).length > 0)
    .map(([name, deeds]): Discovered => {
      const type = table.find((one) => one.name === name)?.type;
      return { ...((type && typeNamed(type)) || own), name: `${kind.plural}/${name}`, verbs: verbsOf(deeds) };
    });
  const verbs = verbsOf(offered.collection, offered.object);
  return {
    kind,
    resource: { ...own, name: kind.plural, verbs },
    subresources: subresources.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
};

/** What is served of one group in one version. */
export interface DiscoveredVersion {
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly DiscoveredKind[];
}

/** Everything that is served, by group and version, in the order of the table of kinds. */
export const discovered = (kinds: Iterable<Kind>): readonly DiscoveredVersion[] => {
  const versions = new Map<string, { group: string; version: string; kinds: DiscoveredKind[] }>();
  for (const kind of kinds) {
    const { group, version, apiVersion } = kind;
    const those = versions.get(apiVersion) ?? { group, version, kinds: [] };
    versions.set(apiVersion, those);
    those.kinds.push(discover(kind));
  }
  for (const { kinds: those } of versions.values()) those.sort((a, b) => (a.kind.plural < b.kind.plural ? -1 : 1));
  return [...versions.values()];
};
