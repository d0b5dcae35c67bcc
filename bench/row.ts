/** One measurement, with what it is held against. */
export interface Row {
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  /** The figure that was wanted; absent where none was named. */
  readonly aim?: number;
  /** What the machine can do without us, measured in the same run; absent where there is nothing to compare with. */
  readonly baseline?: { readonly figure: number; readonly of: string };
}

const digits = (figure: number, unit: string) =>
  figure.toLocaleString('en', { maximumFractionDigits: figure < 10 && unit !== '/s' ? 2 : 0 });

/** Lines of a table: what, figure, aim, baseline, ratio of figure to baseline. */
export const tableOf = (rows: readonly Row[]): string => {
  const cells = rows.map(({ what, figure, unit, aim, baseline }) => [
    what,
    `${digits(figure, unit)} ${unit}`,
    aim === undefined ? '' : `${digits(aim, unit)} ${unit}`,
    baseline ? `${digits(baseline.figure, unit)} ${unit}` : '',
    baseline ? (figure / baseline.figure).toFixed(2) : '',
    baseline?.of ?? '',
  ]);
  const all = [['what', 'figure', 'aim', 'baseline', 'ratio', 'baseline is'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  const lineOf = (line: readonly string[]) =>
    line.map((cell, column) =>
      column === 0 || column === 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  const [head = [], ...rest] = all.map((line) => `| ${lineOf(line).join(' | ')} |`);
  return [head, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rest].join('\n');
};

/** Hands a row to whoever runs all benches; prints it where a bench runs by itself. */
export const tell = (row: Row): void => {
  if (process.send) process.send(row);
  else process.stdout.write(`${tableOf([row]).split('\n')[2]}\n`);
};
