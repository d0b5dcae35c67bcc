/** A table of a LevelDB database, as its manifest lists it. */
export interface Table {
  readonly number: number;
  readonly bytes: number;
  readonly largestKey: string;
}

/** What a manifest says the database consists of. */
export interface Manifest {
  readonly tables: ReadonlyMap<number, Table>;
  /** The oldest write-ahead file whose writes are not all in tables; 0 when there is none yet. */
  readonly oldestLog: number;
}

/** One group of writes in a write-ahead file. */
export interface WriteGroup {
  /** Number of its first write; the next group goes on where this one ends. */
  readonly sequence: number;
  readonly count: number;
  /** The greatest key written or deleted; empty when there is none. */
  readonly largestKey: string;
}

/** Reads LevelDB's variable-length numbers and texts one after the other. */
const cursorOver = (bytes: Uint8Array, start = 0) => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = start;
  const number = (): number => {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const byte = view.readUInt8(offset++);
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  const skip = (): Buffer => {
    const length = number();
    offset += length;
    if (offset > view.length) throw new RangeError('A text ends beyond its record');
    return view.subarray(offset - length, offset);
  };
  return { number, skip, more: () => offset < view.length };
};

/** An internal key ends in eight bytes that say which write it came from. */
const userKeyOf = (internal: Buffer): string => internal.subarray(0, -8).toString('utf8');

/** The sum of a manifest's edits; the numbers of their fields are those of LevelDB's version_edit.cc. */
export const readManifest = (edits: readonly Uint8Array[]): Manifest => {
  const tables = new Map<number, Table>();
  let oldestLog = 0;
  for (const edit of edits) {
    const { number, skip, more } = cursorOver(edit);
    while (more()) {
      const field = number();
      if (field === 1) skip();
      else if (field === 2) oldestLog = number();
      else if (field === 3 || field === 4 || field === 9) number();
      else if (field === 5) {
        number(); // level
        skip();
      } else if (field === 6) {
        number(); // level
        tables.delete(number());
      } else if (field === 7) {
        number(); // level
        const table = { number: number(), bytes: number(), smallestKey: skip(), largestKey: userKeyOf(skip()) };
        tables.set(table.number, table);
      } else throw new RangeError(`Field ${field} is not known`);
    }
  }
  return { tables, oldestLog };
};

/** A record of a write-ahead file, as LevelDB's write_batch.cc lays it out. */
export const readWriteGroup = (record: Uint8Array): WriteGroup => {
  const header = Buffer.from(record.buffer, record.byteOffset, 12);
  const { number, skip, more } = cursorOver(record, 12);
  let largestKey = '';
  while (more()) {
    const isPut = number() === 1;
    const key = skip().toString('utf8');
    if (isPut) skip();
    if (key > largestKey) largestKey = key;
  }
  return { sequence: Number(header.readBigUInt64LE(0)), count: header.readUInt32LE(8), largestKey };
};
