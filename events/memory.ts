import { Observable, type Subscriber } from 'rxjs';
import type { Clock } from './clock.ts';
import { type Recorded, streamOf } from './event.ts';
import { type Append, type EventLog, LogUnavailable, type Retention, StaleRevision } from './log.ts';
import { type Snapshot, type Snapshots, checkStep } from './snapshots.ts';

/** What is kept of one object: its newest events, oldest first. */
type Kept = Recorded[];

interface Reader {
  readonly subscriber: Subscriber<Recorded>;
  /** The position it was told last. */
  told: number;
}

/** Positions of what is kept for an age, oldest first; those before `gone` have been let go of. */
interface Aging {
  readonly positions: number[];
  gone: number;
}

/**
 * A log within one process, lost on exit: for simulation and specs. Readers are told synchronously, before the append
 * resolves. Positions have no gaps.
 */
export const memoryLog = (clock: Pick<Clock, 'now'>): EventLog => {
  /** By position, from 1 at index 0; undefined once let go of. */
  const all: (Recorded | undefined)[] = [];
  /** When each was recorded, kept for {@link EventLog.positionAt} also of what was let go of. */
  const times: number[] = [];
  const streams = new Map<string, Kept>();
  const aging = new Map<number, Aging>();
  const readers = new Set<Reader>();
  let telling = false;
  let closed = false;

  const tell = (reader: Reader) => {
    while (reader.told < all.length && !reader.subscriber.closed) {
      const recorded = all[reader.told++];
      if (recorded) reader.subscriber.next(recorded);
    }
  };

  /** What a reader appends while it is told is told in its turn, so that every reader sees the one order. */
  const tellAll = () => {
    if (telling) return;
    telling = true;
    for (let told = -1; told < all.length; ) {
      told = all.length;
      for (const reader of readers) tell(reader);
    }
    telling = false;
  };

  const letGo = ({ ref, position }: Recorded) => {
    all[position - 1] = undefined;
    const stream = streamOf(ref);
    const kept = streams.get(stream)?.filter((one) => one.position > position) ?? [];
    if (kept.length > 0) streams.set(stream, kept);
    else streams.delete(stream);
  };

  const letGoOfTheOld = () => {
    for (const [ageMsMax, old] of aging) {
      for (; old.gone < old.positions.length; old.gone++) {
        const recorded = all[(old.positions[old.gone] ?? 0) - 1];
        if (recorded && recorded.at > clock.now() - ageMsMax) break;
        if (recorded) letGo(recorded);
      }
    }
  };

  const keep = (recorded: Recorded, kept: Kept, retention: Retention) => {
    if (retention === 'newest') for (const one of kept.splice(0)) all[one.position - 1] = undefined;
    if (typeof retention === 'object') {
      const old = aging.get(retention.ageMsMax) ?? { positions: [], gone: 0 };
      aging.set(retention.ageMsMax, old);
      old.positions.push(recorded.position);
    }
    kept.push(recorded);
    all.push(recorded);
    times.push(recorded.at);
  };

  /** What an earlier append of this very command answered. */
  const answered = ({ expected, origin }: Append, kept: Kept): readonly Recorded[] => {
    const answer = kept.filter(
      ({ revision, origin: { command } }) => revision > expected && command === origin.command,
    );
    return answer[0]?.revision === expected + 1 ? answer : [];
  };

  const toldLater = (subscriber: Subscriber<Recorded>, position: number) => {
    const reader: Reader = { subscriber, told: position };
    readers.add(reader);
    tellAll();
    if (closed) subscriber.complete();
    return () => readers.delete(reader);
  };

  return {
    async append(append) {
      const { ref, events, expected, origin, retention } = append;
      const stream = streamOf(ref);
      if (closed) throw new LogUnavailable(`Cannot append to "${stream}": the log is closed`);
      if (events.length === 0) throw new RangeError(`Cannot append to "${stream}": there are no events`);
      letGoOfTheOld();
      const kept = streams.get(stream) ?? [];
      const actual = kept.at(-1)?.revision ?? -1;
      if (actual !== expected) {
        const answer = answered(append, kept);
        if (answer.length > 0) return answer;
        throw new StaleRevision(stream, expected, actual);
      }

      const at = Math.max(clock.now(), times.at(-1) ?? 0);
      streams.set(stream, kept);
      const recorded = events.map((event, i): Recorded => {
        return { ref, event, position: all.length + 1 + i, revision: actual + 1 + i, at, origin };
      });
      for (const one of recorded) keep(one, kept, retention);
      tellAll();
      return recorded;
    },

    async *stream(ref, fromRevision = 0) {
      letGoOfTheOld();
      const kept = streams.get(streamOf(ref)) ?? [];
      yield* kept.filter(({ revision }) => revision >= fromRevision);
    },

    async *read(position, to = all.length) {
      letGoOfTheOld();
      for (let i = position, end = Math.min(to, all.length); i < end; i++) {
        const recorded = all[i];
        if (recorded) yield recorded;
      }
    },

    after: (position) =>
      new Observable((subscriber) => {
        letGoOfTheOld();
        return toldLater(subscriber, position);
      }),

    head: async () => all.length,

    async positionAt(time) {
      let [low, high] = [0, times.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((times[middle] as number) <= time) low = middle + 1;
        else high = middle;
      }
      return low;
    },

    async close() {
      closed = true;
      for (const { subscriber } of readers) subscriber.complete();
    },
  };
};

const newestOf = (snapshots: readonly Snapshot[], position: number) =>
  snapshots.findLast((snapshot) => snapshot.position <= position);

/** States of objects within one process, lost on exit. */
export const memorySnapshots = (): Snapshots => {
  /** By stream, oldest first. */
  const kept = new Map<string, Snapshot[]>();
  let head = 0;

  return {
    head: async () => head,

    async keep(position, changed) {
      checkStep(head, position, changed);
      for (const snapshot of changed) {
        const stream = streamOf(snapshot.ref);
        const snapshots = kept.get(stream) ?? [];
        snapshots.push(snapshot);
        kept.set(stream, snapshots);
      }
      head = position;
    },

    async *newest() {
      for (const snapshots of kept.values()) {
        const newest = snapshots.at(-1);
        if (newest?.object !== undefined) yield newest;
      }
    },

    at: async (ref, position) => newestOf(kept.get(streamOf(ref)) ?? [], position),

    async *allAt(resource, namespace, position) {
      for (const snapshots of kept.values()) {
        const ref = snapshots[0]?.ref;
        if (ref?.resource !== resource || (namespace !== undefined && ref.namespace !== namespace)) continue;
        const found = newestOf(snapshots, position);
        if (found) yield found;
      }
    },

    close: async () => undefined,
  };
};
