/** A message being written from its end to its start, so that every length is known when it is due. */
export interface Writer {
  bytes: Buffer;
  /** Where the message begins so far. */
  at: number;
}

/** A writer with room for most objects; it grows as it must. */
export const writer = (): Writer => ({ bytes: Buffer.allocUnsafe(4_096), at: 4_096 });

export const written = ({ bytes, at }: Writer): Buffer => bytes.subarray(at);

const makeRoom = (to: Writer, length: number): void => {
  if (to.at >= length) return;
  const used = to.bytes.length - to.at;
  const size = Math.max(2 * to.bytes.length, used + length);
  const bytes = Buffer.allocUnsafe(size);
  to.bytes.copy(bytes, size - used, to.at);
  to.bytes = bytes;
  to.at = size - used;
};

/** How many bytes stand in the message so far. */
export const lengthOf = ({ bytes, at }: Writer): number => bytes.length - at;

/** A whole number; a negative one takes ten bytes, and one beyond 64 bits becomes the nearest within. */
export const writeInteger = (to: Writer, value: number): void => {
  if (value >= 0 && value < 0x80) {
    makeRoom(to, 1);
    to.bytes[--to.at] = value;
  } else if (value >= 0 && value < 2 ** 31) writeShort(to, value);
  else writeLong(to, value);
};

const writeShort = (to: Writer, value: number): void => {
  const size = value < 2 ** 14 ? 2 : value < 2 ** 21 ? 3 : value < 2 ** 28 ? 4 : 5;
  makeRoom(to, size);
  to.at -= size;
  let rest = value;
  for (let i = 0; i < size - 1; i++) {
    to.bytes[to.at + i] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  to.bytes[to.at + size - 1] = rest;
};

const int64Max = 2n ** 63n - 1n;
const writeLong = (to: Writer, value: number): void => {
  const whole = BigInt(Math.trunc(value));
  let rest = BigInt.asUintN(64, whole > int64Max ? int64Max : whole < -int64Max ? -int64Max - 1n : whole);
  const groups: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) groups.push(Number(rest & 0x7fn) | 0x80);
  groups.push(Number(rest));
  makeRoom(to, groups.length);
  to.at -= groups.length;
  for (const [i, group] of groups.entries()) to.bytes[to.at + i] = group;
};

export const writeDouble = (to: Writer, value: number): void => {
  makeRoom(to, 8);
  to.at -= 8;
  to.bytes.writeDoubleLE(value, to.at);
};

/** The text and, before it, its length. */
export const writeText = (to: Writer, text: string): void => {
  const length = Buffer.byteLength(text);
  makeRoom(to, length);
  to.at -= length;
  to.bytes.write(text, to.at, length, 'utf8');
  writeInteger(to, length);
};

/** The bytes and, before them, their length. */
export const writeBytes = (to: Writer, bytes: Uint8Array): void => {
  makeRoom(to, bytes.length);
  to.at -= bytes.length;
  to.bytes.set(bytes, to.at);
  writeInteger(to, bytes.length);
};

/** What `write` writes and, before it, its length. */
export const writeMessage = (to: Writer, write: () => void): void => {
  const before = lengthOf(to);
  write();
  writeInteger(to, lengthOf(to) - before);
};

export const writeTag = (to: Writer, number: number, type: number): void => writeInteger(to, number * 8 + type);
