import { fault, textOfAll } from '../fault.ts';
import { badRequest, type Rejection } from '../rejection.ts';
import { parseInt64 } from './integer.ts';
import { check } from './names.ts';
import { type Operator, type Requirement, type Selector, selectorOf } from './selector.ts';

/** A query string is shorter; this bounds the work on one that is not. */
const textMax = 64 * 1024;

const token = /==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+/g;
/** What follows the last token. */
const end = '';
const isWord = (text: string) => text !== end && !/^[=!(),<>]/.test(text);

const operators: Readonly<Record<string, Operator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};
const operatorNames = 'in, notin, =, ==, !=, gt, lt';

/** Reads tokens until something is wrong; from then on there are no more. */
interface Reader {
  readonly peek: () => string;
  readonly take: () => string;
  readonly refuse: (why: string) => void;
  /** The first thing that was wrong. */
  readonly wrong: () => string | undefined;
}

const readerOf = (text: string): Reader => {
  // Upstream's reader takes a NUL for the end.
  const tokens = text.split('\0', 1)[0]?.match(token) ?? [];
  let next = 0;
  let wrong: string | undefined;
  return {
    peek: () => tokens[next] ?? end,
    take: () => tokens[next++] ?? end,
    refuse: (why) => {
      wrong ??= why;
      next = tokens.length;
    },
    wrong: () => wrong,
  };
};

/** The values between parentheses; upstream reads a missing one as empty: `(a,)`. */
const takeList = ({ peek, take, refuse, wrong }: Reader): readonly string[] => {
  const values = new Set<string>();
  while (wrong() === undefined) {
    const item = take();
    if (isWord(item)) {
      values.add(item);
      if (peek() === ')') break;
      if (peek() !== ',') refuse(`found '${peek()}', expected: ',' or ')'`);
    } else if (item === ',') {
      if (values.size === 0 || peek() === ')' || peek() === ',') values.add('');
      if (peek() === ')') break;
      if (peek() === ',') take();
    } else refuse(`found '${item}', expected: ',', or identifier`);
  }
  return [...values].sort();
};

const takeSet = (reader: Reader): readonly string[] => {
  const open = reader.take();
  if (open !== '(') reader.refuse(`found '${open}' expected: '('`);
  const next = reader.peek();
  if (next !== ')' && next !== ',' && !isWord(next)) reader.refuse(`found '${next}', expected: ',', ')' or identifier`);
  const values = next === ')' ? [''] : takeList(reader);
  reader.take();
  return values;
};

const takeValue = ({ peek, take, refuse }: Reader): readonly string[] => {
  if (peek() === end || peek() === ',') return [''];
  const value = take();
  if (!isWord(value)) refuse(`found '${value}', expected: identifier`);
  return [value];
};

const faultsOf = ({ key, operator, values }: Requirement) => {
  const ordered = operator === 'gt' || operator === 'lt';
  const unordered = values.flatMap((value, i) =>
    ordered && typeof parseInt64(value) === 'string'
      ? [fault.invalid(`values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")]
      : [],
  );
  const wrong = values.flatMap((value, i) => {
    const whys = check.labelValue(value);
    return whys.length === 0 ? [] : [fault.invalid(`values[${i}][${key}]`, value, whys.join('; '))];
  });
  return [...unordered, ...wrong];
};

const takeRequirement = (reader: Reader): Requirement => {
  const first = reader.take();
  const key = first === '!' ? reader.take() : first;
  if (!isWord(key)) reader.refuse(`found '${key}', expected: identifier`);
  const whys = check.qualifiedName(key);
  // Upstream has no field to name here, and prints that.
  if (whys.length > 0) reader.refuse(textOfAll([fault.invalid('<nil>', key, whys.join('; '))]));
  if (first === '!') return { key, operator: '!', values: [] };
  if (reader.peek() === end || reader.peek() === ',') return { key, operator: 'exists', values: [] };
  const sign = reader.take();
  const operator = operators[sign];
  if (!operator) reader.refuse(`found '${sign}', expected: ${operatorNames}`);
  const values = operator === 'in' || operator === 'notin' ? takeSet(reader) : takeValue(reader);
  const requirement: Requirement = { key, operator: operator ?? 'exists', values };
  const faults = faultsOf(requirement);
  if (faults.length > 0) reader.refuse(textOfAll(faults));
  return requirement;
};

/** Reads `app=web,tier in (a,b),!old`. What it cannot read it refuses with 400 and upstream's words. */
export const parseLabelSelector = (text: string): Selector | Rejection => {
  if (text.length > textMax) return badRequest(`label selector is longer than ${textMax} characters`);
  const reader = readerOf(text);
  const requirements: Requirement[] = [];
  for (let next = reader.peek(); next !== end || requirements.length > 0; next = reader.peek()) {
    if (!isWord(next) && next !== '!') {
      const first = requirements.length === 0;
      return badRequest(
        `found '${next}', expected: ${first ? "!, identifier, or 'end of string'" : "identifier after ','"}`,
      );
    }
    requirements.push(takeRequirement(reader));
    const wrong = reader.wrong();
    if (wrong !== undefined) return badRequest(`unable to parse requirement: ${wrong}`);
    const after = reader.take();
    if (after === end) break;
    if (after !== ',') return badRequest(`found '${after}', expected: ',' or 'end of string'`);
  }
  return selectorOf(requirements);
};
