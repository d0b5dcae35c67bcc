import { type JsonShape, shapeOf } from './go/json-shape.ts';
import { jsonDepthMax, jsonSyntaxError } from './go/json-syntax.ts';

/** Text read as JSON or YAML, not yet held against a type. */
export interface Body {
  /** As the text says; empty where it does not. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** JSON text of the value for a closer reading: of a JSON body the text itself, else with sorted keys. */
  readonly json: () => string;
  /** Of a JSON body: what parsing hides. */
  readonly shape?: JsonShape;
  /** What strict reading found before any type is known: keys that stand twice in YAML. */
  readonly faults: readonly string[];
}

/** Why a text is no body, in upstream's words. */
export interface Malformed {
  readonly malformed: string;
}

/** JSON with sorted keys, as upstream writes what it did not get as JSON. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );

const cannotTell = (why: string): Malformed => ({ malformed: `couldn't get version/kind; json parse error: ${why}` });

/** The anonymous struct into which upstream reads a body first, to see what it is. */
const typeMeta = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

const sortOfValue = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
};

/** A parsed value as a body; what is no object, or does not say as text what it is, is none. */
export const bodyOf = (
  parsed: unknown,
  rest: Partial<Pick<Body, 'json' | 'shape' | 'faults'>> = {},
): Body | Malformed => {
  const value = parsed ?? {};
  if (typeof value !== 'object' || Array.isArray(value))
    return cannotTell(`json: cannot unmarshal ${sortOfValue(value)} into Go value of type ${typeMeta}`);
  const fields = value as Readonly<Record<string, unknown>>;
  const said = { apiVersion: fields['apiVersion'] ?? '', kind: fields['kind'] ?? '' };
  for (const [name, text] of Object.entries(said))
    if (typeof text !== 'string')
      return cannotTell(`json: cannot unmarshal ${sortOfValue(text)} into Go struct field .${name} of type string`);
  // Both are text: the loop above.
  return {
    ...(said as { apiVersion: string; kind: string }),
    value: fields,
    json: () => sortedJson(fields),
    faults: [],
    ...rest,
  };
};

/** Reads a JSON body. */
export const readJson = (text: string): Body | Malformed => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // A client's text: the answer says what is wrong with it.
    return cannotTell(jsonSyntaxError(text) ?? String(error));
  }
  const shape = shapeOf(text);
  if (shape.depth > jsonDepthMax) return cannotTell(jsonSyntaxError(text) ?? 'exceeded max depth');
  return bodyOf(value, { json: () => text, shape });
};
