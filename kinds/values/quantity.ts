/** How a quantity prints: `12e6`, `12Mi`, `12M`. */
type Format = 'DecimalExponent' | 'BinarySI' | 'DecimalSI';

/** An exact amount of a resource. Upstream holds no finer part than a billionth, so this is a whole number of them. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: Format;
  /** The text it was read from, where that is how upstream prints it again. */
  readonly text?: string;
}

const nanosPerUnit = 10n ** 9n;
const int64Max = 2n ** 63n - 1n;
/** Upstream takes minutes over exponents of four digits; here they are no suffix. */
const exponentMax = 999;
/** Longer than any amount anyone has; keeps the arithmetic short. */
const textMax = 1_024;

const wrongForm =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" as const;
const wrongNumber = 'unable to parse numeric part of quantity' as const;
const wrongSuffix = "unable to parse quantity's suffix" as const;

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: Format;
}

const suffixes: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ...binarySuffixes.map((text, i): [string, Suffix] => [text, { base: 2, exponent: 10 * i, format: 'BinarySI' }]),
  ...decimalSuffixes.map((text, i): [string, Suffix] => [text, { base: 10, exponent: 3 * i - 9, format: 'DecimalSI' }]),
]);

const suffixOf = (text: string): Suffix | undefined => {
  const known = suffixes.get(text);
  if (known || !/^[eE][+-]?[0-9]+$/.test(text)) return known;
  const exponent = Number(text.slice(1));
  return Math.abs(exponent) > exponentMax ? undefined : { base: 10, exponent, format: 'DecimalExponent' };
};

/** Sign, needless zeros, numerator, denominator and suffix. */
const parts = /^([+-]?)(0*)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/** What upstream computes in 64 bits: there it reads a missing number as 0 and may print the text again as it was. */
const isShort = (numerator: string, denominator: string, { exponent, format }: Suffix): boolean =>
  format === 'BinarySI'
    ? denominator === '' && numerator.length <= 14 - Math.trunc((exponent * 3) / 10)
    : numerator.length + denominator.length <= 18 && exponent - denominator.length >= -9;

/** Whether upstream prints a short text again as it was: in whole steps of its suffix, without needless zeros. */
const isKept = (numerator: string, denominator: string, { exponent, format }: Suffix): boolean => {
  if (format === 'BinarySI') return BigInt(numerator) % 8n !== 0n;
  const digits = numerator + denominator;
  return (exponent - denominator.length) % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
};

const ceilDivide = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;

/** Rounded up to a whole billionth: who asks for something shall get something. */
const nanosOf = (numerator: string, denominator: string, { base, exponent }: Suffix): bigint => {
  const digits = BigInt(numerator + denominator) * (base === 2 ? 2n ** BigInt(exponent) : 1n);
  const scale = 9 - denominator.length + (base === 10 ? exponent : 0);
  return scale >= 0 ? digits * 10n ** BigInt(scale) : ceilDivide(digits, 10n ** BigInt(-scale));
};

/** Reads `500m`, `1.5Gi`, `12e6`. A string answer says what is wrong, in upstream's words. */
export const parseQuantity = (text: string): Quantity | string => {
  if (text.length > textMax) return wrongNumber;
  const found = text === '' ? null : parts.exec(text);
  if (!found) return wrongForm;
  const [, sign, zeros = '', digits = '', denominator = '', end = ''] = found;
  const suffix = suffixOf(end);
  if (!suffix) return wrongSuffix;
  const numerator = digits === '' ? '0' : digits;
  const short = isShort(numerator, denominator, suffix);
  if (!short && zeros + digits + denominator === '') return wrongNumber;
  const exact = nanosOf(numerator, denominator, suffix);
  const binary = suffix.format === 'BinarySI';
  const amount = binary && exact > int64Max * nanosPerUnit ? int64Max * nanosPerUnit : exact;
  const format = binary && amount > 0n && amount < nanosPerUnit ? 'DecimalSI' : suffix.format;
  const nanos = sign === '-' ? -amount : amount;
  return short && isKept(numerator, denominator, suffix) ? { nanos, format, text } : { nanos, format };
};

/** Like {@link parseQuantity}, for a text that was validated, or a JSON number; throws on any other. */
export const quantityOf = (value: string | number): Quantity => {
  const quantity = parseQuantity(String(value));
  if (typeof quantity === 'string') throw new Error(`Cannot read the quantity ${JSON.stringify(value)}: ${quantity}`);
  return quantity;
};

/** Takes out as many factors as there are, at most `timesMax`. */
const factorOut = (amount: bigint, factor: bigint, timesMax: number): readonly [bigint, number] => {
  let rest = amount;
  let times = 0;
  while (times < timesMax && rest % factor === 0n) {
    rest /= factor;
    times++;
  }
  return [rest, times];
};

/** How upstream prints the quantity, unless it keeps the text it was read from. */
const canonical = ({ nanos, format }: Quantity): string => {
  if (nanos === 0n) return '0';
  const units = nanos / nanosPerUnit;
  if (format === 'BinarySI' && nanos % nanosPerUnit === 0n && (units >= 1024n || units <= -1024n)) {
    const [amount, times] = factorOut(units, 1024n, binarySuffixes.length - 1);
    return `${amount}${binarySuffixes[times]}`;
  }
  if (format === 'DecimalExponent') {
    const [amount, times] = factorOut(nanos, 1000n, Number.POSITIVE_INFINITY);
    return times === 3 ? String(amount) : `${amount}e${3 * times - 9}`;
  }
  const [amount, times] = factorOut(nanos, 1000n, decimalSuffixes.length - 1);
  return `${amount}${decimalSuffixes[times]}`;
};

/** The quantity's one text, as upstream serves it. */
export const textOfQuantity = (quantity: Quantity): string => quantity.text ?? canonical(quantity);

const awayFromZero = (nanos: bigint, step: bigint): bigint =>
  nanos < 0n ? -ceilDivide(-nanos, step) : ceilDivide(nanos, step);

/** Whole units, parts of one rounded away from zero. */
export const valueOf = ({ nanos }: Quantity): bigint => awayFromZero(nanos, nanosPerUnit);

/** Whole thousandths of a unit, parts of one rounded away from zero. */
export const milliValueOf = ({ nanos }: Quantity): bigint => awayFromZero(nanos, 10n ** 6n);

/** Whole thousandths of a unit, as upstream keeps amounts of resources; a finer amount is rounded away from zero. */
export const roundUpToMilli = (quantity: Quantity): Quantity => {
  const nanos = milliValueOf(quantity) * 10n ** 6n;
  return nanos === quantity.nanos ? quantity : { nanos, format: quantity.format };
};

/** Less than 0 when `a` is less, 0 when they are equal, more than 0 when `a` is more. */
export const compareQuantities = (a: Quantity, b: Quantity): number =>
  Number(a.nanos > b.nanos) - Number(a.nanos < b.nanos);

const sumOf = (a: Quantity, nanos: bigint, b: Quantity): Quantity => ({
  nanos,
  format: a.nanos === 0n ? b.format : a.format,
});

/** Prints as `a` does, or as `b` when `a` is zero; so does {@link subtractQuantities}. */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => sumOf(a, a.nanos + b.nanos, b);

export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => sumOf(a, a.nanos - b.nanos, b);
