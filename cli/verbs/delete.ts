import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import { placed, resourceOf } from '../apply/apply-manifest.ts';
import type { Client } from '../client.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { type Deletion, deleteObject, type Doomed, waitUntilGone } from '../deletion.ts';
import { listObjects } from '../listing.ts';
import { readManifests } from '../manifests.ts';
import { UserError } from '../output.ts';
import { discover, objectName, type Resource } from '../resources.ts';
import type { Shell } from '../shell.ts';
import { targetsOf } from '../target.ts';

interface Options extends AskedCluster {
  readonly filename?: readonly string[];
  readonly selector?: string;
  readonly all?: boolean;
  readonly gracePeriod?: string;
  readonly now?: boolean;
  readonly cascade: string;
  readonly ignoreNotFound?: boolean;
  readonly wait: boolean;
}

const examples = `
Examples:
  reckon delete pod/web-1              one object; returns when it is gone
  reckon delete -f web.yaml            what a file names
  reckon delete pods -l app=web        those with a label
  reckon delete pod/web-1 --now        without the pod's grace: after one second
  reckon delete deploy/web --cascade orphan   keep its ReplicaSets and pods
What is deleted stays in the log: "reckon history pod/web-1" and "reckon get pods --at …" still show it.
`;

const policies: Readonly<Record<string, Deletion['propagationPolicy']>> = {
  background: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
};

const deletionOf = ({ gracePeriod, now, cascade }: Options): Deletion => {
  const propagationPolicy = policies[cascade];
  if (!propagationPolicy)
    throw new UserError(`--cascade takes ${Object.keys(policies).join(', ')}, not "${cascade}"`, 2);
  if (now && gracePeriod !== undefined)
    throw new UserError('--now says how long the grace is: leave out --grace-period', 2);
  if (gracePeriod !== undefined && !/^\d{1,9}$/.test(gracePeriod))
    throw new UserError(`--grace-period takes seconds, a whole number from 0, not "${gracePeriod}"`, 2);
  const seconds = now ? 1 : gracePeriod === undefined ? undefined : Number(gracePeriod);
  return { propagationPolicy, ...(seconds !== undefined && { gracePeriodSeconds: seconds }) };
};

const doomedByFile = async (
  { keyboard }: Shell,
  client: Client,
  all: readonly Resource[],
  paths: readonly string[],
  namespace: string | undefined,
): Promise<readonly Doomed[]> => {
  const manifests = await readManifests(paths, keyboard.input);
  return manifests.map((manifest) => {
    const resource = resourceOf(all, manifest);
    const { metadata } = placed(manifest, resource, client.access.namespace, namespace);
    return { resource, namespace: metadata.namespace ?? '', name: metadata.name };
  });
};

const doomedByName = async (
  client: Client,
  all: readonly Resource[],
  words: readonly string[],
  { selector = '', all: everything }: Options,
): Promise<readonly Doomed[]> => {
  const { namespace } = client.access;
  const doomed: Doomed[] = [];
  for (const { resource, names } of targetsOf(words, all)) {
    if (names.length === 0 && selector === '' && !everything)
      throw new UserError('Say which: by name, with --selector, or --all', 2);
    const sought = { resource, namespace, labels: selector, fields: '', asOf: undefined };
    const found =
      names.length > 0 ? names : (await listObjects(client, sought)).objects.map(({ metadata }) => metadata.name);
    doomed.push(...found.map((name) => ({ resource, namespace, name })));
  }
  return doomed;
};

const remove = async (shell: Shell, client: Client, words: readonly string[], options: Options): Promise<void> => {
  const { filename, namespace, ignoreNotFound = false, wait } = options;
  const { terminal } = shell;
  const deletion = deletionOf(options);
  if (filename && words.length > 0) throw new UserError('Name objects, or files with -f: not both', 2);
  const all = await discover(client);
  const doomed = filename
    ? await doomedByFile(shell, client, all, filename, namespace)
    : await doomedByName(client, all, words, options);
  if (doomed.length === 0) terminal.err('No resources found.\n');

  const failures: string[] = [];
  const going: Doomed[] = [];
  for (const one of doomed) {
    try {
      const uid = await deleteObject(client, one, deletion, ignoreNotFound);
      if (uid === undefined) continue;
      terminal.out(`${objectName(one.resource, one.name)} deleted\n`);
      going.push({ ...one, uid });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error.message);
    }
  }
  if (wait) for (const one of going) await waitUntilGone(client, one, shell.signal);
  if (failures.length > 0) throw new UserError(failures.join('\n'));
};

/** `reckon delete`: objects go. */
export const addDelete = (program: Command, shell: Shell): void => {
  const command = program
    .command('delete')
    .summary('delete objects')
    .description(
      'Deletes objects, and returns when they are gone. Pods get the grace they ask for to end by themselves.',
    )
    .argument('[what...]', '<resource>/<name>…, <resource> <name>…, or <resource> with -l or --all')
    .option('-f, --filename <path...>', 'what these files and folders name; - for standard input')
    .option('-l, --selector <labels>', 'those with these labels')
    .option('--all', 'all of them, in the namespace')
    .option('--grace-period <seconds>', 'how long pods may take to end by themselves (default: as they say)')
    .option('--now', 'the same as --grace-period 1')
    .option(
      '--cascade <how>',
      'what it owns: background (goes too), foreground (goes first), orphan (stays)',
      'background',
    )
    .option('--ignore-not-found', 'what is not there is as good as deleted')
    .option('--no-wait', 'do not wait until they are gone')
    .addHelpText('after', examples)
    .action((words: readonly string[], options: Options) =>
      withClient(shell, options, (client) => remove(shell, client, words, options)),
    );
  addClusterOptions(command);
};
