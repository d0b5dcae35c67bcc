import type { Client } from '../client.ts';
import { listObjects, listTable, namesText, type Sought } from '../listing.ts';
import { objectsText, type Shown } from '../object-text.ts';
import { UserError } from '../output.ts';
import { cellsOf, headingsOf, type ServerTable, tableType } from '../server-table.ts';
import type { Shell } from '../shell.ts';
import { openTable } from '../table-text.ts';
import type { Target } from '../target.ts';
import { watch } from '../watching.ts';
import { type Getting, namedIn, soughtOf, tableWishOf } from './getting.ts';

const watchTable = async (shell: Shell, client: Client, wish: Getting, target: Target, sought: Sought) => {
  const { terminal, signal } = shell;
  const how = tableWishOf(wish, target);
  const print = openTable(terminal.columns);
  const first = await listTable(client, sought);
  const columns = first.columnDefinitions ?? [];
  terminal.out(print([...(wish.headings ? [headingsOf(columns, how)] : []), ...cellsOf(first, columns, how)]));
  await watch(client, sought, first.metadata.resourceVersion ?? '', {
    accept: tableType,
    signal,
    take: ({ object }) => terminal.out(print(cellsOf(object as ServerTable, columns, how))), // as asked for
  });
};

const watchWhole = async (shell: Shell, client: Client, { form }: Getting, target: Target, sought: Sought) => {
  const { terminal, signal } = shell;
  const textOf = (object: Shown): string => {
    if (form === 'name') return namesText(target.resource, [object]);
    return form === 'json' ? objectsText([object], true, 'json') : `---\n${objectsText([object], true, 'yaml')}`;
  };
  const { objects, version } = await listObjects(client, sought);
  for (const object of objects) terminal.out(textOf(object));
  await watch(client, sought, version, { signal, take: ({ object }) => terminal.out(textOf(object as Shown)) }); // as asked for
};

/** Shows what there is, then each change, until the shell's signal comes. */
export const watchObjects = async (shell: Shell, client: Client, wish: Getting): Promise<void> => {
  const [target, ...others] = wish.targets;
  if (!target || others.length > 0 || target.names.length > 1)
    throw new UserError('Only one resource type, or one object, can be watched at a time', 2);
  const [name] = target.names;
  const all = soughtOf(wish, target, undefined);
  const sought = name === undefined ? all : namedIn(all, name);
  const watchAs = wish.form === undefined || wish.form === 'wide' ? watchTable : watchWhole;
  await watchAs(shell, client, wish, target, sought);
};
