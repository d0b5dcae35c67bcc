import { type Database, openDatabase, unavailable } from './database.ts';
import { damaged, numbered } from './inspection.ts';
import { type Entry, decode, encode, endOf, keyOf } from './record.ts';

export const putting = (entry: Entry) => ({ type: 'put', key: keyOf(entry[0]), value: encode(entry) }) as const;
export const deleting = (position: number) => ({ type: 'del', key: keyOf(position) }) as const;

export type Operation = ReturnType<typeof putting> | ReturnType<typeof deleting>;

/** Entries by position, in LevelDB. What it answers has been checked against the checksum it was written with. */
export interface Store {
  /** Everything up to this position was there when the store was last opened. */
  readonly end: number;
  /** All or none; resolves once durable. After a failure it goes on failing until {@link Store.reopen}. */
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

const asBytes = { valueEncoding: 'buffer' } as const;

/** Which table file holds a position, as far as LevelDB says; empty when none does. */
const fileOf = ({ level }: Database, position: number): string => {
  const key = keyOf(position);
  const tables = level.getProperty('leveldb.sstables').matchAll(/^ (\d+):\d+\['(\d+)' @ \d+ : \d+ \.\. '(\d+)'/gm);
  for (const [, number, from = '', to = ''] of tables)
    if (from <= key && key <= to) return ` (file ${numbered(Number(number), 'ldb')})`;
  return '';
};

/** Opens the database at `location`, or makes one; it must be empty if it `isNew`. */
const connect = async (location: string, isNew: boolean) => {
  const database = await openDatabase(location, isNew);
  const { level, largestKey } = database;

  const checked = (text: string, position?: number): Entry => {
    const entry = decode(text);
    if (entry && (position === undefined || entry[0] === position)) return entry;
    const at = position ?? Number.parseInt(/^.{8}\[(\d+)/.exec(text)?.[1] ?? '', 10);
    const where = Number.isNaN(at) ? 'an entry' : `position ${at}${fileOf(database, at)}`;
    throw damaged(`${location}, ${where}: the checksum is wrong`);
  };

  try {
    const [last] = await level.values({ reverse: true, limit: 1 }).all();
    const end = last === undefined ? 0 : endOf(checked(last));
    if (isNew && end > 0) throw damaged(`${location} holds events, but the file "format" beside it is missing`);
    if (keyOf(end) < largestKey)
      throw damaged(`${location} ends at position ${end}, but ${Number(largestKey)} was written`);
    return { database, level, checked, end };
  } catch (error) {
    await database.close();
    throw error;
  }
};

/**
 * Opens the entries at `location`; `isNew` when there should be none yet. Throws LogUnavailable, or what isLocked knows.
 */
export const openStore = async (location: string, isNew: boolean): Promise<Store> => {
  let { database, level, checked, end } = await connect(location, isNew);
  let ready = Promise.resolve();
  /** A write failed. LevelDB would go on behind the half of it that is in its journal, and not find the way there again. */
  let spoiled: { readonly error: unknown } | undefined;
  const underWay = new Set<Promise<unknown>>();

  const unreadable = (position: number, error: unknown) =>
    unavailable(`read "${location}" at position ${position}${fileOf(database, position)}`, error);

  const several = async (range: { gte: string } | { lte: string; reverse: true }, limit: number) => {
    await ready;
    const values = level.values({ ...range, limit, highWaterMarkBytes: bytesMax, fillCache: limit === 1 });
    const texts = values.nextv(limit);
    underWay.add(texts);
    try {
      return (await texts).map((text) => checked(text));
    } catch (error) {
      throw unreadable(Number('gte' in range ? range.gte : range.lte), error);
    } finally {
      await values.close();
      underWay.delete(texts);
    }
  };
  const disconnect = async () => {
    await Promise.allSettled(underWay);
    await database.close();
  };

  return {
    get end() {
      return end;
    },
    async write(operations) {
      if (spoiled) throw spoiled.error;
      const batch = level.batch();
      for (const operation of operations)
        if (operation.type === 'put') batch.put(operation.key, operation.value, asBytes);
        else batch.del(operation.key);
      await batch.write({ sync: true }).catch((error: unknown) => {
        spoiled = { error };
        throw error;
      });
    },
    get(position) {
      try {
        const text = level.getSync(keyOf(position));
        return text === undefined ? undefined : checked(text, position);
      } catch (error) {
        throw unreadable(position, error);
      }
    },
    from: (position) => several({ gte: keyOf(position) }, entriesMax),
    before: async (position) => (await several({ lte: keyOf(position), reverse: true }, 1))[0],
    reopen() {
      ready = disconnect().then(async () => {
        ({ database, level, checked, end } = await connect(location, false));
        spoiled = undefined;
      });
      return ready;
    },
    seal: () => database.seal(),
    close: disconnect,
  };
};
