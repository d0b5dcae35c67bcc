import { parseInt64 } from './integer.ts';
import { quote } from './quote.ts';

/** A number, or a text: a percentage (`25%`) or the name of a port, as the field has it. */
export type IntOrString = number | string;

/** How a part of a whole becomes a whole number. */
export type Rounding = 'up' | 'down';

/** `value` itself, or as a percentage of `total`. A string answer says what is wrong, in upstream's words. */
export const scale = (value: IntOrString, total: number, rounding: Rounding): number | string => {
  if (typeof value === 'number') return value;
  if (!value.endsWith('%')) return 'invalid value for IntOrString: invalid type: string is not a percentage';
  const digits = value.slice(0, -1);
  const percent = parseInt64(digits);
  if (typeof percent === 'string')
    return `invalid value for IntOrString: invalid value ${quote(value)}: strconv.Atoi: parsing ${quote(digits)}: ${percent}`;
  const part = (Number(percent) * total) / 100;
  return rounding === 'up' ? Math.ceil(part) : Math.floor(part);
};

/** Like {@link scale}, for a value that was validated; throws on any other. */
export const scaled = (value: IntOrString, total: number, rounding: Rounding): number => {
  const part = scale(value, total, rounding);
  if (typeof part === 'string') throw new Error(`Cannot scale ${JSON.stringify(value)}: ${part}`);
  return part;
};
