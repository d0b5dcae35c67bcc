import { rm } from 'node:fs/promises';
import { setImmediate as soon } from 'node:timers/promises';
import type { Ref } from '../event.ts';
import { LogUnavailable } from '../log.ts';
import { type Snapshot, type Snapshots, checkStep } from '../snapshots.ts';
import { type Database, isLocked, openDatabase, unavailable } from './database.ts';
import { type Directory, inUse, lookAt } from './directory.ts';
import { Damage } from './inspection.ts';
import type { Report } from './recovery.ts';
import * as keys from './snapshot-records.ts';
import { type Head, type State, type Tail, readKey, seal, sealJson, snapshotOf, unseal } from './snapshot-records.ts';

export interface EmbeddedSnapshotsOptions {
  /** Of the log, which must have been opened before. */
  readonly directory: string;
  /** The log's newest position; snapshots that reach further are dropped. */
  readonly head: number;
  /** Told when snapshots are dropped, and why. */
  readonly report: Report;
}

/** What is read, or put into a batch, before others get their turn: a few milliseconds' worth. */
const pageMax = 100;
const pageBytesMax = 1 << 20;
/** The sum of positions is kept below this. */
const sumsMax = 2 ** 48;

type Level = Database['level'];

/** Entries in the order of their keys; the next page is read while one is told. */
async function* pages(level: Level, range: { gt: string; lt: string }): AsyncGenerator<readonly [string, string][]> {
  const entries = level.iterator({ ...range, highWaterMarkBytes: pageBytesMax, fillCache: false });
  try {
    for (let next = entries.nextv(pageMax); ; ) {
      const page = await next;
      if (page.length === 0) return;
      next = entries.nextv(pageMax);
      next.catch(() => undefined); // awaited above, unless the reader leaves
      yield page;
    }
  } finally {
    await entries.close();
  }
}

/** What is wrong with them; undefined when nothing is. Values are checked when they are read. */
const flawOf = async (level: Level, line: string, end: number): Promise<string | undefined> => {
  const text = level.getSync(keys.headKey);
  if (text === undefined) return (await level.keys({ limit: 1 }).all()).length > 0 ? 'they have no head' : undefined;
  const head = unseal(keys.headKey, text) as Head | undefined; // only a head is stored under its key
  if (!head) return 'the checksum of their head is wrong';
  const [log, position, count, sum] = head;
  if (log !== line) return 'they are of another log';
  if (position > end) return `they reach position ${position}, the log ends at ${end}`;
  let [found, total] = [0, 0];
  const newest = level.keys({ ...keys.allNewest, highWaterMarkBytes: pageBytesMax, fillCache: false });
  for (let page = await newest.nextv(pageMax); page.length > 0; page = await newest.nextv(pageMax)) {
    found += page.length;
    for (const key of page) total = (total + readKey(key).position) % sumsMax;
  }
  await newest.close();
  return found === count && total === sum
    ? undefined
    : `${found} states are there instead of ${count}, or not the same`;
};

/** Opens what is there, if it is whole and follows from the log; makes it anew otherwise. */
const openWhole = async (directory: Directory, line: string, end: number, report: Report): Promise<Database> => {
  const location = directory.snapshots;
  let flaw: string | undefined;
  try {
    const database = await openDatabase(location, true);
    flaw = await flawOf(database.level, line, end).catch((error: unknown) => unavailable('read them', error).message);
    if (flaw === undefined) return database;
    await database.close();
  } catch (error) {
    if (isLocked(error)) throw await inUse(directory);
    const reason = unavailable(`open "${location}"`, error);
    if (!(reason instanceof Damage)) throw reason;
    flaw = reason.what;
  }
  report(`The snapshots in "${location}" are dropped and will be made again from the log: ${flaw}`);
  for (const path of [location, `${location}.sums`]) await rm(path, { recursive: true, force: true });
  return openDatabase(location, true);
};

/**
 * Opens the snapshots beside an embedded log. Those that are damaged, or not of this log, or reach beyond it, are dropped.
 * Throws LogUnavailable when they cannot be written, and later where one turns out to be damaged: the next start drops them.
 */
