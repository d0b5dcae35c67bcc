import type { World, Change, Projection } from './world.ts';
import type { Kind } from '../kinds/kind.ts';
import { type Rejection, expired } from '../kinds/rejection.ts';
import type { Past } from './past.ts';

/** The newest Changes of each resource in memory, with the log behind them: what a watch resumes from. */
export interface History {
  /**
   * The Changes of a resource after `position`, oldest first, from memory; `undefined` when they reach further back than memory
   * does. Read and subscribe in one go: nothing is missed between.
   */
  since(resource: string, position: number): readonly Change[] | undefined;
  /**
   * Those after `position` up to and including `to`, lived again from the log. Refused when the kind's retention has let go of
   * them.
   */
  replay(resource: string, position: number, to: number): AsyncIterable<Change> | Rejection;
  stop(): void;
}

/** What a history is made of. */
export interface Chronicle {
  readonly projection: Projection;
  readonly past: Past;
  readonly kinds: ReadonlyMap<string, Kind>;
  /** Changes held in memory per resource; at most twice as many are. */
  readonly changesMax?: number;
}

const changesMaxDefault = 1_024;

/** Changes of one resource, oldest first. */
interface Ring {
  changes: Change[];
  /** Every change after this position is held. */
  floor: number;
}

/** The index of the first change after `position`. */
const firstAfter = (changes: readonly Change[], position: number): number => {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle] as Change).position <= position)
      low = middle + 1; // low ≤ middle < high
    else high = middle;
  }
  return low;
};

/** Remembers what changes from here on. Start it once the World stands at the log's head. */
export const keepHistory = ({ projection, past, kinds, ...options }: Chronicle): History => {
  const changesMax = options.changesMax ?? changesMaxDefault;
  const { world }: { world: World } = projection;
  const start = world.position;
  const rings = new Map<string, Ring>();

  const subscription = projection.changes.subscribe((change) => {
    const { resource } = change.ref;
    let ring = rings.get(resource);
    if (!ring) rings.set(resource, (ring = { changes: [], floor: start }));
    ring.changes.push(change);
    if (ring.changes.length < 2 * changesMax) return;
    ring.floor = (ring.changes[changesMax - 1] as Change).position; // there are twice as many
    ring.changes = ring.changes.slice(changesMax);
  });

  return {
    since: (resource, position) => {
      const ring = rings.get(resource);
      if (position < (ring?.floor ?? start)) return undefined;
      if (!ring || position >= world.position) return [];
      return ring.changes.slice(firstAfter(ring.changes, position));
    },
    replay: (resource, position, to) =>
      kinds.get(resource)?.retention === 'forever'
        ? past.changesOf(resource, position, to)
        : expired(`too old resource version: ${position} (${rings.get(resource)?.floor ?? start})`),
    stop: () => subscription.unsubscribe(),
  };
};
