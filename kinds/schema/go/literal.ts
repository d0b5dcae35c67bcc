import { parseInt64 } from '../../values/integer.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { normaliseMicroTime, normaliseTime } from './time.ts';
import type { Scalar } from '../table.ts';

/** `Mismatch`: a JSON value of one sort where Go has another; Go adds where it stood. A string: words that stand alone. */
export type Trouble = Mismatch | string;
export interface Mismatch {
  /** `string`, `number 1.5`, `object`. */
  readonly value: string;
  /** The Go type. */
  readonly type: string;
}

/** What sort of JSON value a text is, as Go's messages name it. */
export const sortOf = (json: string): 'object' | 'array' | 'string' | 'bool' | 'null' | 'number' => {
  const first = json[0] ?? '';
  const sorts = { '{': 'object', '[': 'array', '"': 'string', t: 'bool', f: 'bool', n: 'null' } as const;
  return first in sorts ? sorts[first as keyof typeof sorts] : 'number';
};

/** Where Go's base64 decoder stops; undefined when it reads the text to its end. It skips line ends. */
const base64Stop = (text: string): number | undefined => {
  let inQuantum = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '\n' || char === '\r') continue;
    if (char === '=') return paddingStop(text, at, inQuantum);
    if (!/^[A-Za-z0-9+/]$/.test(char)) return at;
    inQuantum = (inQuantum + 1) % 4;
  }
  return inQuantum === 0 ? undefined : text.length - inQuantum;
};
const paddingStop = (text: string, at: number, inQuantum: number): number | undefined => {
  if (inQuantum < 2) return at;
  const skip = (from: number): number => {
    let next = from;
    while (text[next] === '\n' || text[next] === '\r') next++;
    return next;
  };
  let end = skip(at + 1);
  if (inQuantum === 2) {
    if (end === text.length) return text.length;
    if (text[end] !== '=') return end - 1;
    end = skip(end + 1);
  }
  return end < text.length ? end : undefined;
};

/** Times and the like are read by Go as a string of their own, so that is the type a mismatch names. */
const textOf = (json: string, read: (text: string) => string | undefined): Trouble | undefined => {
  const sort = sortOf(json);
  if (sort === 'null') return undefined;
  // A JSON string parses to a string.
  return sort === 'string' ? read(JSON.parse(json) as string) : { value: sort, type: 'string' };
};

const wrongOf = (answer: string | undefined | { readonly wrong: string }): string | undefined =>
  typeof answer === 'object' ? answer.wrong : undefined;

const durationText = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** Why a type that reads itself refuses a value; it ends the whole decoding. Undefined: it does not, or is no such type. */
export const refusal = (scalar: Scalar, json: string): Trouble | undefined => {
  switch (scalar) {
    case 'Time':
      return textOf(json, (text) => wrongOf(normaliseTime(text)));
    case 'MicroTime':
      return textOf(json, (text) => wrongOf(normaliseMicroTime(text)));
    case 'Duration':
      return textOf(json, (text) =>
        durationText.test(text) ? undefined : `time: invalid duration ${JSON.stringify(text)}`,
      );
    case 'IntOrString':
      return sortOf(json) === 'string' ? undefined : mismatch('int32', 'int32', json);
    case 'Quantity': {
      if (json === 'null') return undefined;
      const parsed = parseQuantity((json.startsWith('"') ? json.slice(1, -1) : json).trim());
      return typeof parsed === 'string' ? parsed : undefined;
    }
    default:
      return undefined;
  }
};

/** Scalars that take any value, or read values themselves: see {@link refusal}. */
export const readsItself: ReadonlySet<Scalar> = new Set<Scalar>([
  ...(['Time', 'MicroTime', 'Duration', 'IntOrString', 'Quantity', 'RawExtension', 'FieldsV1', 'JSON'] as const),
  ...(['JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray'] as const),
]);

const integerLimits = { int32: 31n, int64: 63n } as const;

/** Why a value does not fit a plain scalar, which Go calls `type`. */
export const mismatch = (scalar: Scalar, type: string, json: string): Trouble | undefined => {
  const sort = sortOf(json);
  if (sort === 'null' || scalar === 'any') return undefined;
  if ((scalar === 'int32' || scalar === 'int64') && sort === 'number') {
    const value = parseInt64(json);
    const limit = 2n ** integerLimits[scalar];
    const fits = typeof value === 'bigint' && value < limit && value >= -limit;
    return fits ? undefined : { value: `number ${json}`, type };
  }
  if (scalar === 'bytes' && sort === 'string') {
    const stop = base64Stop(JSON.parse(json) as string);
    return stop === undefined ? undefined : `illegal base64 data at input byte ${stop}`;
  }
  const fitting = { string: 'string', bool: 'bool', float64: 'number' };
  return scalar in fitting && fitting[scalar as keyof typeof fitting] === sort ? undefined : { value: sort, type };
};
