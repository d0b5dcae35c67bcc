/** Between columns. */
const gap = '   ';
/** No column is cut to less. */
const widthMin = 12;

/** Takes from the widest columns, but never from the first, which names things, until the line fits. */
const fitted = (widths: readonly number[], columns: number): readonly number[] => {
  const fit = [...widths];
  for (;;) {
    const excess = fit.reduce((sum, width) => sum + width, gap.length * (fit.length - 1)) - columns;
    const widest = Math.max(...fit.slice(1), 0);
    if (excess <= 0 || widest <= widthMin) return fit;
    fit[fit.indexOf(widest, 1)] = Math.max(widest - excess, widthMin);
  }
};

const cut = (cell: string, width: number) => (cell.length > width ? `${cell.slice(0, width - 1)}…` : cell);

/**
 * A table that grows: each call adds rows and answers their lines, aligned with those before. `columns` is how wide the terminal is;
 * absent means that nothing is cut. Lines end without spaces.
 */
export const openTable = (columns?: number): ((rows: readonly (readonly string[])[]) => string) => {
  const widest: number[] = [];
  return (rows) => {
    const clean = rows.map((row) => row.map((cell) => cell.replaceAll(/\s*\n\s*/g, ' ')));
    for (const row of clean)
      row.forEach((cell, i) => {
        widest[i] = Math.max(widest[i] ?? 0, cell.length);
      });
    const widths = columns === undefined ? widest : fitted(widest, columns);
    const lineOf = (row: readonly string[]) =>
      `${row
        .map((cell, i) => cut(cell, widths[i] ?? 0).padEnd(widths[i] ?? 0))
        .join(gap)
        .trimEnd()}\n`;
    return clean.map(lineOf).join('');
  };
};

/** Rows in aligned columns, a line each, as {@link openTable} prints them. */
export const tableText = (rows: readonly (readonly string[])[], columns?: number): string => openTable(columns)(rows);
