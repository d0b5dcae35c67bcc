import type { Examination } from './make-ready.ts';

const marks = { ok: ['ok', 32], missing: ['missing', 31], warning: ['warning', 33] } as const;

/** The checks as a table for people, what to do about each below it, and the exact commands for all of them at the end. */
export const reportText = ({ checks, remedies }: Examination, colour: boolean): string => {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, found, why, advice }) => {
    const [word, code] = marks[state];
    const mark = word.padEnd(8);
    const line = `${colour ? `\x1b[${code}m${mark}\x1b[0m` : mark} ${name.padEnd(width)}  ${found}`;
    return state === 'ok' ? [line] : [line, `${' '.repeat(9)}${why}`, `${' '.repeat(9)}${advice}`];
  });
  const todo = remedies.length === 0 ? [] : ['', 'What to do:', ...remedies.map((line) => `  ${line}`)];
  return `${[...lines, ...todo].join('\n')}\n`;
};
