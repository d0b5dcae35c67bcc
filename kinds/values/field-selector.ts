import { badRequest, isRejection, type Rejection } from '../rejection.ts';
import { quote } from './quote.ts';

/** One condition on one field: its text is, or is not, `value`. */
export interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Conditions on fields, all of which must hold. `O` is what they are asked of. */
export interface FieldSelector<O> {
  readonly terms: readonly FieldTerm[];
  readonly matches: (object: O) => boolean;
  /** The text clients write, values escaped: `status.phase!=Failed`. */
  readonly text: string;
}

/** Fields that may be asked for, each with how to read it as text. */
export type Selectable<O> = Readonly<Record<string, (object: O) => string>>;

/** As for label selectors. */
const textMax = 64 * 1024;

const special = /\\[\\,=]|\\(?:.|$)|[,=]/gsu;

const unescape = (value: string): string | Rejection => {
  for (const [found] of value.matchAll(special)) {
    if (/^\\[\\,=]$/.test(found)) continue;
    if (found.startsWith('\\')) return badRequest(`invalid field selector: invalid escape sequence: ${found}`);
    // Upstream prints the character's number.
    return badRequest(`invalid field selector: unescaped character in value: ${found.charCodeAt(0)}`);
  }
  return value.replaceAll(/\\([\\,=])/g, '$1');
};

const escape = (value: string): string => value.replaceAll(/[\\,=]/g, '\\$&');

/** Commas part terms, unless a backslash stands before. */
const termsOf = (text: string): readonly string[] =>
  (text.match(/(?:\\.|[^,\\]|\\$)+/gsu) ?? []).toSorted((a, b) => Number(a > b) - Number(a < b));

const parseTerm = (term: string, all: string): FieldTerm | Rejection => {
  const found = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
  if (!found) return badRequest(`invalid selector: '${all}'; can't understand '${term}'`);
  const [, field = '', operator, raw = ''] = found;
  const value = unescape(raw);
  return typeof value === 'string' ? { field, equal: operator !== '!=', value } : value;
};

const unknown = (field: string, selectable: object): Rejection =>
  badRequest(
    Object.keys(selectable).length === 0
      ? `${quote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
      : `field label not supported: ${field}`,
  );

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What every object can be asked for. */
const always: Selectable<Named> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
};

/**
 * Reads `status.phase=Running,spec.nodeName!=a`. `selectable` holds the fields of the kind beside `metadata.name` and
 * `metadata.namespace`. What it cannot read, or does not know, it refuses with 400 and upstream's words.
 */
export const parseFieldSelector = <O extends Named>(
  text: string,
  selectable: Selectable<O>,
): FieldSelector<O> | Rejection => {
  if (text.length > textMax) return badRequest(`field selector is longer than ${textMax} characters`);
  const terms: FieldTerm[] = [];
  for (const part of termsOf(text)) {
    const term = parseTerm(part, text);
    if (isRejection(term)) return term;
    terms.push(term);
  }
  const readers: Selectable<O> = { ...always, ...selectable };
  const tests: ((object: O) => boolean)[] = [];
  for (const { field, equal, value } of terms) {
    // `constructor` and the like are no fields.
    const read = Object.hasOwn(readers, field) ? readers[field] : undefined;
    if (!read) return unknown(field, selectable);
    tests.push((object) => (read(object) === value) === equal);
  }
  return {
    terms,
    matches: (object) => tests.every((test) => test(object)),
    text: terms.map(({ field, equal, value }) => `${field}${equal ? '=' : '!='}${escape(value)}`).join(','),
  };
};
