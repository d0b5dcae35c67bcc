import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import { applyManifest, placed, resourceOf } from '../apply/apply-manifest.ts';
import type { Client } from '../client.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { type Manifest, readManifests } from '../manifests.ts';
import { UserError } from '../output.ts';
import { discover, objectName } from '../resources.ts';
import type { Shell } from '../shell.ts';
import { showWarnings } from '../warnings.ts';

interface Options extends AskedCluster {
  readonly filename: readonly string[];
  readonly dryRun?: boolean;
}

const examples = `
Examples:
  reckon apply -f web.yaml             make what is not there, change what is different
  reckon apply -f deploy/ -n shop      every .yaml, .yml and .json file of a folder
  reckon apply -f web.yaml --dry-run   say what would happen
  kubectl create deploy web --image nginx -o yaml --dry-run=client | reckon apply -f -
`;

/** Applies all of them, and goes on where one fails: the others may be right. */
const applyAll = async (
  { terminal }: Shell,
  client: Client,
  manifests: readonly Manifest[],
  { namespace, dryRun = false }: Options,
): Promise<void> => {
  const all = await discover(client);
  const failures: string[] = [];
  for (const manifest of manifests) {
    try {
      const resource = resourceOf(all, manifest);
      const object = placed(manifest, resource, client.access.namespace, namespace);
      const told = (answer: Parameters<typeof showWarnings>[1]) => showWarnings(terminal, answer);
      const came = await applyManifest(client, resource, object, { dryRun, told });
      terminal.out(`${objectName(resource, object.metadata.name)} ${came}${dryRun ? ' (dry run)' : ''}\n`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error.message);
    }
  }
  if (failures.length > 0) throw new UserError(failures.join('\n'));
};

/** `reckon apply`: objects become as files say. */
export const addApply = (program: Command, shell: Shell): void => {
  const command = program
    .command('apply')
    .summary('make objects as files say')
    .description(
      'Makes objects that are not there and changes those that are different. What a file said the last time and says no more is taken away; what others have set stays. kubectl apply goes on where this stopped, and the other way round.',
    )
    .requiredOption('-f, --filename <path...>', 'files, folders, or - for standard input')
    .option('--dry-run', 'have the server check all of it, and change nothing')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      const manifests = await readManifests(options.filename, shell.keyboard.input);
      await withClient(shell, options, (client) => applyAll(shell, client, manifests, options));
    });
  addClusterOptions(command);
};
