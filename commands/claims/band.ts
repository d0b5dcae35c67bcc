import { createHash } from 'node:crypto';

/** Numbers to give out, `first` to `last`. Those below `dynamicFrom` are for who asks by number, and given out last. */
export interface Band {
  readonly first: number;
  readonly last: number;
  readonly dynamicFrom: number;
}

const startIn = (seed: string, from: number, to: number): number =>
  from + (createHash('sha256').update(seed).digest().readUInt32BE() % (to - from + 1));

function* around(seed: string, from: number, to: number): Generator<number> {
  if (to < from) return;
  const start = startIn(seed, from, to);
  for (let n = start; n <= to; n++) yield n;
  for (let n = from; n < start; n++) yield n;
}

/** Every number of the band once: upper part first, from a place that follows from `seed`. */
export function* choicesIn({ first, last, dynamicFrom }: Band, seed: string): Generator<number> {
  yield* around(seed, Math.max(dynamicFrom, first), last);
  yield* around(seed, first, Math.min(dynamicFrom - 1, last));
}

/** Usable offsets of an address range of `size`; the static part is a sixteenth, between 16 and 256, as upstream's. */
export const addressBand = (size: number): Band => ({
  first: 1,
  last: size - 2,
  dynamicFrom: Math.min(Math.max(16, Math.floor(size / 16)), 256),
});

/** Node ports `first` to `last`; the static part is a thirty-second, between 16 and 128, as upstream's. */
export const portBand = (first: number, last: number): Band => ({
  first,
  last,
  dynamicFrom: first + Math.min(Math.max(16, Math.floor((last - first + 1) / 32)), 128),
});
