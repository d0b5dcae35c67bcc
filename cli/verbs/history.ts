import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import type { Client } from '../client.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { clockText } from '../moment.ts';
import { jsonText, yamlText } from '../object-text.ts';
import { UserError } from '../output.ts';
import { paintFor } from '../paint.ts';
import { discover } from '../resources.ts';
import type { Shell } from '../shell.ts';
import { diffText } from '../story/diff-text.ts';
import { throughCell, whoCell } from '../story/identity-text.ts';
import { liveAgain } from '../story/lived.ts';
import { changeText } from '../story/summary.ts';
import { historyOf, refTo } from '../story/told.ts';
import { tableText } from '../table-text.ts';
import { targetOf } from '../target.ts';

interface Options extends AskedCluster {
  readonly output?: string;
  readonly diff?: boolean;
  readonly limit: string;
}

const examples = `
Examples:
  reckon history deploy/web            every event: when, who, through what, what changed
  reckon history pod/web-7d4 --diff    field by field, before and after
  reckon history deploy/web -o json    the events themselves
  reckon get deploy/web --at 1234      the object as of a version in the first column
An object that is deleted keeps its history.
`;

const limitOf = (text: string): number => {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UserError(`--limit takes a whole number from 1 to 9999, not "${text}"`, 2);
};

const show = async (shell: Shell, client: Client, words: readonly string[], options: Options): Promise<void> => {
  const { output } = options;
  const limit = limitOf(options.limit);
  if (output !== undefined && output !== 'json' && output !== 'yaml')
    throw new UserError(`Cannot print as "${output}": -o knows json and yaml`, 2);
  const { resource, name } = targetOf(words, await discover(client));
  const { terminal, clock } = shell;
  const { events, cut } = await historyOf(client, refTo(resource, client.access.namespace, name), limit);
  if (cut) terminal.err(`Only the newest ${events.length} events are shown: --limit shows more.\n`);
  if (output !== undefined) {
    const told = { events: events.map(({ ref: _ref, ...event }) => event) };
    terminal.out(output === 'json' ? jsonText(told) : yamlText(told));
    return;
  }
  const lived = liveAgain(events);
  const timeOf = (at: string) => clockText(Date.parse(at), clock.now());
  if (options.diff) {
    terminal.out(lived.map((one) => diffText(one, timeOf(one.told.at), paintFor(terminal))).join('\n'));
    return;
  }
  const rows = lived.map((one) => {
    const { told } = one;
    return [String(told.position), timeOf(told.at), told.type, whoCell(told), throughCell(told), changeText(one)];
  });
  terminal.out(tableText([['VERSION', 'TIME', 'EVENT', 'WHO', 'THROUGH', 'WHAT CHANGED'], ...rows], terminal.columns));
};

/** `reckon history`: everything that ever happened to an object. */
export const addHistory = (program: Command, shell: Shell): void => {
  const command = program
    .command('history')
    .summary('show everything that happened to an object')
    .description(
      'Shows every event of one object, oldest first: its version, when, who, through what, and what changed.',
    )
    .argument('<what...>', '<resource>/<name>, or <resource> <name>')
    .option('--diff', 'every changed field, before and after')
    .option('-o, --output <form>', 'json or yaml: the events as they were recorded')
    .option('--limit <n>', 'so many events, the newest', '1000')
    .addHelpText('after', examples)
    .action((words: readonly string[], options: Options) =>
      withClient(shell, options, (client) => show(shell, client, words, options)),
    );
  addClusterOptions(command);
};
