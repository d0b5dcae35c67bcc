import { open, readFile, rename } from 'node:fs/promises';
import { setImmediate as soon } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Shelf } from './tails.ts';

/** What opening a log would else have to read all of it for. It only saves time: deleted, it is made again. */
export interface Checkpoint {
  /** Which log it belongs to. */
  readonly log: string;
  /** It tells what is so at this position. */
  readonly head: number;
  /** Where the newest event of every stream is. */
  readonly shelves: readonly Shelf[];
  /** For each age that events are kept for, the position up to which those too old have been let go of. */
  readonly swept: readonly (readonly [ageMs: number, position: number])[];
}

const padded = (text: string): Buffer => Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8));
const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

/**
 * Writes a checkpoint in place of the one before, which stays until the new one is whole. The shelves are copied at once and
 * written bit by bit. The file: CRC-32 of what follows, length of a JSON text, that text, each shelf's two columns.
 */
export const writeCheckpoint = async (file: string, { log, head, shelves, swept }: Checkpoint): Promise<void> => {
  const copies = shelves.map(({ hashes, positions }) => [bytesOf(hashes.slice()), bytesOf(positions.slice())]);
  const slots = shelves.map(({ positions }) => positions.length);
  const header = padded(JSON.stringify({ log, head, swept, slots }));
  const lead = Buffer.alloc(8);
  lead.writeUInt32LE(header.length, 4);
  const parts = [lead.subarray(4), header, ...copies.flat()];
  let sum = 0;
  for (const part of parts) {
    sum = crc32(part, sum);
    await soon();
  }
  lead.writeUInt32LE(sum, 0);
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writev([lead.subarray(0, 4), ...parts]);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
};

/** The checkpoint in a file; undefined when there is none, or none that is as it was written. */
export const readCheckpoint = async (file: string): Promise<Checkpoint | undefined> => {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  if (bytes.length < 8 || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined;
  let offset = 8 + bytes.readUInt32LE(4);
  const { log, head, swept, slots } = JSON.parse(bytes.toString('utf8', 8, offset)) as Checkpoint & { slots: number[] };
  const column = (length: number): ArrayBuffer => {
    offset += length;
    return new Uint8Array(bytes.subarray(offset - length, offset)).buffer;
  };
  const shelves = slots.map((count) => ({
    hashes: new Uint32Array(column(count * 4)),
    positions: new Float64Array(column(count * 8)),
  }));
  return { log, head, swept, shelves };
};
