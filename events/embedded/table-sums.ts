import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { damaged, numbered } from './inspection.ts';
import type { Table } from './leveldb-files.ts';

/** CRC-32 of whole table files by their numbers. Tables never change once they are written. */
export type TableSums = ReadonlyMap<number, number>;

/** What is read at a time: a third of a millisecond's checksum. */
const pieceBytes = 1 << 20;
/** What is checked before a database is opened, the newest first: about half a second from a fast disk. */
const checkedBytesMax = 256 << 20;
const atOnce = 4;

const sumOf = async (file: string): Promise<number> => {
  const handle = await open(file);
  try {
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (let sum = 0; ; ) {
      const { bytesRead } = await handle.read(piece);
      if (bytesRead === 0) return sum;
      sum = crc32(piece.subarray(0, bytesRead), sum);
    }
  } finally {
    await handle.close();
  }
};

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

/** What was recorded beside a database; nothing when there is no such file, or it is not as it was written. */
export const readSums = async (location: string): Promise<TableSums> => {
  const text = (await readFile(`${location}.sums`, 'utf8').catch(absent)) ?? '';
  const json = text.slice(8);
  return new Map(crc32(json) === Number.parseInt(text.slice(0, 8), 16) ? (JSON.parse(json) as [number, number][]) : []);
};

/** Records the checksums of all tables, summing up only those not known yet; a table may be gone by then. */
export const recordSums = async (location: string, tables: readonly number[], known: TableSums): Promise<TableSums> => {
  const sums = new Map<number, number>();
  for (const number of tables) {
    const sum = known.get(number) ?? (await sumOf(join(location, numbered(number, 'ldb'))).catch(absent));
    if (sum !== undefined) sums.set(number, sum);
  }
  const json = JSON.stringify([...sums]);
  await writeFile(`${location}.sums.new`, crc32(json).toString(16).padStart(8, '0') + json);
  await rename(`${location}.sums.new`, `${location}.sums`);
  return sums;
};

/**
 * Checks the newest tables against what was recorded of them. LevelDB itself checks nothing when it reads, and some damage
 * ends the whole process. Tables not recorded yet, and those beyond {@link checkedBytesMax}, are taken on trust: their
 * entries have checksums of their own.
 */
export const checkSums = async (location: string, tables: Iterable<Table>, sums: TableSums): Promise<void> => {
  let bytes = 0;
  const newest = [...tables]
    .sort((a, b) => b.number - a.number)
    .filter((table) => (bytes += table.bytes) <= checkedBytesMax);
  const check = async () => {
    for (let table = newest.shift(); table; table = newest.shift()) {
      const recorded = sums.get(table.number);
      const file = join(location, numbered(table.number, 'ldb'));
      if (recorded !== undefined && recorded !== (await sumOf(file))) throw damaged(`${file}: the checksum is wrong`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, check));
};
