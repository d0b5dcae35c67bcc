/** A Table of meta.k8s.io, as the server prints it. */
export interface ServerTable {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  /** Absent or null in a watch, after its first event. */
  readonly columnDefinitions?: readonly { readonly name: string; readonly priority: number }[] | null;
  readonly rows: readonly {
    readonly cells: readonly (string | number | boolean | null)[];
    readonly object?: { readonly metadata: { readonly name: string; readonly namespace?: string } };
  }[];
}

/** The Accept header that asks for it. */
export const tableType = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** Which of a table's columns are shown, and with what before them. */
export interface TableWish {
  readonly wide: boolean;
  /** A column of namespaces comes first. */
  readonly namespaces: boolean;
  /** Given a name, how it is shown. */
  readonly nameOf: (name: string) => string;
}

type Columns = NonNullable<ServerTable['columnDefinitions']>;

const shownOf = (columns: Columns, wide: boolean): readonly number[] =>
  columns.flatMap(({ priority }, i) => (priority === 0 || wide ? [i] : []));

/** The line of headings. */
export const headingsOf = (columns: Columns, { wide, namespaces }: TableWish): readonly string[] => [
  ...(namespaces ? ['NAMESPACE'] : []),
  ...shownOf(columns, wide).map((i) => columns[i]?.name.toUpperCase() ?? ''),
];

/** One line for each row. */
export const cellsOf = (
  { rows }: ServerTable,
  columns: Columns,
  { wide, namespaces, nameOf }: TableWish,
): readonly (readonly string[])[] => {
  const shown = shownOf(columns, wide);
  return rows.map(({ cells, object }) => [
    ...(namespaces ? [object?.metadata.namespace ?? ''] : []),
    ...shown.map((i) => (columns[i]?.name === 'Name' ? nameOf(String(cells[i])) : String(cells[i] ?? '<none>'))),
  ]);
};
