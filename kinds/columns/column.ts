import type { Column } from '../kind.ts';
import type { ApiObject } from '../object.ts';
import { sinceText } from './duration.ts';

type Cell<O, V> = (object: O, now: number) => V;

/** A column of text. Priority 1 shows it with `-o wide` only. */
export const text = <O>(name: string, description: string, cell: Cell<O, string>, priority: 0 | 1 = 0): Column<O> => ({
  name,
  type: 'string',
  priority,
  description,
  cell,
});

/** A column of whole numbers. */
export const count = <O>(name: string, description: string, cell: Cell<O, number>, priority: 0 | 1 = 0): Column<O> => ({
  name,
  type: 'integer',
  priority,
  description,
  cell,
});

export const nameColumn: Column<ApiObject> = text('Name', 'Name of the object.', ({ metadata }) => metadata.name);

export const ageColumn: Column<ApiObject> = text('Age', 'Time since the object was made.', ({ metadata }, now) =>
  sinceText(metadata.creationTimestamp, now),
);

/** What stands in a cell that has nothing to say. */
export const none = '<none>';

/** Labels as kubectl prints them, sorted by key: `a=1,b=2`; `<none>` when there are none. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || none;

/** The first few items of a list, and how many more there are: `a,b,c + 2 more...`. `whenEmpty` stands for no items. */
export const listText = (items: readonly string[], whenEmpty: string, itemsMax = 3): string => {
  const shown = items.slice(0, itemsMax).join(',');
  return items.length > itemsMax ? `${shown} + ${items.length - itemsMax} more...` : shown || whenEmpty;
};
