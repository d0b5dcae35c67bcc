import { crc32 } from 'node:zlib';
import type { Ref } from '../event.ts';
import type { Snapshot } from '../snapshots.ts';
import { keyOf } from './record.ts';

/**
 * What the snapshots hold, as text: eight hexadecimal digits of the CRC-32 of key and JSON, then the JSON. Under `h`, every
 * state by object and position; under `n`, the newest state of each object that exists; under `t`, where each object's
 * newest state is; under `head`, how far they reach and what `n` adds up to. A state names the one before it, so that one
 * that is missing is noticed.
 */
export type State = readonly [revision: number, previous: number, object?: unknown];
/** Position of an object's newest state, and whether it exists since. */
export type Tail = readonly [position: number, exists: boolean];
/** The log they are of, the position they reach, and of the newest states the number and the sum of their positions. */
export type Head = readonly [log: string, position: number, count: number, sum: number];

export const headKey = 'head';

/** Names hold no character below this one, so an object's keys are next to each other. */
const end = '\0';
const afterEnd = '\u0001';

const prefixOf = ({ resource, namespace, name }: Ref): string => {
  const parts = [resource, namespace, name];
  if (parts.some((part) => part.includes(end)))
    throw new RangeError(`Cannot keep "${parts.join('/')}": a name holds a NUL character`);
  return parts.join(end) + end;
};

export const stateKey = (ref: Ref, position: number): string => `h${prefixOf(ref)}${keyOf(position)}`;
export const newestKey = (ref: Ref, position: number): string => `n${prefixOf(ref)}${keyOf(position)}`;
export const tailKey = (ref: Ref): string => `t${prefixOf(ref)}`;

/** The keys of the states of an object after a position. */
export const statesAfter = (ref: Ref, position: number) => ({
  gt: stateKey(ref, position),
  lt: `h${prefixOf(ref).slice(0, -1)}${afterEnd}`,
});
/** The tails of a resource, or of one namespace of it. */
export const tailsOf = (resource: string, namespace: string | undefined) => {
  const prefix = namespace === undefined ? `t${resource}` : `t${resource}${end}${namespace}`;
  return { gt: prefix + end, lt: prefix + afterEnd };
};
export const allNewest = { gt: 'n', lt: 'o' };

/** The object that a key is of, and the position in it; 0 where it has none. */
export const readKey = (key: string): { readonly ref: Ref; readonly position: number } => {
  const [resource = '', namespace = '', name = '', position = ''] = key.slice(1).split(end);
  return { ref: { resource, namespace, name }, position: Number(position) };
};

/** What is stored under a key for a value's JSON. */
export const sealJson = (key: string, json: string): string =>
  crc32(json, crc32(key)).toString(16).padStart(8, '0') + json;

export const seal = (key: string, value: State | Tail | Head): string => sealJson(key, JSON.stringify(value));

/** What was sealed under a key; undefined when it is not as it was. */
export const unseal = (key: string, text: string): State | Tail | Head | undefined => {
  const json = text.slice(8);
  const isWhole = crc32(json, crc32(key)) === Number.parseInt(text.slice(0, 8), 16);
  return isWhole ? (JSON.parse(json) as State | Tail | Head) : undefined; // its checksum says that seal wrote it
};

export const snapshotOf = (ref: Ref, position: number, [revision, , object]: State): Snapshot => ({
  ref,
  position,
  revision,
  object,
});
