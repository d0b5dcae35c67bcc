import type { Namespace } from '../../kinds/namespace.ts';
import type { Pod } from '../../kinds/pod.ts';
import type { PodAffinityTerm } from '../../kinds/schema/api/core-v1.ts';
import { labelSelector } from '../../kinds/values/selector.ts';
import type { World } from '../../projections/world.ts';
import type { NodeInfo } from './node-info.ts';

/** Which pods a term of `owner` is about, compiled. */
export const matcherOf = (term: PodAffinityTerm, owner: Pod, world: World): ((other: Pod) => boolean) => {
  const selector = labelSelector(term.labelSelector);
  const named = new Set(term.namespaces ?? []);
  const bySelector = term.namespaceSelector && labelSelector(term.namespaceSelector);
  if (named.size === 0 && !bySelector) named.add(owner.metadata.namespace ?? '');
  const inNamespace = (name: string): boolean => {
    if (named.has(name)) return true;
    const namespace = bySelector && world.get<Namespace>({ resource: 'namespaces', namespace: '', name });
    return namespace !== undefined && bySelector?.matches(namespace.metadata.labels) === true;
  };
  return ({ metadata }) => selector.matches(metadata.labels) && inNamespace(metadata.namespace ?? '');
};

/** The values of a topology key under which a matching pod runs. A node without the key belongs nowhere. */
export const domainsWith = (
  nodes: readonly NodeInfo[],
  key: string,
  matches: (pod: Pod) => boolean,
): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const { labels, pods } of nodes) {
    const domain = labels[key];
    if (domain !== undefined && !found.has(domain) && pods.some(matches)) found.add(domain);
  }
  return found;
};
