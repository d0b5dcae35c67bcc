import type { Column, Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';

/** How much of each object comes with its row. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** What is asked of a Table. */
export interface TableWish {
  /** Of meta.k8s.io. */
  readonly version: 'v1' | 'v1beta1';
  readonly includeObject: IncludeObject;
}

/** What stands in a list's metadata. */
export interface ListMeta {
  readonly resourceVersion: string;
  /** Absent on the last page. */
  readonly continue?: string;
  /** Absent where it is not known, or nothing remains. */
  readonly remainingItemCount?: number;
}

/** For kinds that say nothing of columns; kubectl turns a date into an age. */
const plainColumns: readonly Column<ApiObject>[] = [
  {
    name: 'Name',
    type: 'string',
    priority: 0,
    description: 'Name of the object.',
    cell: ({ metadata }) => metadata.name,
  },
  {
    name: 'Created At',
    type: 'date',
    priority: 0,
    description: 'When the object was made.',
    cell: ({ metadata }) => metadata.creationTimestamp,
  },
];

const columnsOf = ({ columns }: Kind) => (columns.length > 0 ? columns : plainColumns);

const definitionsOf = (kind: Kind) =>
  columnsOf(kind).map(({ name, type, description, priority }) => ({
    name,
    type,
    format: name === 'Name' ? 'name' : '',
    description,
    priority,
  }));

/** What is known of an object without its content, as metadata clients read it. */
export const metadataOnly = (object: ApiObject, version: TableWish['version']) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata,
});

const rowOf = (kind: Kind, object: ApiObject, now: number, { includeObject, version }: TableWish) => ({
  cells: columnsOf(kind).map(({ cell }) => cell(object, now)),
  ...(includeObject === 'Object' && { object }),
  ...(includeObject === 'Metadata' && { object: metadataOnly(object, version) }),
});

/** Objects as rows of printed columns, as of `now` in ms since the Unix epoch. `defined` says what the columns are. */
export const tableOf = (
  kind: Kind,
  objects: readonly ApiObject[],
  metadata: ListMeta,
  now: number,
  wish: TableWish,
  defined = true,
): unknown => ({
  kind: 'Table',
  apiVersion: `meta.k8s.io/${wish.version}`,
  metadata,
  columnDefinitions: defined ? definitionsOf(kind) : null,
  rows: objects.map((object) => rowOf(kind, object, now, wish)),
});
