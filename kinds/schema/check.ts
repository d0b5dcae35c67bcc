import { type Body, bodyOf, type Malformed } from './body.ts';
import { conform } from './conform.ts';
import { type Findings, walkFree } from './conform-scalar.ts';
import { readAsGo } from './go/reader.ts';
import type { SchemaType } from './table.ts';

/** A body that is of its type. */
export interface Checked {
  /** What upstream would write after reading it: see {@link conform}. */
  readonly object: Readonly<Record<string, unknown>>;
  /**
   * What strict reading finds fault with, in upstream's words and order: `unknown field "spec.x"`, `duplicate field "spec.y"`. Empty
   * when there is nothing, or when nobody asked. Joined by `, ` after `strict decoding error: ` they are upstream's message.
   */
  readonly strict: readonly string[];
}

/**
 * Holds a body against its type. Without a type (a custom resource) any JSON will do, and only keys that stand twice are faults.
 * `report` asks for faults: fieldValidation Strict or Warn.
 */
export const check = (type: SchemaType | undefined, body: Body, report: boolean): Checked | Malformed => {
  const found: Findings = { suspect: false, unknown: 0, keys: 0 };
  // Both return an object for an object.
  const object = (type ? conform(type, body.value, found) : walkFree(body.value, found)) as Checked['object'];
  const { shape = { keys: found.keys, wholeNumbers: true } } = body;
  const isSound = !found.suspect && (shape.wholeNumbers || !type);
  const isFaultless = found.unknown === 0 && found.keys === shape.keys;
  if (isSound && (isFaultless || !report)) return { object, strict: report ? body.faults : [] };
  const reading = readAsGo(type && { form: 'struct', struct: type, pointer: false }, body.json());
  if ('failed' in reading) return { malformed: reading.failed };
  return { object, strict: report ? [...body.faults, ...reading.strict] : [] };
};

/** Holds a value that was made here (a patched object, a decoded protobuf message) against its type. */
export const checkValue = (type: SchemaType | undefined, value: unknown, report: boolean): Checked | Malformed => {
  const body = bodyOf(value);
  return 'malformed' in body ? body : check(type, body, report);
};
