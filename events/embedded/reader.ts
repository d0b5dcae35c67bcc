import { damaged } from './inspection.ts';
import { type Entry, type EventEntry, endOf, isGap, timeOf } from './record.ts';
import type { Store } from './store.ts';

/** Events in the order of the log, none left out. */
export interface Page {
  readonly events: readonly EventEntry[];
  /** Everything up to here is in this page or the ones before. */
  readonly end: number;
}

/** Reads a store, and refuses where a position is neither an event nor let go of. */
export interface Reader {
  /** A bounded number of events after `position`, up to and including `to`; its end is past `position` unless `to` is not. */
  page(position: number, to: number): Promise<Page>;
  /** The entry that a position belongs to. */
  covering(position: number): Promise<Entry>;
  /** The newest position recorded at or before `time`; 0 when all of the log is younger. */
  positionAt(time: number, head: number): Promise<number>;
}

export const readerOf = (store: Store, location: string): Reader => {
  const missing = (position: number) => damaged(`${location}: position ${position} is missing`);

  const covering = async (position: number): Promise<Entry> => {
    const entry = await store.before(position);
    if (!entry || endOf(entry) < position) throw missing(position);
    return entry;
  };

  return {
    covering,

    async page(position, to) {
      if (position >= to) return { events: [], end: position };
      const entries = await store.from(position + 1);
      const events: EventEntry[] = [];
      let end = position;
      // A page may begin within a gap, and gaps may have been joined since the last page was read.
      if (entries[0]?.[0] !== position + 1) end = endOf(await covering(position + 1));
      for (const entry of entries) {
        if (entry[0] <= end) continue;
        if (end >= to) break;
        if (entry[0] !== end + 1) throw missing(end + 1);
        if (!isGap(entry)) events.push(entry);
        end = endOf(entry);
      }
      return { events, end: Math.min(end, to) };
    },

    async positionAt(time, head) {
      let [low, high] = [0, head];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        const entry = await covering(middle);
        const [begin, end] = [entry[0], endOf(entry)];
        if (timeOf(entry) <= time) low = Math.min(end, high);
        else if (isGap(entry) && entry[2] <= time) return begin;
        else high = begin - 1;
      }
      return low;
    },
  };
};
