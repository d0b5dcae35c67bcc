import { spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How many letters fit. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Where a verb reads from, and the terminal around it if there is one. */
export interface Keyboard {
  readonly input: Readable;
  /** Someone types: input is a terminal. */
  readonly typed: boolean;
  /** Hands every key over as it is pressed, unshown; off again before the verb ends. Does nothing where nobody types. */
  readonly raw: (on: boolean) => void;
  /** Of the terminal that output goes to; undefined when that is none. */
  readonly size: () => TerminalSize | undefined;
  /** Tells of every change of size; returns what ends that. */
  readonly onResize: (tell: () => void) => () => void;
}

/** This process's own. */
export const ownKeyboard = (): Keyboard => {
  const { stdin, stdout } = process;
  return {
    input: stdin,
    typed: stdin.isTTY,
    raw: (on) => {
      if (!stdin.isTTY) return;
      stdin.setRawMode(on);
      // Node leaves line ends to be made of line feeds, which full-screen programs move the cursor with. Undone by the line above.
      if (on) spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
    },
    size: () => (stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : undefined),
    onResize: (tell) => {
      stdout.on('resize', tell);
      return () => void stdout.off('resize', tell);
    },
  };
};
