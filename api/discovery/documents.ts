import { createHash } from 'node:crypto';
import type { Discovered, DiscoveredKind, DiscoveredVersion } from './resources.ts';

/** `v1`, `apps/v1`. */
export const groupVersionOf = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  group === '' ? version : `${group}/${version}`;

/** One hash for each way an object is stored, as upstream makes it. */
const storageHash = ({ group, version, kind }: Discovered): string =>
  createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');

const entryOf = (entry: Discovered, { kind }: DiscoveredKind, home: DiscoveredVersion) => {
  const { group, version, kind: name } = entry;
  const isOwn = entry.name === kind.plural;
  const foreign = group !== home.group || version !== home.version;
  return {
    name: entry.name,
    singularName: isOwn ? kind.singular : '',
    namespaced: kind.namespaced,
    ...(foreign && { group, version }),
    kind: name,
    verbs: entry.verbs,
    ...(isOwn && kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(isOwn && kind.categories.length > 0 && { categories: kind.categories }),
    ...(isOwn && { storageVersionHash: storageHash(entry) }),
  };
};

/** `GET /api/v1`, `GET /apis/<group>/<version>`. */
export const resourceList = (home: DiscoveredVersion): unknown => ({
  kind: 'APIResourceList',
  // Upstream leaves it out for the core group.
  ...(home.group !== '' && { apiVersion: 'v1' }),
  groupVersion: groupVersionOf(home),
  resources: home.kinds.flatMap((one) => [
    entryOf(one.resource, one, home),
    ...one.subresources.map((sub) => entryOf(sub, one, home)),
  ]),
});

const versionEntry = (home: DiscoveredVersion) => ({ groupVersion: groupVersionOf(home), version: home.version });

const groupOf = (name: string, versions: readonly DiscoveredVersion[]) => ({
  name,
  versions: versions.map(versionEntry),
  preferredVersion: versions[0] && versionEntry(versions[0]),
});

/** Named groups with their versions, the preferred one first. */
export const groupsOf = (all: readonly DiscoveredVersion[]): ReadonlyMap<string, readonly DiscoveredVersion[]> =>
  Map.groupBy(
    all.filter(({ group }) => group !== ''),
    ({ group }) => group,
  );

/** `GET /apis`. */
export const groupList = (all: readonly DiscoveredVersion[]): unknown => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: [...groupsOf(all)].map(([name, versions]) => groupOf(name, versions)),
});

/** `GET /apis/<group>`. */
export const groupDocument = (name: string, versions: readonly DiscoveredVersion[]): unknown => ({
  kind: 'APIGroup',
  apiVersion: 'v1',
  ...groupOf(name, versions),
});

/** `GET /api`. `address` is where clients reach this server: `10.0.0.1:6443`. */
export const coreVersions = (address: string): unknown => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});

const aggregatedSub = (sub: Discovered) => ({
  subresource: sub.name.slice(sub.name.indexOf('/') + 1),
  responseKind: { group: sub.group, version: sub.version, kind: sub.kind },
  verbs: sub.verbs,
});

const aggregatedKind = ({ kind, resource, subresources }: DiscoveredKind) => ({
  resource: kind.plural,
  responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
  scope: kind.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: kind.singular,
  verbs: resource.verbs,
  ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
  ...(kind.categories.length > 0 && { categories: kind.categories }),
  ...(subresources.length > 0 && { subresources: subresources.map(aggregatedSub) }),
});

/** Everything of some groups in one document: `v2` or `v2beta1` of apidiscovery.k8s.io. */
export const aggregated = (all: readonly DiscoveredVersion[], version: 'v2' | 'v2beta1'): unknown => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: [...Map.groupBy(all, ({ group }) => group)].map(([name, versions]) => ({
    metadata: { ...(name !== '' && { name }), creationTimestamp: null },
    versions: versions.map((home) => ({
      version: home.version,
      resources: home.kinds.map(aggregatedKind),
      freshness: 'Current',
    })),
  })),
});
