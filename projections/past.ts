import { type Recorded, type Ref, streamOf } from '../events/event.ts';
import type { EventLog } from '../events/log.ts';
import type { Snapshots } from '../events/snapshots.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import { byName } from './ordered.ts';
import type { Change } from './world.ts';

/**
 * A stream of the snapshots' own: one state of it, always gone, marks each position at which the keeper kept everything. It is
 * how the past knows from where on it must read the log.
 */
export const keptMark: Ref = { resource: 'snapshots.reckon.dev', namespace: '', name: 'kept' };

/** The World as it once was. Positions later than the log's head see all that is recorded. */
export interface Past {
  /** The object as of a position; `undefined` when it did not exist then. */
  objectAt(ref: Ref, position: number): Promise<ApiObject | undefined>;
  /** Every object of a resource as of a position, by namespace and name; `namespace` empty or undefined means all. */
  listAt(resource: string, namespace: string | undefined, position: number): Promise<readonly ApiObject[]>;
  /** The steps of one resource after `position` up to and including `to`, lived again, oldest first. */
  changesOf(resource: string, position: number, to: number): AsyncIterable<Change>;
}

/** Where the past is read from. */
export interface Archive {
  readonly log: EventLog;
  readonly snapshots: Snapshots;
  readonly kinds: ReadonlyMap<string, Kind>;
}

/** Retention may have cut the head of the stream: what changed an object that is no longer told of tells nothing. */
const headless = (kind: Kind, before: ApiObject | undefined, { event }: Recorded): boolean =>
  before === undefined && event.type !== 'Created' && kind.retention !== 'forever';

const step = (kind: Kind, before: ApiObject | undefined, recorded: Recorded): ApiObject | undefined =>
  headless(kind, before, recorded) ? undefined : kind.evolve(before, recorded);

/** Reads states of the past: the newest snapshot at or before a position, and the log's events after it. */
export const openPast = ({ log, snapshots, kinds }: Archive): Past => {
  const kindOf = (resource: string): Kind => {
    const kind = kinds.get(resource);
    if (!kind) throw new Error(`Cannot read the past of "${resource}": no kind serves it`);
    return kind;
  };

  /** Objects of a resource by stream, as of a position. */
  const statesAt = async (
    resource: string,
    namespace: string | undefined,
    position: number,
  ): Promise<Map<string, ApiObject>> => {
    const kind = kindOf(resource);
    const states = new Map<string, ApiObject>();
    const seen = new Map<string, number>();
    for await (const kept of snapshots.allAt(resource, namespace || undefined, position)) {
      const id = streamOf(kept.ref);
      seen.set(id, kept.position);
      // A snapshot holds what this kind's evolve made.
      if (kept.object !== undefined) states.set(id, kept.object as ApiObject);
    }
    const from = (await snapshots.at(keptMark, position))?.position ?? 0;
    for await (const recorded of log.read(from, position)) {
      const { ref } = recorded;
      if (ref.resource !== resource || (namespace && ref.namespace !== namespace)) continue;
      const id = streamOf(ref);
      if (recorded.position <= (seen.get(id) ?? 0)) continue;
      const after = step(kind, states.get(id), recorded);
      if (after) states.set(id, after);
      else states.delete(id);
    }
    return states;
  };

  return {
    objectAt: async (ref, position) => {
      const kind = kindOf(ref.resource);
      const kept = await snapshots.at(ref, position);
      let object = kept?.object as ApiObject | undefined; // as above
      for await (const recorded of log.stream(ref, kept ? kept.revision + 1 : 0)) {
        if (recorded.position > position) break;
        object = step(kind, object, recorded);
      }
      return object;
    },
    listAt: async (resource, namespace, position) =>
      [...(await statesAt(resource, namespace, position)).values()].sort(byName),
    changesOf: async function* (resource, position, to) {
      const kind = kindOf(resource);
      const states = await statesAt(resource, undefined, position);
      for await (const recorded of log.read(position, to)) {
        const { ref } = recorded;
        if (ref.resource !== resource) continue;
        const id = streamOf(ref);
        const before = states.get(id);
        const after = step(kind, before, recorded);
        if (after) states.set(id, after);
        else states.delete(id);
        if (before || after) yield { ref, position: recorded.position, recorded, before, after };
      }
    },
  };
};
