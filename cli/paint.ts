import { styleText } from 'node:util';
import type { Terminal } from './output.ts';

/** Colours, where the terminal shows them. */
export type Paint = (colour: 'red' | 'green' | 'bold' | 'dim', text: string) => string;

export const paintFor =
  ({ colour }: Pick<Terminal, 'colour'>): Paint =>
  (name, text) =>
    // Whether to is already decided.
    colour ? styleText(name, text, { validateStream: false }) : text;
