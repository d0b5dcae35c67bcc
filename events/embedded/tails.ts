import { crc32 } from 'node:zlib';

/**
 * Where the newest event of every stream is: 12 bytes a slot, at most two thirds of the slots taken. Names are not kept:
 * who asks compares the name with that of the event found.
 */
export interface Tails {
  /** How many are known; some may have been let go of since. */
  readonly size: number;
  /** Positions that may be the newest of `stream`. */
  find(stream: string): readonly number[];
  /** The stream's newest event is at `position` now, and was at `before`; 0: nowhere. */
  move(stream: string, before: number, position: number): void;
  /** What was at `position` is the stream's newest no more, and nothing else is. */
  remove(stream: string, position: number): void;
  /** All slots, as they are stored. */
  shelves(): readonly Shelf[];
}

/** Two columns of equal length, a power of two. Position 0 is an empty slot, -1 one that was emptied. */
export interface Shelf {
  readonly hashes: Uint32Array;
  readonly positions: Float64Array;
}

const empty = 0;
const emptied = -1;
/** So many shelves, so that each is moved to a larger one on its own and quickly. A power of two. */
const shelvesCount = 64;
const slotsMin = 16;

const shelfOf = (slots: number): Shelf => ({ hashes: new Uint32Array(slots), positions: new Float64Array(slots) });
const count = (positions: Float64Array, is: (position: number) => boolean) =>
  positions.reduce((sum, position) => sum + (is(position) ? 1 : 0), 0);

/** One shelf, moved to a larger one when it gets full. A hash's slots are from its own place on, up to the first empty one. */
const openShelf = (stored: Shelf) => {
  let { hashes, positions } = stored;
  let size = count(positions, (position) => position > 0);
  let taken = count(positions, (position) => position !== empty);

  const slotsOf = (hash: number): number[] => {
    const slots: number[] = [];
    const mask = positions.length - 1;
    for (let slot = hash & mask; positions[slot] !== empty; slot = (slot + 1) & mask)
      if (hashes[slot] === hash && positions[slot] !== emptied) slots.push(slot);
    return slots;
  };
  const slotAt = (hash: number, position: number) => slotsOf(hash).find((slot) => positions[slot] === position);
  const positionAt = (slot: number) => positions[slot] as number; // slots are within bounds

  const insert = (hash: number, position: number) => {
    const mask = positions.length - 1;
    let slot = hash & mask;
    while (positionAt(slot) > 0) slot = (slot + 1) & mask;
    if (positions[slot] === empty) taken++;
    hashes[slot] = hash;
    positions[slot] = position;
    size++;
  };
  const moveOn = () => {
    const old = { hashes, positions };
    ({ hashes, positions } = shelfOf(size * 3 > positions.length ? positions.length * 2 : positions.length));
    [size, taken] = [0, 0];
    for (let slot = 0; slot < old.positions.length; slot++) {
      const position = old.positions[slot] as number;
      if (position > 0) insert(old.hashes[slot] as number, position);
    }
  };

  return {
    size: () => size,
    shelf: (): Shelf => ({ hashes, positions }),
    find: (hash: number) => slotsOf(hash).map(positionAt),
    move(hash: number, before: number, position: number) {
      const slot = before > 0 ? slotAt(hash, before) : undefined;
      if (slot !== undefined) positions[slot] = position;
      else {
        if ((taken + 1) * 3 > positions.length * 2) moveOn();
        insert(hash, position);
      }
    },
    remove(hash: number, position: number) {
      const slot = slotAt(hash, position);
      if (slot === undefined) return;
      positions[slot] = emptied;
      size--;
    },
  };
};

/** Opens what {@link Tails.shelves} gave; none of it is a table that knows no stream. */
export const openTails = (stored: readonly Shelf[] = []): Tails => {
  const shelves = Array.from({ length: shelvesCount }, (_, i) => openShelf(stored[i] ?? shelfOf(slotsMin)));
  const shelfFor = (hash: number) => shelves[hash >>> 26] as (typeof shelves)[number]; // six bits: 64 shelves
  return {
    get size() {
      return shelves.reduce((sum, shelf) => sum + shelf.size(), 0);
    },
    find(stream) {
      const hash = crc32(stream);
      return shelfFor(hash).find(hash);
    },
    move(stream, before, position) {
      const hash = crc32(stream);
      shelfFor(hash).move(hash, before, position);
    },
    remove(stream, position) {
      const hash = crc32(stream);
      shelfFor(hash).remove(hash, position);
    },
    shelves: () => shelves.map((one) => one.shelf()),
  };
};
