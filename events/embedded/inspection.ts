import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LogUnavailable } from '../log.ts';
import { readJournal } from './journal.ts';
import { type Manifest, type Table, readManifest, readWriteGroup } from './leveldb-files.ts';

/** Something is not as it was written. */
export class Damage extends LogUnavailable {
  /** Which file or position, and how. */
  readonly what: string;
  constructor(what: string) {
    super(
      `The log is damaged: ${what}. Nothing was changed. Restore the directory from a copy, or set it aside and start anew`,
    );
    this.what = what;
  }
}

export const damaged = (what: string): Damage => new Damage(what);

/** What a database consists of. */
export interface Inspected {
  readonly tables: readonly Table[];
  /** The greatest key ever written; empty when there is none. */
  readonly largestKey: string;
}

const readChecked = async (file: string) => {
  const journal = readJournal(await readFile(file));
  if (journal.damage) throw damaged(`${file}, byte ${journal.damage.offset}: ${journal.damage.what}`);
  return journal;
};

/** Checksums were right, so what cannot be understood was not written by a LevelDB that is known here. */
const understood = <T>(file: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw damaged(`${file} cannot be understood: ${error.message}`);
    throw error;
  }
};

/** The name of a file of LevelDB's. */
export const numbered = (number: number, end: 'ldb' | 'log'): string => `${String(number).padStart(6, '0')}.${end}`;

const checkTables = async (directory: string, files: readonly string[], { tables }: Manifest) => {
  for (const { number, bytes } of tables.values()) {
    const file = join(directory, numbered(number, 'ldb'));
    if (!files.includes(numbered(number, 'ldb'))) throw damaged(`${file} is missing`);
    const { size } = await stat(file);
    if (size !== bytes) throw damaged(`${file} has ${size} bytes instead of ${bytes}`);
  }
};

/** Checks that the write-ahead files hold every write since `oldestLog`. Answers the greatest key in them. */
const checkLogs = async (directory: string, files: readonly string[], { oldestLog }: Manifest): Promise<string> => {
  const logs = files.filter((file) => file.endsWith('.log') && Number.parseInt(file, 10) >= oldestLog).sort();
  if (oldestLog > 0 && logs[0] !== numbered(oldestLog, 'log'))
    throw damaged(`${join(directory, numbered(oldestLog, 'log'))} is missing`);
  let largestKey = '';
  let next: number | undefined;
  for (const name of logs) {
    const file = join(directory, name);
    const { records, tornAt } = await readChecked(file);
    if (tornAt !== undefined && name !== logs.at(-1))
      throw damaged(`${file}, byte ${tornAt}: it ends in the middle of a write`);
    for (const record of records) {
      const group = understood(file, () => readWriteGroup(record));
      if (next !== undefined && group.sequence !== next)
        throw damaged(`${file}: writes ${next} to ${group.sequence - 1} are missing`);
      next = group.sequence + group.count;
      if (group.largestKey > largestKey) largestKey = group.largestKey;
    }
  }
  return largestKey;
};

/**
 * Reads what a LevelDB database is made of without changing it: the manifest and the write-ahead files whole, of the tables
 * the sizes. LevelDB itself passes over what it cannot read of the former two, and then deletes the files. Throws
 * {@link LogUnavailable} where something is missing or damaged.
 */
export const inspect = async (directory: string): Promise<Inspected> => {
  const files = await readdir(directory);
  const current = join(directory, 'CURRENT');
  const name = /^(MANIFEST-\d+)\n$/.exec(files.includes('CURRENT') ? await readFile(current, 'utf8') : '')?.[1];
  if (!name || !files.includes(name)) throw damaged(`${current} does not name a manifest that is there`);
  const { records } = await readChecked(join(directory, name));
  const manifest = understood(join(directory, name), () => readManifest(records));
  await checkTables(directory, files, manifest);
  const tables = [...manifest.tables.values()];
  const keys = [...tables.map((table) => table.largestKey), await checkLogs(directory, files, manifest)];
  return { tables, largestKey: keys.reduce((a, b) => (a > b ? a : b)) };
};
