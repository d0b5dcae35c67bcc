import { quote } from '../../values/quote.ts';
import { type Mismatch, mismatch, readsItself, refusal, sortOf, type Trouble } from './literal.ts';
import { goType } from './type.ts';
import { endOfString } from './json-shape.ts';
import { type Field, type Scalar, structType, type TypeRef } from '../table.ts';

/** What Go's decoder says of a text: why it fails, or what strict decoding finds fault with. */
export type Reading = { readonly failed: string } | { readonly strict: readonly string[] };

/** More faults are not reported, and neither is one twice. */
const faultsMax = 100;

const free: TypeRef = { form: 'scalar', scalar: 'any', pointer: false };
const jsonSchema = (): TypeRef => ({
  form: 'struct',
  struct: structType('apiextensions/v1', 'JSONSchemaProps'),
  pointer: false,
});
/** What a CRD's union types may hold, by the sort of the value. */
const unions: { readonly [S in Scalar]?: (sort: string) => TypeRef | undefined } = {
  JSONSchemaPropsOrArray: (sort) =>
    sort === 'object'
      ? jsonSchema()
      : sort === 'array'
        ? { form: 'list', of: jsonSchema(), pointer: false }
        : undefined,
  JSONSchemaPropsOrStringArray: (sort) =>
    sort === 'object'
      ? jsonSchema()
      : sort === 'array'
        ? { form: 'list', of: { ...free, scalar: 'string' }, pointer: false }
        : undefined,
  JSONSchemaPropsOrBool: (sort) => (sort === 'object' ? jsonSchema() : undefined),
};

/** Go's decoder keeps going after a mismatch and reports the first; a type that reads itself ends it at once. */
interface Reader {
  readonly text: string;
  at: number;
  /** The struct and the names that lead to where it stands, as messages show them. */
  struct: string;
  readonly names: string[];
  /** The same with indexes and keys, as strict decoding shows it. */
  readonly path: string[];
  saved: Trouble | undefined;
  savedAt: string;
  readonly faults: Set<string>;
}

/** Something ended the decoding; `undefined`: it goes on. */
type Ended = Trouble | undefined;

const skipSpace = (reader: Reader): void => {
  while (' \n\r\t'.includes(reader.text[reader.at] ?? 'x')) reader.at++;
};

/** Moves behind the value that starts here, and returns its text. */
const take = (reader: Reader): string => {
  skipSpace(reader);
  const { text, at: start } = reader;
  let depth = 0;
  for (; reader.at < text.length; reader.at++) {
    const char = text[reader.at] ?? '';
    if (char === '"') reader.at = endOfString(text, reader.at);
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0) {
      while (/[^\s,\]}]/.test(text[reader.at] ?? ' ')) reader.at++;
      break;
    }
    if (depth === 0) {
      reader.at++;
      break;
    }
  }
  return text.slice(start, reader.at);
};

const save = (reader: Reader, trouble: Trouble | undefined): undefined => {
  if (trouble === undefined || reader.saved !== undefined) return;
  reader.saved = trouble;
  reader.savedAt = placeOf(reader);
};
const placeOf = ({ struct, names }: Reader): string =>
  struct || names.length > 0 ? `${struct}.${names.join('.')}` : '';

const fault = ({ faults, path }: Reader, what: 'unknown' | 'duplicate', name: string): void => {
  if (faults.size < faultsMax)
    faults.add(`${what} field ${quote(path.length > 0 ? `${path.join('')}.${name}` : name)}`);
};

const readValue = (reader: Reader, ref: TypeRef): Ended => {
  skipSpace(reader);
  if (ref.form === 'scalar' && readsItself.has(ref.scalar)) return readItself(reader, ref.scalar);
  const sort = sortOf(reader.text.slice(reader.at, reader.at + 1));
  const isFree = ref.form === 'scalar' && ref.scalar === 'any';
  if (sort === 'object' && (isFree || ref.form === 'struct' || ref.form === 'map')) return readObject(reader, ref);
  if (sort === 'array' && (isFree || ref.form === 'list')) return readArray(reader, ref);
  const json = take(reader);
  if (ref.form === 'scalar') return save(reader, mismatch(ref.scalar, goType(ref), json));
  return save(reader, sort === 'null' ? undefined : { value: sort, type: goType(ref) });
};

