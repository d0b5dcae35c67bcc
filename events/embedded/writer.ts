import { type Recorded, streamOf } from '../event.ts';
import { type Append, StaleRevision } from '../log.ts';
import type { Commits } from './commits.ts';
import { type EventEntry, numberOf, recordedOf, whoOf } from './record.ts';
import { putting } from './store.ts';
import { type Streams, type Tail, tailOf } from './streams.ts';

/** Events that have just become durable. */
export interface Landed {
  readonly recorded: readonly Recorded[];
  readonly retention: Append['retention'];
  readonly stream: string;
  readonly before: Tail | undefined;
  readonly tail: Tail;
  /** Events that these took the place of. */
  readonly passed: readonly Tail[];
}

/** Numbers events and sends them on their way. */
export interface Writer {
  append(append: Append): Promise<readonly Recorded[]>;
  /** The next event goes behind this one. After a failure, and at first. */
  goOn(position: number, at: number): void;
}

/** What the writer needs of the log. */
export interface Desk {
  readonly streams: Streams;
  readonly commits: Commits;
  now(): number;
  landed(landed: Landed): void;
  failed(error: unknown): Error;
  /** Takes note of work that must be let finish. */
  awaited<T>(work: Promise<T>): Promise<T>;
}

/** Bytes of one append. EventStoreDB's limit is as high. */
const appendBytesMax = 16 << 20;

interface InFlight {
  readonly tail: Tail;
  /** Settles with the append. */
  readonly done: Promise<unknown>;
}

export const openWriter = ({ streams, commits, now, landed, failed, awaited }: Desk): Writer => {
  /** The newest event of each stream that is on its way, as it will be. */
  const flying = new Map<string, InFlight>();
  let newest = 0;
  let newestAt = 0;

  /** What is written, in order: each event, and where only the newest is kept, a gap in place of the one before. */
  const prepare = ({ events, origin, retention }: Append, stream: string, before: Tail | undefined, at: number) => {
    const [who, kept] = [whoOf(origin), numberOf(retention)];
    const { command, causes } = origin;
    const operations: ReturnType<typeof putting>[] = [];
    const tails: Tail[] = [];
    const passed: Tail[] = [];
    let tail = before;
    let position = newest;
    for (const event of events) {
      const [revision, previous, milestone] = tail ? [tail.revision + 1, tail.position, tail.milestone] : [0, 0, 0];
      position++;
      // biome-ignore format: the order is the record's
      const entry: EventEntry = [position, revision, at, previous, milestone, kept, stream, command, who, causes, event];
      operations.push(putting(entry));
      if (retention === 'newest' && tail) {
        operations.push(putting([tail.position, tail.position, tail.at, tail.at]));
        passed.push(tail);
      }
      tail = tailOf(entry);
      tails.push(tail);
    }
    return { operations, tails, passed };
  };

  const send = (append: Append, stream: string, before: Tail | undefined): Promise<readonly Recorded[]> => {
    const at = Math.max(now(), newestAt);
    const { operations, tails, passed } = prepare(append, stream, before, at);
    const tail = tails.at(-1) as Tail; // there is at least one event
    const bytes = operations.reduce((sum, { value }) => sum + value.length, 0);
    if (bytes > appendBytesMax)
      throw new RangeError(`Cannot append to "${stream}": ${bytes} bytes are more than ${appendBytesMax}`);
    const { ref, events, origin, retention } = append;
    const recorded = events.map((event, i): Recorded => {
      const { position, revision } = tails[i] as Tail; // one for each event
      return { ref, event, position, revision, at, origin };
    });
    const { promise: done, resolve, reject } = Promise.withResolvers<readonly Recorded[]>();
    // When too much waits already this throws, and nothing has been numbered yet.
    commits.add({
      operations,
      bytes,
      landed() {
        if (flying.get(stream)?.tail === tail) flying.delete(stream);
        landed({ stream, before, tail, recorded, retention, passed });
        resolve(recorded);
      },
      failed(error) {
        flying.delete(stream);
        reject(failed(error));
      },
    });
    flying.set(stream, { tail, done });
    [newest, newestAt] = [tail.position, at];
    return done;
  };

  /** The stream is durably somewhere else; this command may have moved it there. */
  const refuse = async ({ expected, origin }: Append, stream: string, found: Tail | undefined) => {
    const moved = found && expected < found.revision;
    const answer = moved ? await streams.causedBy(stream, expected + 1, origin.command) : [];
    if (answer.length > 0) return answer.map(recordedOf);
    throw new StaleRevision(stream, expected, found?.revision ?? -1);
  };

  /** Waits for what must be known first, and decides then in one go. */
  const reconsider = async (append: Append, stream: string): Promise<readonly Recorded[]> => {
    for (;;) {
      const ahead = flying.get(stream);
      const found = ahead?.tail ?? streams.tail(stream);
      if (found instanceof Promise) await found;
      else if ((found?.revision ?? -1) === append.expected) return send(append, stream, found);
      else if (ahead) await Promise.allSettled([ahead.done]);
      else return refuse(append, stream, found);
    }
  };

  return {
    goOn(position, at) {
      [newest, newestAt] = [position, Math.max(at, newestAt)];
    },

    async append(append) {
      const stream = streamOf(append.ref);
      if (append.events.length === 0) throw new RangeError(`Cannot append to "${stream}": there are no events`);
      const found = flying.get(stream)?.tail ?? streams.tail(stream);
      if (found instanceof Promise || (found?.revision ?? -1) !== append.expected)
        return awaited(reconsider(append, stream));
      return send(append, stream, found);
    },
  };
};
