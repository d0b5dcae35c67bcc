import type { Clock } from '../clock.ts';
import { readCheckpoint } from './checkpoint.ts';
import { isLocked, unavailable } from './database.ts';
import { type Directory, claim, inUse, lookAt } from './directory.ts';
import { damaged } from './inspection.ts';
import { type Reader, readerOf } from './reader.ts';
import { type EventEntry, timeOf } from './record.ts';
import { type Store, openStore } from './store.ts';
import { type Streams, streamsOf, tailOf } from './streams.ts';
import { type Tails, openTails } from './tails.ts';

/** What is told of things that no caller hears of. */
export type Report = (what: string, error?: unknown) => void;

/** A log as it was found. */
export interface Recovered {
  readonly directory: Directory;
  /** The log's own line, which no other has. */
  readonly line: string;
  readonly store: Store;
  readonly reader: Reader;
  readonly tails: Tails;
  readonly streams: Streams;
  /** For each age that events are kept for, the position up to which those too old have been let go of. */
  readonly swept: Map<number, number>;
  /** Position of the checkpoint it was read from; 0: none. */
  readonly checkpoint: number;
  /** When the newest event was recorded; 0: there is none. */
  readonly at: number;
}

const openStoreIn = async (directory: Directory): Promise<Store> => {
  try {
    return await openStore(directory.events, directory.line === undefined);
  } catch (error) {
    throw isLocked(error) ? await inUse(directory) : unavailable(`open "${directory.events}"`, error);
  }
};

/** Takes note of the events after `position`, up to and including `to`. */
export const replay = async (
  { reader, streams, swept }: Pick<Recovered, 'reader' | 'streams' | 'swept'>,
  position: number,
  to: number,
  told: (events: readonly EventEntry[]) => void = () => undefined,
): Promise<void> => {
  for (let done = position; done < to; ) {
    const { events, end } = await reader.page(done, to);
    for (const entry of events) {
      const [at, , , previous, , kept, stream] = entry;
      streams.moved(stream, previous, tailOf(entry));
      if (kept > 0 && !swept.has(kept)) swept.set(kept, at - 1);
    }
    told(events);
    done = end;
  }
};

/** Opens what is in a directory, and reads what came after its checkpoint. */
export const recover = async (path: string, clock: Pick<Clock, 'now'>, report: Report): Promise<Recovered> => {
  const directory = await lookAt(path);
  const store = await openStoreIn(directory);
  try {
    const line = await claim(directory, clock);
    const stored = await readCheckpoint(directory.checkpoint);
    const checkpoint = stored?.log === line ? stored : { head: 0, shelves: [], swept: [] };
    if (checkpoint.head > store.end)
      throw damaged(`${directory.events} ends at position ${store.end}, but ${checkpoint.head} was acknowledged`);
    if (checkpoint.head === 0 && store.end > 0)
      report(`The checkpoint in "${path}" is missing or damaged: the whole log is read to make it again`);
    const reader = readerOf(store, directory.events);
    const tails = openTails(checkpoint.shelves);
    const streams = streamsOf(store, reader, tails);
    const swept = new Map(checkpoint.swept);
    await replay({ reader, streams, swept }, checkpoint.head, store.end);
    const at = store.end > 0 ? timeOf(await reader.covering(store.end)) : 0;
    return { directory, line, store, reader, tails, streams, swept, checkpoint: checkpoint.head, at };
  } catch (error) {
    await store.close();
    throw error;
  }
};
