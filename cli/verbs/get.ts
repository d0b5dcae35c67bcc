import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import type { Client } from '../client.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { showObjects } from '../get/show-objects.ts';
import { watchObjects } from '../get/watch-objects.ts';
import { momentOf } from '../moment.ts';
import { UserError } from '../output.ts';
import { discover } from '../resources.ts';
import type { Shell } from '../shell.ts';
import { targetsOf } from '../target.ts';

interface Options extends AskedCluster {
  readonly output?: string;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly allNamespaces?: boolean;
  readonly watch?: boolean;
  readonly at?: string;
  readonly headers: boolean;
}

const examples = `
Examples:
  reckon get pods                      pods of your namespace
  reckon get deploy,svc -A -o wide     several kinds, of all namespaces, with more columns
  reckon get deploy/web -o yaml        one object, whole
  reckon get pods -l app=web -w        and what changes from now on
  reckon get pods --at 10:43           pods as they were at 10:43
  reckon get pods --at "10 s ago"      as they were ten seconds ago
  reckon get deploy/web --at 1234      as of version 1234; "reckon history deploy/web" lists versions
`;

const forms = ['wide', 'yaml', 'json', 'name'] as const;
type Form = (typeof forms)[number];

const formOf = (text: string | undefined): Form | undefined => {
  if (text === undefined) return undefined;
  const found = forms.find((form) => form === text);
  if (found) return found;
  throw new UserError(
    `Cannot print as "${text}": -o knows ${forms.join(', ')}. kubectl knows more, also of the past: "kubectl --server <url>/at/10:43 …"`,
    2,
  );
};

const get = async (shell: Shell, client: Client, words: readonly string[], options: Options): Promise<void> => {
  const form = formOf(options.output);
  if (options.watch && options.at !== undefined)
    throw new UserError('The past does not change: leave out --watch or --at', 2);
  const moment = options.at === undefined ? undefined : momentOf(options.at, shell.clock.now());
  const targets = targetsOf(words, await discover(client));
  const wish = {
    targets,
    namespace: options.allNamespaces ? '' : client.access.namespace,
    labels: options.selector ?? '',
    fields: options.fieldSelector ?? '',
    form,
    headings: options.headers,
    moment,
  };
  if (options.watch) await watchObjects(shell, client, wish);
  else await showObjects(shell, client, wish);
};

/** `reckon get`: objects as they are, or as they were. */
export const addGet = (program: Command, shell: Shell): void => {
  const command = program
    .command('get')
    .summary('show objects, as they are or as they were')
    .description('Shows objects as the server prints them; with --at as they were at any moment of the past.')
    .argument('<what...>', '<resource>, <resource> <name>…, or <resource>/<name>…')
    .option('-o, --output <form>', `how: ${forms.join(', ')}`)
    .option('-l, --selector <labels>', 'only those with these labels: app=web,tier!=db')
    .option('--field-selector <fields>', 'only those with these fields: status.phase=Running')
    .option('-A, --all-namespaces', 'of all namespaces')
    .option('-w, --watch', 'go on and show what changes')
    .option('--at <moment>', 'as of then: 10:43, "10 s ago", 2026-01-31T10:43:00Z, or a version')
    .option('--no-headers', 'leave out the line of headings')
    .addHelpText('after', examples)
    .action((words: readonly string[], options: Options) =>
      withClient(shell, options, (client) => get(shell, client, words, options)),
    );
  addClusterOptions(command);
};
