import { goJson, quote } from './values/quote.ts';

/** What can be wrong with a field: the reason a client reads in `details.causes`, and the words it starts with. */
const faults = {
  NotFound: { reason: 'FieldValueNotFound', words: 'Not found', shown: true },
  Required: { reason: 'FieldValueRequired', words: 'Required value', shown: false },
  Duplicate: { reason: 'FieldValueDuplicate', words: 'Duplicate value', shown: true },
  Invalid: { reason: 'FieldValueInvalid', words: 'Invalid value', shown: true },
  NotSupported: { reason: 'FieldValueNotSupported', words: 'Unsupported value', shown: true },
  Forbidden: { reason: 'FieldValueForbidden', words: 'Forbidden', shown: false },
  TooLong: { reason: 'FieldValueTooLong', words: 'Too long', shown: false },
  TooMany: { reason: 'FieldValueTooMany', words: 'Too many', shown: true },
  Internal: { reason: 'InternalError', words: 'Internal error', shown: false },
  TypeInvalid: { reason: 'FieldValueTypeInvalid', words: 'Invalid value', shown: true },
} as const;

/** One thing wrong with one field of an object. */
export interface Fault {
  /** Where, from the object's root: `spec.containers[0].image`, `metadata.labels[a b]`. */
  readonly field: string;
  readonly type: keyof typeof faults;
  /** What the client sent, shown for the types that show it; a string is quoted, all else is JSON. */
  readonly value?: unknown;
  /** Why; empty adds nothing. */
  readonly detail: string;
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Makes each type of {@link Fault} with upstream's words. */
export const fault = {
  notFound: (field: string, value: unknown): Fault => ({ field, type: 'NotFound', value, detail: '' }),
  required: (field: string, detail = ''): Fault => ({ field, type: 'Required', detail }),
  duplicate: (field: string, value: unknown): Fault => ({ field, type: 'Duplicate', value, detail: '' }),
  invalid: (field: string, value: unknown, detail: string): Fault => ({ field, type: 'Invalid', value, detail }),
  forbidden: (field: string, detail: string): Fault => ({ field, type: 'Forbidden', detail }),
  internal: (field: string, detail: string): Fault => ({ field, type: 'Internal', detail }),
  wrongType: (field: string, value: unknown, detail: string): Fault => ({ field, type: 'TypeInvalid', value, detail }),
  /** `supported` in the order the message shall list it; none given lists none. */
  notSupported: (field: string, value: unknown, supported: readonly string[]): Fault => ({
    field,
    type: 'NotSupported',
    value,
    detail: supported.length === 0 ? '' : `supported values: ${supported.map(quote).join(', ')}`,
  }),
  tooLong: (field: string, bytesMax: number): Fault => ({
    field,
    type: 'TooLong',
    detail: `may not be more than ${counted(bytesMax, 'byte')}`,
  }),
  tooMany: (field: string, count: number, countMax: number): Fault => ({
    field,
    type: 'TooMany',
    value: count,
    detail: `must have at most ${counted(countMax, 'item')}`,
  }),
} as const;

/** The fault without its field: `Invalid value: "y": why`. A client reads it in `details.causes[].message`. */
export const bodyOf = ({ type, value, detail }: Fault): string => {
  const { words, shown } = faults[type];
  const said = shown ? `${words}: ${typeof value === 'string' ? quote(value) : goJson(value)}` : words;
  return detail === '' ? said : `${said}: ${detail}`;
};

/** The fault as upstream prints it: `spec.x: Invalid value: "y": why`. */
export const textOf = (one: Fault): string => `${one.field}: ${bodyOf(one)}`;

/** The fault's reason in `details.causes`: `FieldValueRequired`. */
export const causeReasonOf = ({ type }: Fault): string => faults[type].reason;

/** All faults as one text, each text once: `a: Required value`, or `[a: Required value, b: Required value]`. */
export const textOfAll = (all: readonly Fault[]): string => {
  const texts = [...new Set(all.map(textOf))];
  return texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`;
};
