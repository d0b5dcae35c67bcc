import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { LogUnavailable } from '../log.ts';
import { damaged, inspect, numbered } from './inspection.ts';
import { type Entry, decode, encode, endOf, keyOf } from './record.ts';
import { type TableSums, checkSums, readSums, recordSums } from './table-sums.ts';

export const putting = (entry: Entry) => ({ type: 'put', key: keyOf(entry[0]), value: encode(entry) }) as const;
export const deleting = (position: number) => ({ type: 'del', key: keyOf(position) }) as const;

export type Operation = ReturnType<typeof putting> | ReturnType<typeof deleting>;

/** Entries by position, in LevelDB. What it answers has been checked against the checksum it was written with. */
export interface Store {
  /** Everything up to this position was there when the store was last opened. */
  readonly end: number;
  /** All or none; resolves once durable. After a failure nothing may be written before {@link Store.reopen}. */
  write(operations: readonly Operation[]): Promise<void>;
  /** The entry that begins at a position. */
  get(position: number): Entry | undefined;
  /** Entries from the first that begins at or after a position on; a bounded number of them, none past the last. */
  from(position: number): Promise<readonly Entry[]>;
  /** The last entry that begins at or before a position. */
  before(position: number): Promise<Entry | undefined>;
  /** Closes and opens anew, checked as at first: a write that failed may have left half of itself. */
  reopen(): Promise<void>;
  /** Records checksums of files that are new, so that damage is found the next time. */
  seal(): Promise<void>;
  /** Waits for reads under way. */
  close(): Promise<void>;
}

/** How many entries are read at a time, and about how many bytes: decoding them takes a millisecond or two. */
const entriesMax = 500;
const bytesMax = 1 << 20;

/** Measured: docs/decisions/embedded-log-on-leveldb.md. */
export const tuning = { keyEncoding: 'utf8', valueEncoding: 'utf8', writeBufferSize: 8 << 20 } as const;

const databaseAt = (location: string) => new ClassicLevel(location, tuning);
type Database = ReturnType<typeof databaseAt>;

/** LevelDB's own code and words, which abstract-level wraps. */
const causeOf = (error: unknown): { readonly code: string; readonly message: string } => {
  const { code = '', message, cause } = error as Error & { code?: string };
  return cause instanceof Error ? causeOf(cause) : { code, message };
};

/** Says why LevelDB refused. */
export const unavailable = (doing: string, error: unknown): LogUnavailable => {
  if (error instanceof LogUnavailable) return error;
  const { code, message } = causeOf(error);
  if (code === 'LEVEL_CORRUPTION') return damaged(`cannot ${doing}: ${message}`);
  return new LogUnavailable(`Cannot ${doing}: ${message}`, { cause: error });
};

/** Thrown by {@link openStore} when another process, or this one, has the directory open. */
export const isLocked = (error: unknown): boolean => causeOf(error).code === 'LEVEL_LOCKED';

/** LevelDB takes its lock before it looks at anything else: asked to make what exists, it fails either way, but tells how. */
const refuseLocked = async (location: string) => {
  const probe = databaseAt(location);
  await probe.open({ errorIfExists: true, createIfMissing: false }).then(
    () => probe.close(),
    (error: unknown) => {
      if (isLocked(error)) throw error;
    },
  );
};

/** LevelDB's tables, with the first and the last key of each. */
const tablesOf = (db: Database) =>
  Array.from(
    db.getProperty('leveldb.sstables').matchAll(/(\d+):\d+\['(\d+)' @ \d+ : \d+ \.\. '(\d+)'/g),
    ([, number, from = '', to = '']) => ({ number: Number(number), from, to }),
  );

/** Which table file holds a position, as far as LevelDB says; empty when none does. */
const fileOf = (db: Database, position: number): string => {
  const table = tablesOf(db).find(({ from, to }) => from <= keyOf(position) && keyOf(position) <= to);
  return table ? ` (file ${numbered(table.number, 'ldb')})` : '';
};

const checked = (db: Database, location: string, text: string, position: number | undefined): Entry => {
  const entry = decode(text);
  if (entry && (position === undefined || entry[0] === position)) return entry;
  const at = position ?? Number.parseInt(/^.{8}\[(\d+)/.exec(text)?.[1] ?? '', 10);
  const where = Number.isNaN(at) ? 'an entry' : `position ${at}${fileOf(db, at)}`;
  throw damaged(`${location}, ${where}: the checksum is wrong`);
};

/** Opens a database that is whole, or a new one. Throws before anything is changed when a file is missing or damaged. */
const connect = async (location: string, isNew: boolean): Promise<{ db: Database; end: number; sums: TableSums }> => {
  const exists = existsSync(join(location, 'CURRENT'));
  if (!exists && !isNew) throw damaged(`${location} holds no database`);
  if (exists) await refuseLocked(location);
  const { tables, largestKey } = exists ? await inspect(location) : { tables: [], largestKey: '' };
  const sums = await readSums(location);
  await checkSums(location, tables, sums);
  if (isNew && largestKey) throw damaged(`${location} holds events, but the file "format" beside it is missing`);
  const db = databaseAt(location);
  await db.open({ createIfMissing: !exists });
  const [last] = await db.values({ reverse: true, limit: 1 }).all();
  const end = last === undefined ? 0 : endOf(checked(db, location, last, undefined));
  if (keyOf(end) >= largestKey) return { db, end, sums };
  await db.close();
  throw damaged(`${location} ends at position ${end}, but ${Number(largestKey)} was written`);
};

/**
 * Opens the LevelDB database at `location`; `isNew` when there should be none yet. Throws {@link LogUnavailable}, or what
 * {@link isLocked} knows.
 */
export const openStore = async (location: string, isNew: boolean): Promise<Store> => {
  let { db, end, sums } = await connect(location, isNew);
  let ready = Promise.resolve();
  const underWay = new Set<Promise<unknown>>();

  const unreadable = (position: number, error: unknown) =>
    unavailable(`read "${location}" at position ${position}${fileOf(db, position)}`, error);
  const several = async (range: { gte: string } | { lte: string; reverse: true }, limit: number) => {
    await ready;
    const values = db.values({ ...range, limit, highWaterMarkBytes: bytesMax, fillCache: limit === 1 });
    const texts = values.nextv(limit);
    underWay.add(texts);
    try {
      return (await texts).map((text) => checked(db, location, text, undefined));
    } catch (error) {
      throw unreadable(Number('gte' in range ? range.gte : range.lte), error);
    } finally {
      await values.close();
      underWay.delete(texts);
    }
  };
  const disconnect = async () => {
    await Promise.allSettled(underWay);
    await db.close();
  };

  return {
    get end() {
      return end;
    },
    write: (operations) => db.batch<string, Buffer>([...operations], { sync: true, valueEncoding: 'buffer' }),
    get(position) {
      try {
        const text = db.getSync(keyOf(position));
        return text === undefined ? undefined : checked(db, location, text, position);
      } catch (error) {
        throw unreadable(position, error);
      }
    },
    from: (position) => several({ gte: keyOf(position) }, entriesMax),
    before: async (position) => (await several({ lte: keyOf(position), reverse: true }, 1))[0],
    reopen() {
      ready = disconnect().then(async () => {
        ({ db, end, sums } = await connect(location, false));
      });
      return ready;
    },
    async seal() {
      const tables = tablesOf(db).map(({ number }) => number);
      if (tables.length !== sums.size || tables.some((number) => !sums.has(number)))
        sums = await recordSums(location, tables, sums);
    },
    close: disconnect,
  };
};