export const openEmbeddedSnapshots = async (options: EmbeddedSnapshotsOptions): Promise<Snapshots> => {
  const directory = await lookAt(options.directory);
  const { line } = directory;
  if (line === undefined)
    throw new LogUnavailable(`Cannot keep snapshots in "${options.directory}": it holds no log yet`);
  const database = await openWhole(directory, line, options.head, options.report);
  const { level } = database;
  const stored = level.getSync(keys.headKey);
  let head = ((stored && unseal(keys.headKey, stored)) || [line, 0, 0, 0]) as Head; // as above
  let turn: Promise<unknown> = Promise.resolve();

  const fail = async (key: string): Promise<never> => {
    await level.del(keys.headKey); // without it the next start drops them
    throw new LogUnavailable(
      `The snapshots in "${directory.snapshots}" are damaged at "${key.replaceAll('\0', '/')}". Start again: they are dropped then and made again from the log`,
    );
  };
  const wholeState = async (key: string, text: string | undefined): Promise<State> =>
    ((text === undefined ? undefined : unseal(key, text)) as State | undefined) ?? fail(key); // the caller knows the key
  const wholeTail = async (key: string, text: string): Promise<Tail> =>
    (unseal(key, text) as Tail | undefined) ?? fail(key); // the caller knows the key

  const stateAt = async (ref: Ref, position: number): Promise<Snapshot | undefined> => {
    if (position === 0) return undefined;
    const key = keys.stateKey(ref, position);
    return snapshotOf(ref, position, await wholeState(key, await level.get(key)));
  };

  /** The state that the next one, or the tail, says was the newest at a position. */
  const at = async (ref: Ref, position: number): Promise<Snapshot | undefined> => {
    const [next] = await level.iterator({ ...keys.statesAfter(ref, position), limit: 1 }).all();
    const key = next ? next[0] : keys.tailKey(ref);
    const text = next ? next[1] : await level.get(key);
    if (text === undefined) return undefined;
    const found = next ? (await wholeState(key, text))[1] : (await wholeTail(key, text))[0];
    return found > position ? fail(key) : stateAt(ref, found);
  };

  /** {@link at}, knowing the object's tail. */
  const asOf = async (key: string, text: string, position: number): Promise<Snapshot | undefined> => {
    const { ref } = readKey(key);
    const [newest] = await wholeTail(key, text);
    return newest > position ? at(ref, position) : stateAt(ref, newest);
  };

  const keep = async (position: number, changed: readonly Snapshot[]): Promise<void> => {
    checkStep(head[1], position, changed);
    const tailKeys = changed.map(({ ref }) => keys.tailKey(ref));
    const tails = new Map<string, Tail>();
    for (let i = 0; i < tailKeys.length; i += pageMax) {
      const some = tailKeys.slice(i, i + pageMax);
      for (const [k, text] of (await level.getMany(some)).entries())
        if (text !== undefined) tails.set(some[k] as string, await wholeTail(some[k] as string, text));
    }

    let [, , count, sum] = head;
    const batch = level.batch();
    const put = (key: string, value: Tail | Head) => batch.put(key, seal(key, value));
    for (const [i, { ref, position: of, revision, object }] of changed.entries()) {
      const [before, existed] = tails.get(tailKeys[i] as string) ?? [0, false];
      const state: State = object === undefined ? [revision, before] : [revision, before, object];
      const json = JSON.stringify(state);
      const putState = (key: string) => batch.put(key, sealJson(key, json));
      const exists = object !== undefined;
      putState(keys.stateKey(ref, of));
      if (existed) batch.del(keys.newestKey(ref, before));
      if (exists) putState(keys.newestKey(ref, of));
      put(tailKeys[i] as string, [of, exists]);
      tails.set(tailKeys[i] as string, [of, exists]);
      count += Number(exists) - Number(existed);
      sum = (sum + (exists ? of : 0) + sumsMax - (existed ? before : 0)) % sumsMax;
      if (i % pageMax === pageMax - 1) await soon();
    }
    const moved: Head = [line, position, count, sum];
    put(keys.headKey, moved);
    await batch.write({ sync: true });
    head = moved;
  };

  return {
    head: async () => head[1],
    async keep(position, changed) {
      const kept = turn.then(() => keep(position, changed));
      turn = kept.catch(() => undefined); // told to whoever asked for it
      return kept;
    },
    async *newest() {
      for await (const page of pages(level, keys.allNewest))
        for (const [key, text] of page) {
          const { ref, position } = readKey(key);
          yield snapshotOf(ref, position, await wholeState(key, text));
        }
    },
    at,
    async *allAt(resource, namespace, position) {
      for await (const page of pages(level, keys.tailsOf(resource, namespace)))
        yield* (await Promise.all(page.map(([key, text]) => asOf(key, text, position)))).filter(
          (one) => one !== undefined,
        );
    },
    async close() {
      await turn;
      if (level.status !== 'open') return;
      await database.seal();
      await database.close();
    },
  };
};
