import type { Controller, Plan, Seen } from '../../actors/controller.ts';
import type { Ref } from '../../events/event.ts';
import { kinds } from '../../kinds/index.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { projectWorld, type World } from '../../projections/world.ts';
import { epochMs } from './clock.ts';

/** An object as a spec writes it: the kind, and of metadata what matters. */
export interface Sketch {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

const kindOf = (name: string) => {
  const found = [...kinds.values()].find(({ kind }) => kind === name);
  if (!found) throw new Error(`no kind ${name}`);
  return found;
};

const refOf = ({ kind, metadata }: Sketch): Ref => {
  const { resource, namespaced } = kindOf(kind);
  return { resource, namespace: namespaced ? (metadata.namespace ?? 'default') : '', name: metadata.name };
};

/** The whole object: uid `<name>-uid`, made at 2026-01-01T00:00:00Z. */
export const objectOf = (sketch: Sketch): ApiObject => {
  const { kind, apiVersion, namespaced, generation } = kindOf(sketch.kind);
  const { name } = sketch.metadata;
  return {
    ...sketch,
    apiVersion,
    kind,
    metadata: {
      ...(namespaced && { namespace: 'default' }),
      uid: `${name}-uid`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(generation && { generation: 1 }),
      ...sketch.metadata,
    },
  };
};

/** A World of these objects, at a position. */
export const worldOf = (...sketches: readonly Sketch[]): World => {
  const projection = projectWorld(kinds);
  for (const sketch of sketches)
    projection.restore({ ref: refOf(sketch), object: objectOf(sketch), position: 1, revision: 0 });
  projection.startAt(100);
  return projection.world;
};

/** What a controller does about a key at a time, the lists side by side after the rest. */
export const wishesOf = <Here>(
  controller: Controller<Here, never>,
  world: Here,
  key: string,
  now: number = epochMs,
) => {
  const { commands, beside = [] }: Plan = controller.reconcile(world, key, now);
  return [...commands, ...beside.flat()] as readonly (Readonly<Record<string, unknown>> & {
    readonly type: string;
    readonly ref: Ref;
  })[];
};

/** Wishes as short lines, without what is told to users: `Create pods/web`. */
export const linesOf = (wishes: readonly { readonly type: string; readonly ref: Ref }[]): readonly string[] =>
  wishes.filter(({ type }) => type !== 'Note').map(({ type, ref }) => `${type} ${ref.resource}/${ref.name}`);

/** A step of the World, for asking whose turn it is. */
export const stepOf = (before: Sketch | undefined, after: Sketch | undefined): Seen => {
  const sketch = after ?? before;
  if (!sketch) throw new Error('a step has a before or an after');
  return { ref: refOf(sketch), position: 100, before: before && objectOf(before), after: after && objectOf(after) };
};

/** An owner reference to a sketch. */
export const ownedBy = (owner: Sketch, more: object = {}) => {
  const { apiVersion, kind, metadata } = objectOf(owner);
  return [
    { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true, ...more },
  ];
};
