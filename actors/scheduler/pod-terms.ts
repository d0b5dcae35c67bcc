import type { Namespace } from '../../kinds/namespace.ts';
import type { Pod } from '../../kinds/pod.ts';
import type { PodAffinityTerm } from '../../kinds/schema/api/core-v1.ts';
import type { LabelSelector } from '../../kinds/values/selector.ts';
import { labelSelector } from '../../kinds/values/selector.ts';
import type { World } from '../../projections/world.ts';
import type { Scene } from './scene.ts';

/** Which pods something is about. */
export interface PodSelection {
  readonly namespaces: ReadonlySet<string> | 'all';
  readonly selector: LabelSelector | undefined;
  readonly matches: (pod: Pod) => boolean;
}

const namespacesOf = (term: PodAffinityTerm, owner: Pod, world: World): ReadonlySet<string> | 'all' => {
  const named = new Set(term.namespaces ?? []);
  if (!term.namespaceSelector) return named.size > 0 ? named : new Set([owner.metadata.namespace ?? '']);
  const selector = labelSelector(term.namespaceSelector);
  if (selector.requirements.length === 0) return 'all';
  for (const { metadata } of world.list<Namespace>('namespaces'))
    if (selector.matches(metadata.labels)) named.add(metadata.name);
  return named;
};

/** Pods in these namespaces that a selector selects. */
export const selectionOf = (
  namespaces: ReadonlySet<string> | 'all',
  selector: LabelSelector | undefined,
): PodSelection => {
  const { matches } = labelSelector(selector);
  return {
    namespaces,
    selector,
    matches: ({ metadata }) =>
      (namespaces === 'all' || namespaces.has(metadata.namespace ?? '')) && matches(metadata.labels),
  };
};

/** Which pods an affinity term of `owner` is about. */
export const termOf = (term: PodAffinityTerm, owner: Pod, world: World): PodSelection =>
  selectionOf(namespacesOf(term, owner, world), term.labelSelector);

/** How many selected pods run under each value of a topology key. A node without the key belongs nowhere. */
export const countsBy = (
  key: string,
  selection: PodSelection,
  scene: Scene,
  counts: (pod: Pod) => boolean = () => true,
): Map<string, number> => {
  const found = new Map<string, number>();
  for (const pod of scene.candidates(selection.namespaces, selection.selector)) {
    const domain = scene.nodeOf(pod)?.labels[key];
    if (domain === undefined || !selection.matches(pod) || !counts(pod)) continue;
    found.set(domain, (found.get(domain) ?? 0) + 1);
  }
  return found;
};
