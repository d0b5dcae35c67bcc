import { type Fault, fault } from '../fault.ts';
import type { IntOrString } from '../values/int-or-string.ts';
import { type Check, check, checkPort } from '../values/names.ts';

/**
 * A value as a client may send it: of the right types (that was checked when it was decoded), but anything in it may be
 * missing, and a word may be any word.
 */
export type Unchecked<T> = T extends string
  ? string
  : T extends readonly (infer E)[]
    ? readonly Unchecked<E>[]
    : T extends object
      ? string extends keyof T
        ? T
        : { readonly [K in keyof T]?: Unchecked<T[K]> | undefined }
      : T;

export type Faults = readonly Fault[];

/** No faults: shared, because most fields have none. */
export const fine: Faults = [];

/** What a check of a text finds, as faults of the field. */
export const checkText = (at: string, text: string, of: Check): Faults =>
  of(text).map((why) => fault.invalid(at, text, why));

/** The field must not be empty, and then stand the check. */
export const checkRequired = (at: string, text: string | undefined, of: Check): Faults =>
  text ? checkText(at, text, of) : [fault.required(at)];

/** An empty field is fine; any other must stand the check. */
export const checkOptional = (at: string, text: string | undefined, of: Check): Faults =>
  text ? checkText(at, text, of) : fine;

export const requireText = (at: string, text: string | undefined): Faults => (text ? fine : [fault.required(at)]);

/** The field must be one of the words, which the message lists as given here. */
export const checkWord = (at: string, word: string | undefined, words: readonly string[]): Faults =>
  word !== undefined && words.includes(word) ? fine : [fault.notSupported(at, word ?? '', words)];

/** Like {@link checkWord}, but an empty word is missing, not wrong. */
export const requireWord = (at: string, word: string | undefined, words: readonly string[]): Faults =>
  word ? checkWord(at, word, words) : [fault.required(at)];

export const checkNotNegative = (at: string, value: number | undefined): Faults =>
  value !== undefined && value < 0 ? [fault.invalid(at, value, 'must be greater than or equal to 0')] : fine;

export const checkPositive = (at: string, value: number): Faults =>
  value > 0 ? fine : [fault.invalid(at, value, 'must be greater than zero')];

/** What a check of a number finds, as faults of the field. */
export const checkNumber = (at: string, value: number | undefined, of: (value: number) => readonly string[]): Faults =>
  value === undefined ? fine : of(value).map((why) => fault.invalid(at, value, why));

/** A port by number or by name. A missing one is port 0. */
export const checkPortNumberOrName = (at: string, port: IntOrString = 0): Faults =>
  typeof port === 'number' ? checkNumber(at, port, checkPort) : checkText(at, port, check.portName);

export const protocols = ['SCTP', 'TCP', 'UDP'] as const;

const backsteps = (path: string) => path.split('/').includes('..');

export const checkNoBacksteps = (at: string, path: string): Faults =>
  backsteps(path) ? [fault.invalid(at, path, "must not contain '..'")] : fine;

/** A path that leads down from where it is used. */
export const checkDescendingPath = (at: string, path: string): Faults => [
  ...(path.startsWith('/') ? [fault.invalid(at, path, 'must be a relative path')] : fine),
  ...checkNoBacksteps(at, path),
];

/** A descending path of a file in a volume; the names that begin with `..` are the volume's own. */
export const checkFilePath = (at: string, path: string): Faults => [
  ...checkDescendingPath(at, path),
  ...(path.startsWith('..') && !path.startsWith('../') ? [fault.invalid(at, path, "must not start with '..'")] : fine),
];

export const checkFileMode = (at: string, mode: number | undefined): Faults =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [fault.invalid(at, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : fine;

/** Each text that comes again after its first time. */
export const repeated = <T>(
  items: readonly T[],
  keyOf: (item: T, index: number) => string | undefined,
): readonly number[] => {
  const seen = new Set<string>();
  return items.flatMap((item, i) => {
    const key = keyOf(item, i);
    if (key === undefined) return [];
    if (seen.has(key)) return [i];
    seen.add(key);
    return [];
  });
};

/**
 * Of several ways to say something, one is to be chosen: a fault for each after the first, and the first's own. `sources`
 * in upstream's order.
 */
export const checkOneOf = (
  at: string,
  sources: readonly (readonly [name: string, value: unknown, check: () => Faults])[],
  { many, none }: { readonly many: string; readonly none: string },
): Faults => {
  const [first, ...others] = sources.filter(([, value]) => value !== undefined);
  if (!first) return [fault.required(at, none)];
  return [...first[2](), ...others.map(([name]) => fault.forbidden(`${at}.${name}`, many))];
};
