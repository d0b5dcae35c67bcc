import type { Client } from '../client.ts';
import { listObjects, listTable, namesText } from '../listing.ts';
import { momentText } from '../moment.ts';
import { objectsText, type Shown } from '../object-text.ts';
import { UserError } from '../output.ts';
import { cellsOf, headingsOf, type ServerTable, tableType } from '../server-table.ts';
import type { Shell } from '../shell.ts';
import { tableText } from '../table-text.ts';
import { type Getting, tableWishOf } from './getting.ts';
import { type Findings, type Found, readOne, readTargets } from './read-targets.ts';

interface Rows extends Found {
  readonly table: ServerTable;
}
interface Objects extends Found {
  readonly objects: readonly Shown[];
}

const rowsOf = (table: ServerTable): Rows => ({
  table,
  version: table.metadata.resourceVersion ?? '',
  count: table.rows.length,
});

const sayWhen = ({ terminal, clock }: Shell, { moment }: Getting, { found }: Findings<Found>): void => {
  if (!moment) return;
  const version = found.find(({ answers }) => answers.length > 0)?.answers[0]?.version;
  terminal.err(`As of ${momentText(moment, version ?? moment.asOf, clock.now())}:\n`);
};

const sayNothingFound = ({ terminal }: Shell, { namespace, targets }: Getting): void => {
  const inOne = namespace !== '' && targets.some(({ resource }) => resource.namespaced);
  terminal.err(`No resources found${inOne ? ` in ${namespace} namespace` : ''}.\n`);
};

const showTables = async (shell: Shell, client: Client, wish: Getting): Promise<Findings<Found>> => {
  const findings = await readTargets<Rows>(wish, {
    list: async (sought) => rowsOf(await listTable(client, sought)),
    one: async (path) => {
      const table = await readOne<ServerTable>(client, path, tableType);
      return table instanceof UserError ? table : rowsOf(table);
    },
  });
  sayWhen(shell, wish, findings);
  const texts = findings.found.flatMap(({ target, answers }) => {
    const columns = answers[0]?.table.columnDefinitions ?? [];
    const how = tableWishOf(wish, target);
    const rows = answers.flatMap(({ table }) => cellsOf(table, columns, how));
    if (rows.length === 0) return [];
    return [tableText([...(wish.headings ? [headingsOf(columns, how)] : []), ...rows], shell.terminal.columns)];
  });
  shell.terminal.out(texts.join('\n'));
  if (texts.length === 0 && findings.missing.length === 0) sayNothingFound(shell, wish);
  return findings;
};

const showWhole = async (shell: Shell, client: Client, wish: Getting): Promise<Findings<Found>> => {
  const findings = await readTargets<Objects>(wish, {
    list: async (sought) => {
      const { objects, version } = await listObjects(client, sought);
      return { objects, version, count: objects.length };
    },
    one: async (path) => {
      const object = await readOne<Shown>(client, path);
      return object instanceof UserError ? object : { objects: [object], version: '', count: 1 };
    },
  });
  sayWhen(shell, wish, findings);
  const { out } = shell.terminal;
  if (wish.form === 'name') {
    for (const { target, answers } of findings.found)
      out(
        namesText(
          target.resource,
          answers.flatMap(({ objects }) => objects),
        ),
      );
    return findings;
  }
  const objects = findings.found.flatMap(({ answers }) => answers.flatMap((answer) => answer.objects));
  const single = wish.targets.length === 1 && wish.targets[0]?.names.length === 1;
  if (!single || objects.length === 1) out(objectsText(objects, single, wish.form === 'json' ? 'json' : 'yaml'));
  return findings;
};

/** Shows what there is, or was; throws at the end when something that was named is not there. */
export const showObjects = async (shell: Shell, client: Client, wish: Getting): Promise<void> => {
  const show = wish.form === undefined || wish.form === 'wide' ? showTables : showWhole;
  const { missing } = await show(shell, client, wish);
  if (missing.length > 0) throw new UserError(missing.join('\n'));
};
