import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import { bodyOf, type Client } from '../client.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { UserError } from '../output.ts';
import { discover, objectName, pathOf } from '../resources.ts';
import type { Shell } from '../shell.ts';
import { targetsOf } from '../target.ts';
import { showWarnings } from '../warnings.ts';

interface Options extends AskedCluster {
  readonly replicas: string;
  readonly currentReplicas?: string;
}

const examples = `
Examples:
  reckon scale deploy/web --replicas 3                        have three pods
  reckon scale deploy/web --replicas 3 --current-replicas 2   but only if there are to be two now
`;

const countOf = (text: string, option: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError(`${option} takes a whole number from 0, not "${text}"`, 2);
};

/** Part of autoscaling/v1 Scale. */
interface Scale {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec: { readonly replicas?: number };
}

const checkCurrent = async (client: Client, path: string, name: string, wanted: number): Promise<Scale> => {
  const scale = bodyOf(await client.ask({ path })) as Scale; // a scale
  const current = scale.spec.replicas ?? 0;
  if (current === wanted) return scale;
  throw new UserError(`${name} is to have ${current} replicas, not ${wanted}: nothing was changed`);
};

const scale = async (
  { terminal }: Shell,
  client: Client,
  words: readonly string[],
  options: Options,
): Promise<void> => {
  const replicas = countOf(options.replicas, '--replicas');
  const current =
    options.currentReplicas === undefined ? undefined : countOf(options.currentReplicas, '--current-replicas');
  for (const { resource, names } of targetsOf(words, await discover(client))) {
    if (names.length === 0) throw new UserError('Name what is to be scaled: <resource>/<name>', 2);
    for (const name of names) {
      const shown = objectName(resource, name);
      if (!resource.subresources.includes('scale')) throw new UserError(`${shown} cannot be scaled`);
      const path = pathOf(resource, client.access.namespace, name, 'scale');
      const seen = current === undefined ? undefined : await checkCurrent(client, path, shown, current);
      const answer = await client.ask({
        method: 'PATCH',
        path: `${path}?fieldManager=reckon-scale`,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({
          ...(seen && { metadata: { resourceVersion: seen.metadata.resourceVersion } }),
          spec: { replicas },
        }),
      });
      bodyOf(answer);
      showWarnings(terminal, answer);
      terminal.out(`${shown} scaled\n`);
    }
  }
};

/** `reckon scale`: how many replicas there are to be. */
export const addScale = (program: Command, shell: Shell): void => {
  const command = program
    .command('scale')
    .summary('say how many replicas there are to be')
    .description('Says how many replicas a Deployment or a ReplicaSet is to have.')
    .argument('<what...>', '<resource>/<name>…, or <resource> <name>…')
    .requiredOption('--replicas <n>', 'how many')
    .option('--current-replicas <n>', 'only if this is how many there are to be now')
    .addHelpText('after', examples)
    .action((words: readonly string[], options: Options) =>
      withClient(shell, options, (client) => scale(shell, client, words, options)),
    );
  addClusterOptions(command);
};
