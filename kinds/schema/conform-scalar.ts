import { parseQuantity, textOfQuantity } from '../values/quantity.ts';
import { normaliseMicroTime, normaliseTime } from './go/time.ts';
import type { Scalar } from './table.ts';

/** What was met on the way through a value. */
export interface Findings {
  /** A value is not of its type, or may not be (an integer beyond 2^53): only a closer reading tells. */
  suspect: boolean;
  /** Fields that the types do not have. */
  unknown: number;
  /** Keys of all objects, also below unknown fields. */
  keys: number;
}

/** Gives a value its usual form, `undefined` where upstream writes nothing; the same value when it has that form already. */
export type Conform = (value: unknown, found: Findings) => unknown;

/** Notes that a value is not plainly what it should be. */
export const suspicious = (value: unknown, found: Findings): unknown => {
  found.suspect = true;
  return value;
};

/** Counts the keys of free JSON. */
export const walkFree: Conform = (value, found) => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) for (const item of value) walkFree(item, found);
  else
    for (const [, item] of Object.entries(value)) {
      found.keys++;
      walkFree(item, found);
    }
  return value;
};

/** Canonical texts by text; undefined for what is no quantity. */
const quantities = new Map<string, string | undefined>();
/** More texts than a cluster has; a client that sends ever new ones must not fill the memory. */
const quantitiesMax = 10_000;

const quantityText = (text: string): string | undefined => {
  const known = quantities.get(text);
  if (known !== undefined || quantities.has(text)) return known;
  const parsed = parseQuantity(text.trim());
  const canonical = typeof parsed === 'string' ? undefined : textOfQuantity(parsed);
  if (quantities.size >= quantitiesMax) quantities.clear();
  quantities.set(text, canonical);
  return canonical;
};

const quantity: Conform = (value, found) => {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  return quantityText(text) ?? suspicious(value, found);
};

const timeBy =
  (normalise: typeof normaliseTime): Conform =>
  (value, found) => {
    const text = typeof value === 'string' ? normalise(value) : { wrong: '' };
    return typeof text === 'object' ? suspicious(value, found) : text;
  };

const only =
  (isPlain: (value: unknown) => boolean): Conform =>
  (value, found) =>
    isPlain(value) ? value : suspicious(value, found);

const isInt32 = (value: unknown): boolean => typeof value === 'number' && (value | 0) === value;

const base64: Conform = (value, found) => {
  if (typeof value !== 'string') return suspicious(value, found);
  const text = /[\r\n]/.test(value) ? value.replaceAll(/[\r\n]/g, '') : value;
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? text : suspicious(value, found);
};

/** The scalars that do not contain other types. */
export type PlainScalar = Exclude<Scalar, `JSONSchemaPropsOr${string}`>;

export const scalarConforms: { readonly [S in PlainScalar]: Conform } = {
  string: only((value) => typeof value === 'string'),
  bool: only((value) => typeof value === 'boolean'),
  int32: only(isInt32),
  int64: only(Number.isSafeInteger),
  float64: only((value) => typeof value === 'number'),
  bytes: base64,
  IntOrString: only((value) => typeof value === 'string' || isInt32(value)),
  Quantity: quantity,
  // Durations stand only in metrics, which no client writes: the closer reading may look at each.
  Duration: suspicious,
  Time: timeBy(normaliseTime),
  MicroTime: timeBy(normaliseMicroTime),
  any: walkFree,
  RawExtension: walkFree,
  FieldsV1: walkFree,
  JSON: walkFree,
};

/** JavaScript that is true of an `item` that needs no further look and is not zero. */
export const scalarGuards: { readonly [S in Scalar]?: string } = {
  string: "item && typeof item === 'string'",
  bool: 'item === true',
  int32: 'item && (item | 0) === item',
  int64: 'item && (item | 0) === item',
};
