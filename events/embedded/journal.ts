import { beginsWithSum, crc32c } from './crc32c.ts';

/** What one of LevelDB's own journals (`*.log`, `MANIFEST-*`) holds. */
export interface Journal {
  /** Its records, each put together from its fragments. */
  readonly records: readonly Uint8Array[];
  /** Where an unfinished last write begins, which was never acknowledged; undefined when the file ends cleanly. */
  readonly tornAt?: number;
  /** Where it is damaged, and how; what follows was not read. */
  readonly damage?: { readonly offset: number; readonly what: string };
}

// From LevelDB's doc/log_format.md.
const blockBytes = 32_768;
const headerBytes = 7;
/** The record is one fragment; or this is its first, one of its middle, its last. */
const [whole, middle, last] = [1, 3, 4];

/** Checksums are stored rotated and shifted, so that one of data which holds a checksum is not that checksum again. */
const unmask = (stored: number): number => {
  const rotated = (stored - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
};
/** A record may end in so many zeros by itself. */
const ownZerosMax = 7;

/**
 * Reads a journal more strictly than LevelDB does, which drops blocks it cannot read and then the file itself. Here a last
 * write that was cut off, or ends in zeros because power went while the file grew, is told apart from damage.
 */
export const readJournal = (bytes: Buffer): Journal => {
  const records: Uint8Array[] = [];
  let fragments: Uint8Array[] = [];
  let begun = 0;
  let written = bytes.length;
  while (written > 0 && bytes[written - 1] === 0) written--;

  const torn = (): Journal => ({ records, tornAt: begun });
  const damaged = (offset: number, end: number, what: string): Journal =>
    bytes.length - written > ownZerosMax && written <= end ? torn() : { records, damage: { offset, what } };

  for (let offset = 0; offset < bytes.length; ) {
    const left = blockBytes - (offset % blockBytes);
    if (left < headerBytes) {
      offset += left;
      continue;
    }
    if (fragments.length === 0) begun = offset;
    if (offset + headerBytes > bytes.length) return torn();
    const sum = unmask(bytes.readUInt32LE(offset));
    const length = bytes.readUInt16LE(offset + 4);
    const type = bytes.readUInt8(offset + 6);
    const end = offset + headerBytes + length;
    if (headerBytes + length > left) return damaged(offset, end, 'a record is longer than its block');
    const summed = bytes.subarray(offset + 6, end);
    // If some of what is there is all there ever was, nothing was cut off: the length has changed.
    if (end > bytes.length && !beginsWithSum(summed, sum)) return torn();
    if (end > bytes.length) return damaged(offset, end, 'a record has a wrong length');
    if (crc32c(summed) !== sum) return damaged(offset, end, 'a checksum is wrong');
    const goesOn = type === middle || type === last;
    if (type < whole || type > last || goesOn !== fragments.length > 0)
      return damaged(offset, end, 'a record does not follow from the one before');
    fragments.push(bytes.subarray(offset + headerBytes, end));
    if (type === whole || type === last) {
      records.push(Buffer.concat(fragments));
      fragments = [];
    }
    offset = end;
  }
  return fragments.length > 0 ? torn() : { records };
};
