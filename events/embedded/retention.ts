import type { Reader } from './reader.ts';
import { type Entry, type GapEntry, endOf, isGap, timeOf } from './record.ts';
import { type Operation, type Store, deleting, putting } from './store.ts';
import type { Streams } from './streams.ts';

/** Lets go of what is not to be kept. A gap stands in its place, so that damage can be told from what was let go of. */
export interface Retention {
  /** There is something at `position` that is kept for an age. */
  ages(ageMs: number, position: number): void;
  /** A gap was put at `position`; it may have neighbours to be joined with. */
  opened(position: number): void;
  /** Gaps that wait to be joined. */
  readonly waiting: number;
  /** Lets go of what is due, and joins gaps. */
  sweep(): Promise<void>;
}

/** What retention needs of the log. */
export interface Ground {
  readonly store: Store;
  readonly reader: Reader;
  readonly streams: Streams;
  /** For each age, the position up to which what is too old has been let go of; moved on here. */
  readonly swept: Map<number, number>;
  now(): number;
  head(): number;
  /** Resolves once the operations are durable. */
  write(operations: readonly Operation[]): Promise<void>;
}

/** Positions let go of in one write. */
const positionsMax = 500;

const gapOf = (entry: Entry): GapEntry => [entry[0], endOf(entry), entry[2], timeOf(entry)];

export const retentionOn = ({ store, reader, streams, swept, now, head, write }: Ground): Retention => {
  let opened: number[] = [];

  /** The gap that ends or begins right beside an entry. */
  const neighbours = async (entry: Entry): Promise<Entry[]> => {
    const left = entry[0] > 1 ? await store.before(entry[0] - 1) : undefined;
    const right = store.get(endOf(entry) + 1);
    return [left, right].filter((one) => one !== undefined && isGap(one)) as Entry[]; // undefined is filtered out
  };

  /** Puts one gap where these entries and the gaps beside them are. */
  const join = async (entries: readonly Entry[]): Promise<void> => {
    const parts = new Map(entries.map((entry) => [entry[0], entry]));
    for (const entry of entries) for (const one of await neighbours(entry)) parts.set(one[0], one);
    const operations: Operation[] = [];
    let joined: GapEntry | undefined;
    for (const part of [...parts.values()].sort((a, b) => a[0] - b[0])) {
      if (joined && part[0] === joined[1] + 1) {
        operations.push(deleting(part[0]));
        joined = [joined[0], endOf(part), joined[2], timeOf(part)];
      } else {
        if (joined) operations.push(putting(joined));
        joined = gapOf(part);
      }
    }
    if (joined) operations.push(putting(joined));
    await write(operations);
    for (const entry of entries) if (!isGap(entry)) streams.ended(entry[6], entry[0]);
  };

  const joinOpened = async () => {
    const positions = opened.sort((a, b) => a - b);
    opened = [];
    for (let i = 0; i < positions.length; i += positionsMax) {
      const entries = positions.slice(i, i + positionsMax).map((position) => store.get(position));
      await join(entries.filter((entry) => entry !== undefined && isGap(entry)) as Entry[]); // undefined is filtered out
    }
  };

  const sweepAge = async (ageMs: number, from: number): Promise<void> => {
    const [until, to] = [now() - ageMs, head()];
    for (let position = from; position < to; ) {
      const { events, end } = await reader.page(position, to);
      const tooYoung = events.find((entry) => entry[2] > until);
      await join(events.filter((entry) => entry[5] === ageMs && entry[2] <= until));
      position = tooYoung ? tooYoung[0] - 1 : end;
      swept.set(ageMs, position);
      if (tooYoung) return;
    }
  };

  return {
    get waiting() {
      return opened.length;
    },
    ages(ageMs, position) {
      if (!swept.has(ageMs)) swept.set(ageMs, position - 1);
    },
    opened: (position) => void opened.push(position),
    async sweep() {
      await joinOpened();
      for (const [ageMs, position] of swept) await sweepAge(ageMs, position);
    },
  };
};
