import { Command, type Option } from 'commander';
import type { Client } from './client.ts';
import { withClient } from './cluster-options.ts';
import { listObjects } from './listing.ts';
import { UserError } from './output.ts';
import { discover, findResource, type Resource, resourceName } from './resources.ts';
import type { Shell } from './shell.ts';
import { verbs } from './verbs/index.ts';

/** The verbs whose words name objects, and those whose first word names a pod. */
const onObjects = new Set(['get', 'describe', 'delete', 'scale', 'history', 'why']);
const onPods = new Set(['logs', 'exec']);

const commandFor = async (verb: string, shell: Shell): Promise<Command | undefined> => {
  const program = new Command();
  const add = await verbs[verb]?.();
  add?.(program, shell);
  return program.commands[0];
};

/** The value that an option has among the words, if it is there. */
const valueOf = (words: readonly string[], ...names: readonly string[]): string | undefined => {
  const at = words.findLastIndex((word) => names.includes(word));
  return at < 0 ? undefined : words[at + 1];
};

const takesValue = ({ required, short, long }: Option, word: string | undefined): boolean =>
  required && word !== undefined && (word === short || word === long);

/** Words that are neither options nor their values. */
const plainWords = (words: readonly string[], { options }: Command): readonly string[] =>
  words.filter((word, i) => {
    if (word.startsWith('-')) return false;
    const before = words[i - 1];
    return !options.some((option) => takesValue(option, before));
  });

const namesOf = async (client: Client, resource: Resource): Promise<readonly string[]> => {
  const { namespace } = client.access;
  const { objects } = await listObjects(client, { resource, namespace, labels: '', fields: '', asOf: undefined });
  return objects.map(({ metadata }) => metadata.name);
};

const objectCandidates = async (
  client: Client,
  plain: readonly string[],
  current: string,
): Promise<readonly string[]> => {
  const all = await discover(client);
  const slash = current.indexOf('/');
  const type = slash < 0 ? plain[0] : current.slice(0, slash);
  if (type === undefined || (slash < 0 && type.includes('/')))
    return all.flatMap((resource) => [resourceName(resource), ...resource.shortNames]);
  const resource = findResource(all, type);
  if (!resource) return [];
  const names = await namesOf(client, resource);
  return slash < 0 ? names : names.map((name) => `${type}/${name}`);
};

const podCandidates = async (client: Client, plain: readonly string[]): Promise<readonly string[]> => {
  const pods = findResource(await discover(client), 'pods');
  return pods && plain.length === 0 ? namesOf(client, pods) : [];
};

/** What the server knows: tried once, and without a word where it cannot be asked. */
const fromServer = async (
  shell: Shell,
  words: readonly string[],
  ask: (client: Client) => Promise<readonly string[]>,
): Promise<readonly string[]> => {
  const [kubeconfig, context, namespace] = [
    valueOf(words, '--kubeconfig'),
    valueOf(words, '--context'),
    valueOf(words, '-n', '--namespace'),
  ];
  try {
    return await withClient(
      shell,
      { ...(kubeconfig && { kubeconfig }), ...(context && { context }), ...(namespace && { namespace }) },
      ask,
    );
  } catch (error) {
    // Whoever presses Tab wants words, not reasons.
    if (error instanceof UserError) return [];
    throw error;
  }
};

/** What the last of these words may become; the words are those after `reckon`. Sorted; empty where nothing is known. */
export const candidatesFor = async (shell: Shell, words: readonly string[]): Promise<readonly string[]> => {
  const [verb = ''] = words;
  const current = words.at(-1) ?? '';
  const fitting = (all: readonly string[]) => [...new Set(all)].filter((one) => one.startsWith(current)).sort();
  if (words.length <= 1) return fitting([...Object.keys(verbs), 'help']);
  const command = await commandFor(verb, shell);
  if (!command) return [];
  if (current.startsWith('-')) return fitting(command.options.flatMap(({ long }) => long ?? []));
  const before = words.slice(1, -1);
  const last = before.at(-1) ?? '';
  if (last === '-n' || last === '--namespace')
    return fitting(
      await fromServer(shell, before.slice(0, -1), (client) => objectCandidates(client, ['namespaces'], '')),
    );
  const plain = plainWords(before, command);
  if (command.options.some((option) => takesValue(option, last))) return [];
  if (onPods.has(verb)) return fitting(await fromServer(shell, before, (client) => podCandidates(client, plain)));
  if (onObjects.has(verb))
    return fitting(await fromServer(shell, before, (client) => objectCandidates(client, plain, current)));
  return [];
};
