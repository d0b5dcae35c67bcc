import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { LogUnavailable } from '../log.ts';
import { damaged, inspect } from './inspection.ts';
import { checkSums, readSums, recordSums } from './table-sums.ts';

/** Measured: docs/decisions/embedded-log-on-leveldb.md. */
export const tuning = { keyEncoding: 'utf8', valueEncoding: 'utf8', writeBufferSize: 8 << 20 } as const;

const levelAt = (location: string) => new ClassicLevel(location, tuning);

/** A LevelDB database whose files were whole when it was opened. */
export interface Database {
  readonly level: ReturnType<typeof levelAt>;
  /** The greatest key ever written before it was opened; empty when there is none. */
  readonly largestKey: string;
  /** Records checksums of tables that are new, so that damage is found the next time. */
  seal(): Promise<void>;
  close(): Promise<void>;
}

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

/** Whether {@link openDatabase} refused because the database is open already, here or in another process. */
export const isLocked = (error: unknown): boolean => causeOf(error).code === 'LEVEL_LOCKED';

/**
 * What this process has open. LevelDB's lock is the process's own, and is lost when the process opens and closes the lock
 * file once more, which is what LevelDB does to refuse a second opening.
 */
const held = new Set<string>();

const hold = async (location: string): Promise<() => void> => {
  const path = join(await realpath(dirname(location)), basename(location));
  if (held.has(path)) throw Object.assign(new Error(`"${location}" is open`), { code: 'LEVEL_LOCKED' });
  held.add(path);
  return () => void held.delete(path);
};

/** LevelDB takes its lock before it looks at anything else: asked to make what exists, it fails either way, but tells how. */
const refuseLocked = async (location: string) => {
  const probe = levelAt(location);
  await probe.open({ errorIfExists: true, createIfMissing: false }).then(
    () => probe.close(),
    (error: unknown) => {
      if (isLocked(error)) throw error;
    },
  );
};

/**
 * Opens a database, or makes one where there is none if it `mayBeNew`. Throws {@link LogUnavailable} before LevelDB sees
 * it when a file is missing or damaged.
 */
export const openDatabase = async (location: string, mayBeNew: boolean): Promise<Database> => {
  const letGo = await hold(location);
  try {
    const exists = existsSync(join(location, 'CURRENT'));
    if (!exists && !mayBeNew) throw damaged(`${location} holds no database`);
    if (exists) await refuseLocked(location);
    const { tables, largestKey } = exists ? await inspect(location) : { tables: [], largestKey: '' };
    let sums = await readSums(location);
    await checkSums(location, tables, sums);
    const level = levelAt(location);
    await level.open({ createIfMissing: !exists });
    return {
      level,
      largestKey,
      async seal() {
        const listed = level.getProperty('leveldb.sstables').matchAll(/^ (\d+):\d+\[/gm);
        const numbers = Array.from(listed, ([, number]) => Number(number));
        if (numbers.length !== sums.size || numbers.some((number) => !sums.has(number)))
          sums = await recordSums(location, numbers, sums);
      },
      async close() {
        await level.close();
        letGo();
      },
    };
  } catch (error) {
    letGo();
    throw error;
  }
};
