import { deltaBetween } from '../../kinds/delta.ts';
import type { Kind } from '../../kinds/kind.ts';
import { type Namespace, namespaceFinalizer } from '../../kinds/namespace.ts';
import type { ApiObject } from '../../kinds/object.ts';
import type { World } from '../../projections/world.ts';
import { type Controller, nobody, nothing, type Wanted } from '../controller.ts';
import { type Rest, withRest } from './namespace-conditions.ts';

/** Objects deleted in one turn. */
const burstMax = 500;

interface Content {
  readonly resource: string;
  readonly objects: readonly ApiObject[];
}

const contentOf = (world: World, kinds: ReadonlyMap<string, Kind>, namespace: string): readonly Content[] =>
  [...kinds.values()]
    .filter(({ namespaced }) => namespaced)
    .map(({ resource }) => ({ resource, objects: world.list(resource, namespace) }))
    .filter(({ objects }) => objects.length > 0);

const restOf = (contents: readonly Content[]): Rest => {
  const finalizers = new Map<string, number>();
  for (const { objects } of contents)
    for (const { metadata } of objects)
      for (const name of metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
  return { remaining: new Map(contents.map(({ resource, objects }) => [resource, objects.length])), finalizers };
};

/** Pods first: what they use shall last as long as they do. */
const nextToGo = (contents: readonly Content[]): readonly Content[] => {
  const pods = contents.filter(({ resource }) => resource === 'pods');
  return pods.length > 0 ? pods : contents;
};

const removals = (contents: readonly Content[]): readonly (readonly Wanted[])[] =>
  contents
    .flatMap(({ resource, objects }) => objects.map((object) => ({ resource, metadata: object.metadata })))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .slice(0, burstMax)
    .map(({ resource, metadata: { namespace = '', name, uid } }) => [
      { type: 'Delete', ref: { resource, namespace, name }, options: { preconditions: { uid } } },
    ]);

const isGoing = (namespace: Namespace | undefined): namespace is Namespace =>
  namespace?.metadata.deletionTimestamp !== undefined;

/** Empties each namespace that is going, pods first, and lets it go once nothing is left in it. */
export const namespaceDeletion = (kinds: ReadonlyMap<string, Kind>): Controller => ({
  name: 'namespace-deletion',

  touches: ({ ref, after }, world) => {
    if (ref.resource === 'namespaces') return isGoing(after as Namespace | undefined) ? [ref.name] : nobody;
    if (ref.namespace === '') return nobody;
    const home = world.get<Namespace>({ resource: 'namespaces', namespace: '', name: ref.namespace });
    return isGoing(home) ? [ref.namespace] : nobody;
  },

  reconcile: (world, name, now) => {
    const ref = { resource: 'namespaces', namespace: '', name };
    const namespace = world.get<Namespace>(ref);
    if (!isGoing(namespace)) return nothing;
    const contents = contentOf(world, kinds, name);
    const conditions = withRest(namespace.status?.conditions ?? [], restOf(contents), now);
    const status = { ...namespace.status, conditions };
    const report: Wanted = { type: 'ReportStatus', ref, uid: namespace.metadata.uid, status };
    const reports = deltaBetween(namespace.status, status).length > 0 ? [report] : [];
    if (contents.length > 0) return { commands: reports, beside: removals(nextToGo(contents)) };

    const finalizers = namespace.spec.finalizers ?? [];
    if (!finalizers.includes(namespaceFinalizer)) return { commands: reports };
    const others = finalizers.filter((one) => one !== namespaceFinalizer);
    // Reported only where somebody else still holds it: nobody reads the last words of what is gone.
    return { commands: [...(others.length > 0 ? reports : []), { type: 'Finalize', ref, finalizers: others }] };
  },
});
