import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import { bodyOf, type Client } from '../client.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { agoOf } from '../moment.ts';
import { UserError } from '../output.ts';
import { choosePod, pods } from '../pod-choice.ts';
import { pathOf } from '../resources.ts';
import type { Shell } from '../shell.ts';

interface Options extends AskedCluster {
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly container?: string;
  readonly tail?: string;
  readonly since?: string;
  readonly timestamps?: boolean;
}

const examples = `
Examples:
  reckon logs web-7d4                  what the pod's container has written
  reckon logs deploy/web -f            and what it writes from now on; Ctrl-C ends it
  reckon logs web-7d4 --previous       what it wrote before it was started again
  reckon logs web-7d4 --since 5m --tail 100 --timestamps
`;

const queryOf = ({ follow, previous, container, tail, since, timestamps }: Options): string => {
  if (tail !== undefined && !/^\d{1,9}$/.test(tail))
    throw new UserError(`--tail takes a whole number from 0, not "${tail}"`, 2);
  const sinceMs = since === undefined ? undefined : agoOf(since);
  if (since !== undefined && sinceMs === undefined)
    throw new UserError(`Cannot read "${since}" as how long ago: write 30s, 5m or 2h`, 2);
  return new URLSearchParams({
    ...(follow && { follow: 'true' }),
    ...(previous && { previous: 'true' }),
    ...(container && { container }),
    ...(tail !== undefined && { tailLines: tail }),
    ...(sinceMs !== undefined && { sinceSeconds: String(Math.round(sinceMs / 1_000)) }),
    ...(timestamps && { timestamps: 'true' }),
  }).toString();
};

const show = async ({ terminal, signal }: Shell, client: Client, pod: string, options: Options): Promise<void> => {
  const query = queryOf(options);
  const name = await choosePod(client, pod, terminal);
  const answer = await client.ask({
    path: `${pathOf(pods, client.access.namespace, name, 'log')}?${query}`,
    accept: '*/*',
    onChunk: (chunk) => terminal.out(chunk),
    ...(signal && { signal }),
  });
  if (answer.code >= 300) bodyOf(answer);
};

/** `reckon logs`: what a container wrote. */
export const addLogs = (program: Command, shell: Shell): void => {
  const command = program
    .command('logs')
    .summary('show what a container has written')
    .description("Shows what a pod's container has written to its standard output and standard error.")
    .argument('<pod>', 'a pod, or what selects pods: deploy/web, svc/web')
    .option('-f, --follow', 'go on with what it writes from now on')
    .option('-p, --previous', 'of the container before it was last started again')
    .option('-c, --container <name>', 'which container (default: the only one, or the one that the pod says)')
    .option('--tail <lines>', 'only so many lines, the newest')
    .option('--since <time>', 'only what was written since: 30s, 5m, 2h')
    .option('--timestamps', 'each line with its time')
    .addHelpText('after', examples)
    .action((pod: string, options: Options) =>
      withClient(shell, options, (client) => show(shell, client, pod, options)),
    );
  addClusterOptions(command);
};
