import type { Subscription } from 'rxjs';
import { type EventLog, LogUnavailable } from '../events/log.ts';
import type { Snapshots } from '../events/snapshots.ts';
import type { Projection } from './world.ts';

/** What a World wakes from. */
export interface Memory {
  readonly projection: Projection;
  readonly log: EventLog;
  readonly snapshots: Snapshots;
  /** Told when the log ends its subscription with an error; the World then stands still. */
  readonly onError: (error: unknown) => void;
}

/**
 * Brings the World to the log's head: the newest snapshots, then the events after them; it then follows the log until it is
 * unsubscribed. Resolves once the World shows every event that was there. Throws {@link LogUnavailable} when the snapshots tell of more than the log holds.
 */
export const wakeWorld = async ({ projection, log, snapshots, onError }: Memory): Promise<Subscription> => {
  const [kept, head] = await Promise.all([snapshots.head(), log.head()]);
  if (kept > head) {
    throw new LogUnavailable(
      `The snapshots stand at ${kept}, but the log ends at ${head}: it is not the log they were made from. Remove the snapshots to start from the log alone`,
    );
  }
  for await (const snapshot of snapshots.newest()) projection.restore(snapshot);
  projection.startAt(kept);
  for await (const recorded of log.read(kept, head)) projection.take(recorded);
  projection.startAt(head); // retention may have let go of the events at the head
  return log.after(head).subscribe({ next: projection.take, error: onError });
};
