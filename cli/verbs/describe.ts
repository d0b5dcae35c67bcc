import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import { bodyOf, type Client } from '../client.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { describeText, eventsText, type ToldEvent } from '../describe-text.ts';
import { listObjects } from '../listing.ts';
import type { Shown } from '../object-text.ts';
import { UserError } from '../output.ts';
import { discover, pathOf, type Resource } from '../resources.ts';
import type { Shell } from '../shell.ts';
import { targetsOf } from '../target.ts';

interface Options extends AskedCluster {
  readonly selector?: string;
}

const examples = `
Examples:
  reckon describe pod/web-7d4     one object: what is asked of it, how it is, what was told of it
  reckon describe deploy web      the same, in other words
  reckon describe pods -l app=web all with a label
"reckon history" shows what happened to it, "reckon why" what caused that.
`;

/** Events tell of cluster-scoped objects in the namespace "default". */
const eventsOf = async (
  client: Client,
  all: readonly Resource[],
  { metadata }: Shown,
): Promise<readonly ToldEvent[]> => {
  const resource = all.find(({ group, plural }) => group === '' && plural === 'events');
  if (!resource) return [];
  const { objects } = await listObjects(client, {
    resource,
    namespace: metadata.namespace ?? 'default',
    labels: '',
    fields: `involvedObject.uid=${metadata.uid}`,
    asOf: undefined,
  });
  return objects as readonly (Shown & ToldEvent)[]; // Events
};

const found = async (
  client: Client,
  resource: Resource,
  names: readonly string[],
  labels: string,
): Promise<readonly Shown[]> => {
  const { namespace } = client.access;
  if (names.length === 0)
    return (await listObjects(client, { resource, namespace, labels, fields: '', asOf: undefined })).objects;
  const objects: Shown[] = [];
  for (const name of names)
    objects.push(bodyOf(await client.ask({ path: pathOf(resource, namespace, name) })) as Shown); // an object
  return objects;
};

const show = async (
  { terminal, clock }: Shell,
  client: Client,
  words: readonly string[],
  options: Options,
): Promise<void> => {
  const all = await discover(client);
  let shown = 0;
  for (const { resource, names } of targetsOf(words, all)) {
    for (const object of await found(client, resource, names, options.selector ?? '')) {
      const events = await eventsOf(client, all, object);
      const text = `${describeText(object)}${eventsText(events, clock.now(), terminal.columns)}`;
      terminal.out(shown++ === 0 ? text : `\n\n${text}`);
    }
  }
  if (shown === 0) throw new UserError('No resources found');
};

/** `reckon describe`: all of an object, for people. */
export const addDescribe = (program: Command, shell: Shell): void => {
  const command = program
    .command('describe')
    .summary('show all of an object, and what was told of it')
    .description('Shows what is asked of an object, how it is, and the Events that tell of it.')
    .argument('<what...>', '<resource>/<name>…, <resource> <name>…, or <resource>')
    .option('-l, --selector <labels>', 'those with these labels')
    .addHelpText('after', examples)
    .action((words: readonly string[], options: Options) =>
      withClient(shell, options, (client) => show(shell, client, words, options)),
    );
  addClusterOptions(command);
};
