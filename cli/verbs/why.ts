import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import type { Client } from '../client.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { clockText } from '../moment.ts';
import { jsonText, yamlText } from '../object-text.ts';
import { UserError } from '../output.ts';
import { discover } from '../resources.ts';
import type { Shell } from '../shell.ts';
import { openLibrary } from '../story/library.ts';
import { causesOf, refTo } from '../story/told.ts';
import { whyText } from '../story/why-text.ts';
import { targetOf } from '../target.ts';

interface Options extends AskedCluster {
  readonly output?: string;
}

const examples = `
Examples:
  reckon why pod/web-7d4      why it was made, why it runs where it runs, and why it went
  reckon why deploy/web       who made it so
  reckon why pod/web-7d4 -o json   its events and all that they follow from
It answers for deleted objects too: "reckon history" and "kubectl get events" help to find their names.
`;

const show = async (shell: Shell, client: Client, words: readonly string[], { output }: Options): Promise<void> => {
  if (output !== undefined && output !== 'json' && output !== 'yaml')
    throw new UserError(`Cannot print as "${output}": -o knows json and yaml`, 2);
  const { resource, name } = targetOf(words, await discover(client));
  const ref = refTo(resource, client.access.namespace, name);
  const { terminal, clock } = shell;
  if (output !== undefined) {
    const causes = await causesOf(client, ref);
    terminal.out(output === 'json' ? jsonText(causes) : yamlText(causes));
    return;
  }
  const library = await openLibrary(client, ref);
  terminal.out(await whyText(library, terminal, ({ at }) => clockText(Date.parse(at), clock.now())));
};

/** `reckon why`: what caused an object to be as it is, or to be no more. */
export const addWhy = (program: Command, shell: Shell): void => {
  const command = program
    .command('why')
    .summary('show why an object is as it is, or is gone')
    .description(
      'Follows the recorded causes of everything that happened to an object back to whoever asked for it. Of a pod it also says why it runs on its node.',
    )
    .argument('<what...>', '<resource>/<name>, or <resource> <name>')
    .option('-o, --output <form>', 'json or yaml: the events and their causes as they were recorded')
    .addHelpText('after', examples)
    .action((words: readonly string[], options: Options) =>
      withClient(shell, options, (client) => show(shell, client, words, options)),
    );
  addClusterOptions(command);
};