const readItself = (reader: Reader, scalar: Scalar): Ended => {
  const json = take(reader);
  const inner = unions[scalar]?.(sortOf(json));
  // It is decoded on its own and without strictness; only what ends that decoding comes back.
  if (inner) return troubleIn(inner, json).trouble;
  const isBool = json === 'true' || json === 'false';
  if (scalar === 'JSONSchemaPropsOrBool' && json !== 'null' && !isBool) return 'boolean or JSON schema expected';
  return refusal(scalar, json);
};

const readArray = (reader: Reader, ref: TypeRef): Ended => {
  const of = ref.form === 'list' ? ref.of : free;
  reader.at++;
  for (let i = 0; ; i++) {
    skipSpace(reader);
    if (reader.text[reader.at] === ']') break;
    reader.path.push(`[${i}]`);
    const ended = readValue(reader, of);
    if (ended !== undefined) return ended;
    reader.path.pop();
    skipSpace(reader);
    if (reader.text[reader.at] === ',') reader.at++;
  }
  reader.at++;
  return undefined;
};

const readKey = (reader: Reader): string => {
  skipSpace(reader);
  // A JSON string parses to a string.
  const key = JSON.parse(take(reader)) as string;
  skipSpace(reader);
  reader.at++;
  return key;
};

const readObject = (reader: Reader, ref: TypeRef): Ended => {
  const seen = new Set<string>();
  const fields = ref.form === 'struct' ? ref.struct.fields : undefined;
  const of = ref.form === 'map' ? ref.of : free;
  reader.at++;
  for (;;) {
    skipSpace(reader);
    if (reader.text[reader.at] === '}') break;
    const key = readKey(reader);
    const field = fields?.get(key);
    if (fields && !field) {
      fault(reader, 'unknown', key);
      take(reader);
    } else {
      if (seen.has(key)) fault(reader, 'duplicate', key);
      seen.add(key);
      const ended =
        ref.form === 'struct' && field ? readField(reader, ref.struct.name, field) : readEntry(reader, key, of);
      if (ended !== undefined) return ended;
    }
    skipSpace(reader);
    if (reader.text[reader.at] === ',') reader.at++;
  }
  reader.at++;
  return undefined;
};

const readEntry = (reader: Reader, key: string, of: TypeRef): Ended => {
  reader.path.push(reader.path.length > 0 ? `.${key}` : key);
  const ended = readValue(reader, of);
  if (ended === undefined) reader.path.pop();
  return ended;
};

const readField = (reader: Reader, struct: string, { name, type }: Field): Ended => {
  const outer = reader.struct;
  reader.struct = struct;
  reader.names.push(name);
  const ended = readEntry(reader, name, type);
  // Where it ended is where the message says it was.
  if (ended !== undefined) return ended;
  reader.names.pop();
  reader.struct = outer;
  return undefined;
};

const troubleIn = (
  ref: TypeRef,
  text: string,
): { trouble: Trouble | undefined; place: string; faults: ReadonlySet<string> } => {
  const faults = new Set<string>();
  const reader: Reader = { text, at: 0, struct: '', names: [], path: [], saved: undefined, savedAt: '', faults };
  const ended = readValue(reader, ref);
  return ended === undefined
    ? { trouble: reader.saved, place: reader.savedAt, faults }
    : { trouble: ended, place: placeOf(reader), faults };
};

const sentence = ({ value, type }: Mismatch, place: string): string =>
  `json: cannot unmarshal ${value} into Go ${place === '' ? 'value' : `struct field ${place}`} of type ${type}`;

/**
 * Reads JSON text (which `JSON.parse` has accepted) the way upstream's decoder does, to say what it would say. Ten times slower
 * than {@link conform}, so only for texts that may be at fault. Without a type, any JSON will do, and only duplicates are faults.
 */
export const readAsGo = (ref: TypeRef = free, text: string): Reading => {
  const { trouble, place, faults } = troubleIn(ref, text);
  if (trouble === undefined) return { strict: [...faults] };
  return { failed: typeof trouble === 'string' ? trouble : sentence(trouble, place) };
};
