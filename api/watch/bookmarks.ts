import type { Clock } from '../../events/clock.ts';
import type { World } from '../../projections/world.ts';
import { type Batch, batchOf, eventBytes } from './batch.ts';
import type { Line } from './sink.ts';
import type { Interest, Watchers } from './watchers.ts';

/** How often a watcher that nothing concerns hears how far the World is. */
export const bookmarkMs = 60_000;

/** The annotation of the bookmark after which a watcher has seen all that there was when it came. */
const initialEventsEnd = { 'k8s.io/initial-events-end': 'true' };

/** A bookmark: everything up to `position` has been sent. `initial` says that the state is complete. */
export const bookmark = ({ view }: Interest, position: number, initial = false): Batch =>
  batchOf([eventBytes('BOOKMARK', view.mark(String(position), initial ? initialEventsEnd : undefined))]);

/** What bookmarks need. */
export interface Marking {
  readonly world: World;
  readonly watchers: Watchers;
  readonly clock: Clock;
}

/** Sends one bookmark, after all that is on its way. */
export const mark = (line: Line, interest: Interest, { world, watchers }: Marking): void => {
  watchers.flush(interest);
  line.send(bookmark(interest, world.position));
};

/** Sends bookmarks for as long as the line stays. */
export const keepMarking = (line: Line, interest: Interest, marking: Marking): void => {
  let timer: unknown;
  const next = () => {
    timer = marking.clock.setTimeout(() => {
      mark(line, interest, marking);
      next();
    }, bookmarkMs);
  };
  next();
  line.onClose(() => marking.clock.clearTimeout(timer));
};
