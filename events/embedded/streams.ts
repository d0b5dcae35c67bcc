import { setImmediate as soon } from 'node:timers/promises';
import type { Reader } from './reader.ts';
import { type Entry, type EventEntry, isGap, stride } from './record.ts';
import type { Store } from './store.ts';
import type { Tails } from './tails.ts';

/** A stream's newest event. */
export interface Tail {
  readonly position: number;
  readonly revision: number;
  /** When it was recorded, ms since the Unix epoch. */
  readonly at: number;
  /** Of the newest event, this one included, whose revision is a multiple of {@link stride}; 0: none. */
  readonly milestone: number;
}

export const tailOf = ([position, revision, at, , milestone]: EventEntry): Tail => ({
  position,
  revision,
  at,
  milestone: revision % stride === 0 ? position : milestone,
});

/** Each object's events, found from its newest by the chain that the events themselves are. */
export interface Streams {
  /** The newest event that is durable; undefined when there is none. Most are known at once, without a promise. */
  tail(stream: string): Tail | undefined | Promise<Tail | undefined>;
  moved(stream: string, before: number, tail: Tail): void;
  /** Retention let go of what was the newest. */
  ended(stream: string, position: number): void;
  /** What is kept from `revision` on, oldest first. */
  history(stream: string, revision: number): AsyncGenerator<EventEntry>;
  /** The events from `revision` on that `command` caused without a break; none when `revision` itself is not of them. */
  causedBy(stream: string, revision: number, command: string): Promise<readonly EventEntry[]>;
}

/** Streams whose newest event is remembered rather than looked up. */
const rememberedMax = 10_000;
/** Steps along a chain before others get their turn: about a millisecond. */
const stepsMax = 200;
/** Events of a history that are held while older ones are looked for; older ones are read twice. */
const heldMax = 1000;
/** An append of more events than this is not known again by its command. */
const togetherMax = 256;

export const streamsOf = (store: Store, reader: Reader, tails: Tails): Streams => {
  const remembered = new Map<string, Tail>();

  const remember = (stream: string, tail: Tail): Tail => {
    const [oldest] = remembered.size >= rememberedMax ? remembered.keys() : [];
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(stream, tail);
    return tail;
  };

  const entryAt = async (position: number): Promise<Entry> => store.get(position) ?? reader.covering(position);

  /** Some candidate is not an event: retention let go of it after the last checkpoint. Others may append meanwhile. */
  const tidy = async (stream: string): Promise<Tail | undefined> => {
    for (const position of tails.find(stream)) if (isGap(await entryAt(position))) tails.remove(stream, position);
    return streams.tail(stream);
  };

  /** Event by event towards the oldest, by milestones while they are not older than `toward`. */
  async function* back(from: Tail | undefined, toward: number): AsyncGenerator<EventEntry> {
    let steps = 0;
    for (let position = from?.position ?? 0; position > 0; ) {
      if (++steps % stepsMax === 0) await soon();
      const entry = await entryAt(position);
      if (isGap(entry)) return;
      yield entry;
      const milestone = Math.floor((entry[1] - 1) / stride) * stride;
      position = milestone >= toward && entry[4] > 0 ? entry[4] : entry[3];
    }
  }

  const streams: Streams = {
    tail(stream) {
      const known = remembered.get(stream);
      if (known) return known;
      for (const position of tails.find(stream)) {
        const entry = store.get(position);
        if (!entry || isGap(entry)) return tidy(stream);
        if (entry[6] === stream) return remember(stream, tailOf(entry));
      }
      return undefined;
    },

    moved(stream, before, tail) {
      tails.move(stream, before, tail.position);
      remember(stream, tail);
    },

    ended(stream, position) {
      tails.remove(stream, position);
      if (remembered.get(stream)?.position === position) remembered.delete(stream);
    },

    async *history(stream, revision) {
      const older: number[] = [];
      const held: EventEntry[] = [];
      for await (const entry of back(await streams.tail(stream), Number.POSITIVE_INFINITY)) {
        if (entry[1] < revision) break;
        if (held.length < heldMax) held.push(entry);
        else older.push(entry[0]);
        if (entry[1] === revision) break;
      }
      for (const position of older.reverse()) {
        const entry = await entryAt(position);
        if (!isGap(entry)) yield entry;
      }
      yield* held.reverse();
    },

    async causedBy(stream, revision, command) {
      const newest = await streams.tail(stream);
      const found: EventEntry[] = [];
      for await (const entry of back(newest, revision)) {
        if (entry[1] === revision && entry[7] !== command) return [];
        if (entry[1] <= revision) break;
      }
      for await (const entry of back(newest, revision + togetherMax)) {
        if (entry[1] < revision) break;
        if (entry[1] < revision + togetherMax) found.unshift(entry);
      }
      const end = found.findIndex((entry) => entry[7] !== command);
      return found[0]?.[1] === revision ? found.slice(0, end < 0 ? found.length : end) : [];
    },
  };
  return streams;
};
