import { yamlText } from '../object-text.ts';
import type { Paint } from '../paint.ts';
import { type Difference, differencesBetween, differencesOf } from './difference.ts';
import { whoText } from './identity-text.ts';
import type { Lived } from './lived.ts';
import { withVeil } from './value-text.ts';

const isPlain = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || Object.keys(value).length === 0;

/** One side of a difference: a value on its line, anything larger below it. */
const sideText = (mark: string, path: string, value: unknown): readonly string[] => {
  if (isPlain(value)) return [`${mark} ${path}: ${yamlText(value).trimEnd()}`];
  const lines = yamlText(value).trimEnd().split('\n');
  return [`${mark} ${path}:`, ...lines.map((line) => `${mark}   ${line}`)];
};

const linesOf = ({ path, from, to }: Difference, paint: Paint): readonly string[] => [
  ...(from === undefined ? [] : sideText('-', path, from).map((line) => paint('red', line))),
  ...(to === undefined ? [] : sideText('+', path, to).map((line) => paint('green', line))),
];

/** All that an event changed, field by field, below a line that says which event it was. */
export const diffText = (lived: Lived, time: string, paint: Paint): string => {
  const { told, before, after } = lived;
  const head = `version ${told.position}, ${time}: ${told.type} by ${whoText(told)}`;
  const born = !before && after !== undefined;
  const differences = born ? differencesBetween({}, after) : differencesOf(lived);
  const lines = withVeil(told.ref, differences).flatMap((one) => linesOf(one, paint));
  return `${[paint('bold', head), ...lines].join('\n')}\n`;
};
