import { quote } from '../../values/quote.ts';

/** A time as upstream holds it, or what is wrong with the text in the words of Go's `time.Parse`. */
type Read = { readonly ms: number; readonly micros: number } | { readonly wrong: string };

interface Layout {
  readonly text: string;
  /** MicroTime insists on six digits after the point; Time takes any number of them, or none. */
  readonly micro: boolean;
}
const time: Layout = { text: '2006-01-02T15:04:05Z07:00', micro: false };
const microTime: Layout = { text: '2006-01-02T15:04:05.000000Z07:00', micro: true };

/** The layout in steps: what to match, and the part of the layout that Go names when it does not. */
const steps: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01'],
  [/^-/, '-'],
  [/^\d\d/, '02'],
  [/^T/, 'T'],
  [/^\d\d?/, '15'],
  [/^:/, ':'],
  [/^\d\d/, '04'],
  [/^:/, ':'],
];
const secondsAndZone = (micro: boolean): typeof steps => [
  [/^\d\d/, '05'],
  micro ? [/^[.,]\d{6}(?!\d)/, '.000000'] : [/^(?:[.,]\d+)?/, ''],
  [/^(?:Z|[+-]\d\d:\d\d)/, 'Z07:00'],
];

const rangeOf = (numbers: readonly number[]): string | undefined => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  if (month < 1 || month > 12) return 'month';
  if (hour > 23) return 'hour';
  if (minute > 59) return 'minute';
  if (second > 59) return 'second';
  return day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate() ? 'day' : undefined;
};

/** Minutes east of Greenwich. */
const offsetOf = (zone: string): number => {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
};

const read = (text: string, layout: Layout): Read => {
  let rest = text;
  const found: string[] = [];
  for (const [pattern, name] of [...steps, ...secondsAndZone(layout.micro)]) {
    const part = pattern.exec(rest)?.[0];
    if (part === undefined)
      return { wrong: `parsing time ${quote(text)} as "${layout.text}": cannot parse ${quote(rest)} as "${name}"` };
    found.push(part);
    rest = rest.slice(part.length);
  }
  if (rest !== '') return { wrong: `parsing time ${quote(text)}: extra text: ${quote(rest)}` };
  const numbers = [0, 2, 4, 6, 8, 10].map((at) => Number(found[at]));
  const outside = rangeOf(numbers);
  if (outside) return { wrong: `parsing time ${quote(text)}: ${outside} out of range` };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  // Years below 100 would be taken for 19xx.
  const ms = new Date(Date.UTC(2000, month - 1, day, hour, minute, second)).setUTCFullYear(year, month - 1, day);
  return { ms: ms - offsetOf(found[12] ?? 'Z') * 60_000, micros: Number((found[11] ?? '').slice(1, 7).padEnd(6, '0')) };
};

const zeroMs = new Date(0).setUTCFullYear(1, 0, 1);
/** Certainly a time and already as it prints, which is what servers send back and forth all day. */
const plainTime = /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{6})?Z$/;

/** The text in UTC as upstream prints it; `undefined` for the zero time, which it prints as null. */
const normalise = (text: string, layout: Layout): string | undefined | { readonly wrong: string } => {
  const plain = plainTime.exec(text);
  if (plain && (plain[1] !== undefined) === layout.micro) return text;
  const at = read(text, layout);
  if ('wrong' in at) return at;
  if (at.ms === zeroMs && (at.micros === 0 || !layout.micro)) return undefined;
  return `${new Date(at.ms).toISOString().slice(0, 19)}${layout.micro ? `.${String(at.micros).padStart(6, '0')}` : ''}Z`;
};

/** metav1.Time: RFC 3339, whole seconds. */
export const normaliseTime = (text: string) => normalise(text, time);
/** metav1.MicroTime: RFC 3339 with six digits after the point. */
export const normaliseMicroTime = (text: string) => normalise(text, microTime);
