import { streamOf } from '../events/event.ts';
import type { Snapshot, Snapshots } from '../events/snapshots.ts';
import { keptMark } from './past.ts';
import type { Projection } from './world.ts';

/** Writes snapshots while the World moves on. */
export interface Keeper {
  /** Keeps what changed since the last time, and stops. */
  stop(): Promise<void>;
}

/** What a keeper needs. */
export interface Keeping {
  readonly projection: Projection;
  readonly snapshots: Snapshots;
  /** How many events lie between two snapshots, and so about how many a restart reads. */
  readonly everyEvents?: number;
  /** Told when snapshots could not be written; what changed is kept with the next. */
  readonly onError: (error: unknown) => void;
}

/** Short enough to be read again at a start in well under a second. */
const everyEventsDefault = 5_000;

/**
 * Keeps the states of what changed, every so many events, so that restarts and reads of the past fold few events. An object
 * that does not change is not written again. Start it before the World wakes: what the log adds to the last snapshots is kept too.
 */
export const keepSnapshots = ({ projection, snapshots, onError, ...options }: Keeping): Keeper => {
  if (projection.world.position !== 0)
    throw new Error(
      `Cannot keep snapshots from ${projection.world.position} on: what the World read before would be missing. Start before it wakes`,
    );
  const everyEvents = options.everyEvents ?? everyEventsDefault;
  let changed = new Map<string, Snapshot>();
  let events = 0;
  let writing: Promise<void> | undefined;

  const write = async (position: number, states: Map<string, Snapshot>) => {
    const mark: Snapshot = { ref: keptMark, position, revision: 0, object: undefined };
    try {
      await snapshots.keep(position, [...states.values(), mark]);
    } catch (error) {
      onError(error);
      // What changed since then is newer.
      for (const [id, state] of states) if (!changed.has(id)) changed.set(id, state);
    }
  };

  const keep = () => {
    const states = changed;
    changed = new Map();
    events = 0;
    writing = write(projection.world.position, states).finally(() => {
      writing = undefined;
    });
  };

  const subscription = projection.changes.subscribe(({ ref, position, recorded, after }) => {
    changed.set(streamOf(ref), { ref, position, revision: recorded.revision, object: after });
    events += 1;
    if (events >= everyEvents && !writing) keep();
  });

  return {
    stop: async () => {
      subscription.unsubscribe();
      await writing;
      if (changed.size > 0) keep();
      await writing;
    },
  };
};
