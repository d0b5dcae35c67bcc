import { isDeepStrictEqual } from 'node:util';
import { applyPatch, Pointer } from 'rfc6902';
import { badRequest, type Rejection, requestEntityTooLarge, unprocessable } from '../rejection.ts';
import { type Fields, isFields } from './json-merge.ts';
import { goTypeOf } from './go-value.ts';

/** As upstream bounds a patch: its operations, and the bytes that its `copy` operations write in all. */
const operationsMax = 10_000;
const copiedBytesMax = 3 * 1024 * 1024;

interface Operation {
  readonly op?: string;
  readonly path?: string;
  readonly from?: string;
  /** Upstream takes a missing value for null. */
  readonly value?: unknown;
}

type Container = Record<string, unknown> | unknown[];

/** Where an operation works: a container that may be changed, and a key that is good for it. */
interface Place {
  readonly container: Container;
  readonly key: string;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** An index as upstream reads it, negative ones from the end; `undefined` beyond `last`. */
const indexOf = (token: string, last: number): string | undefined => {
  if (!/^[+-]?\d{1,9}$/.test(token)) return undefined;
  const index = Number(token) < 0 ? Number(token) + last + 1 : Number(token);
  return index < 0 || index > last ? undefined : String(index);
};

const keyIn = (container: Container, token: string, adding: boolean): string | undefined => {
  // Assigning it would change what the object inherits.
  if (!Array.isArray(container)) return token === '__proto__' ? undefined : token;
  if (adding && token === '-') return token;
  return indexOf(token, container.length - (adding ? 0 : 1));
};

/** The value at a place, null when there is none; what every JavaScript object inherits is none. */
const valueAt = ({ container, key }: Place): unknown =>
  Object.hasOwn(container, key) ? (container as Record<string, unknown>)[key] : null;

/** Finds places in a copy of `document` that shares with it whatever was never on the way to a place. */
const placesIn = (document: Fields) => {
  const own = new WeakSet<Container>();
  /** The document stands in a container too, so that it can be replaced as a whole. */
  const root = { document: document as unknown };
  /** The container at a place, made our own; `undefined` when there is none. */
  const enter = (place: Place): Container | undefined => {
    const inside = valueAt(place);
    if (!isContainer(inside)) return undefined;
    if (own.has(inside)) return inside;
    const copy = Array.isArray(inside) ? [...inside] : { ...inside };
    own.add(copy);
    (place.container as Record<string, unknown>)[place.key] = copy;
    return copy;
  };
  const find = (path: string | undefined, adding: boolean): Place | undefined => {
    let place: Place | undefined = { container: root, key: 'document' };
    if (path === '' && !adding) return place;
    if (!path?.startsWith('/')) return undefined;
    const tokens = Pointer.fromJSON(path).tokens.slice(1);
    for (const [i, token] of tokens.entries()) {
      const container: Container | undefined = place && enter(place);
      const key: string | undefined = container && keyIn(container, token, adding && i === tokens.length - 1);
      place = container && key !== undefined ? { container, key } : undefined;
    }
    return place;
  };
  return { root, find };
};

type Find = ReturnType<typeof placesIn>['find'];

/** True when it was done. */
const write = (op: 'add' | 'remove', place: Place | undefined, value: unknown = null): boolean => {
  if (!place) return false;
  const path = new Pointer(['', place.key]).toString();
  return applyPatch(place.container, [op === 'add' ? { op, path, value } : { op, path }]).every(
    (error) => error === null,
  );
};

const replaceAt = (place: Place | undefined, value: unknown): boolean => {
  if (!place) return false;
  // Upstream sets a member of an object that is not there yet.
  return (Array.isArray(place.container) ? write('remove', place) : true) && write('add', place, value);
};

const removeAt = (place: Place | undefined): boolean =>
  place !== undefined && Object.hasOwn(place.container, place.key) && write('remove', place);

/** Carries out one operation; false when it does not apply. The whole document may be tested and replaced, no more. */
const carryOut = ({ op, path, from, value = null }: Operation, find: Find): boolean => {
  switch (op) {
    case 'add':
      return write('add', find(path, true), value);
    case 'remove':
      return removeAt(find(path || undefined, false));
    case 'replace':
      return replaceAt(find(path, false), value);
    case 'test': {
      const place = find(path, false);
      return place !== undefined && isDeepStrictEqual(valueAt(place), value);
    }
    case 'move': {
      const source = find(from || undefined, false);
      const moved = source && valueAt(source);
      return removeAt(source) && write('add', find(path, true), moved);
    }
    case 'copy': {
      const source = find(from || undefined, false);
      return source !== undefined && write('add', find(path, true), valueAt(source));
    }
    default:
      return false;
  }
};

const cannotDecode = (value: unknown, into: string): Rejection =>
  badRequest(`error decoding patch: json: cannot unmarshal ${goTypeOf(value)} into Go ${into}`);

/** What is wrong with the shape of a patch. */
const faultOf = (operations: unknown): Rejection | undefined => {
  if (!Array.isArray(operations)) return cannotDecode(operations, 'value of type []handlers.jsonPatchOp');
  for (const operation of operations as readonly unknown[]) {
    if (!isFields(operation)) return cannotDecode(operation, 'value of type handlers.jsonPatchOp');
    const wrong = ['op', 'path', 'from'].find((name) => !['string', 'undefined'].includes(typeof operation[name]));
    if (wrong) return cannotDecode(operation[wrong], `struct field jsonPatchOp.${wrong} of type string`);
  }
  return operations.length <= operationsMax
    ? undefined
    : requestEntityTooLarge(
        `The allowed maximum operations in a JSON patch is ${operationsMax}, got ${operations.length}`,
      );
};

/**
 * A JSON patch (RFC 6902, with upstream's liberties: `replace` sets what is not there, `-1` is the last of a list). `before`
 * stays as it is; what the patch does not touch is shared. One operation that does not apply refuses the whole patch.
 */
export const jsonPatch = (before: Fields, operations: unknown): Fields | Rejection => {
  const fault = faultOf(operations);
  if (fault) return fault;
  const { root, find } = placesIn(before);
  let copiedBytes = 0;
  // Its shape was checked above.
  for (const operation of operations as readonly Operation[]) {
    const source = operation.op === 'copy' ? find(operation.from || undefined, false) : undefined;
    if (source) copiedBytes += Buffer.byteLength(JSON.stringify(valueAt(source)));
    if (copiedBytes > copiedBytesMax || !carryOut(operation, find)) return unprocessable();
  }
  return isFields(root.document) ? root.document : unprocessable();
};
