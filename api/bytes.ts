import type { ApiObject } from '../kinds/object.ts';

/** Bytes that are made from something once and kept while there is room. */
export type Kept<K extends object> = (from: K) => Buffer;

/**
 * Keeps about `bytesMax` bytes of what `make` made, as long as what they were made from lives: two generations, of which the
 * older is let go when the younger has half of the room. What is still asked for moves to the younger.
 */
export const keepBytes = <K extends object>(bytesMax: number, make: (from: K) => Buffer): Kept<K> => {
  let young = new WeakMap<K, Buffer>();
  let old = new WeakMap<K, Buffer>();
  let held = 0;
  return (from) => {
    const found = young.get(from);
    if (found) return found;
    const bytes = old.get(from) ?? make(from);
    held += bytes.length;
    if (held > bytesMax / 2) {
      old = young;
      young = new WeakMap();
      held = bytes.length;
    }
    young.set(from, bytes);
    return bytes;
  };
};

/** An object as clients read it: JSON and a newline. */
const encodeObject = (object: ApiObject): Buffer => Buffer.from(`${JSON.stringify(object)}\n`);

/** What JSON lists put between items. */
const comma = Buffer.from(',');

/** Items of a JSON list, in one piece. */
export const joined = (items: readonly Buffer[]): Buffer => {
  const pieces: Buffer[] = [];
  for (const item of items) pieces.push(item, comma);
  pieces.pop();
  return Buffer.concat(pieces);
};

/** The bytes of objects and of whole lists, made once and shared by everyone who asks. */
export interface Bytes {
  /** An object's JSON with a newline. */
  readonly object: Kept<ApiObject>;
  /** A list's items, separated by commas. The list must be one that does not change, as the World hands them out. */
  readonly list: Kept<readonly ApiObject[]>;
}

/** Caches bounded by `bytesMax` each, in bytes. */
export const openBytes = (bytesMax = 64 * 2 ** 20): Bytes => {
  const object = keepBytes(bytesMax, encodeObject);
  const list = keepBytes<readonly ApiObject[]>(bytesMax, (from) => joined(from.map(object)));
  return { object, list };
};
