import type { Command } from 'commander';
import type { AskedCluster } from '../access.ts';
import { addClusterOptions, withClient } from '../cluster-options.ts';
import { UserError } from '../output.ts';
import { choosePod, pods } from '../pod-choice.ts';
import { runRemotely } from '../remote-command.ts';
import { pathOf } from '../resources.ts';
import type { Shell } from '../shell.ts';

interface Options extends AskedCluster {
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly container?: string;
}

const examples = `
Examples:
  reckon exec web-7d4 -- ls /              run a command in a pod
  reckon exec -it deploy/web -- sh         a shell in one of a Deployment's pods
  reckon exec -i web-7d4 -- tar xf - < a.tar   with input
It ends with the command's own exit code.
`;

const pathFor = (
  namespace: string,
  pod: string,
  command: readonly string[],
  { stdin, tty, container }: Options,
): string => {
  const query = new URLSearchParams({
    stdout: 'true',
    ...(stdin && { stdin: 'true' }),
    // On a terminal errors come with the output.
    ...(tty ? { tty: 'true' } : { stderr: 'true' }),
    ...(container && { container }),
  });
  for (const word of command) query.append('command', word);
  return `${pathOf(pods, namespace, pod, 'exec')}?${query.toString()}`;
};

/** `reckon exec`: a command in a container, as if it ran here. */
export const addExec = (program: Command, shell: Shell): void => {
  const command = program
    .command('exec')
    .summary('run a command in a container')
    .description("Runs a command in a pod's container, with its output here, and ends with its exit code.")
    .argument('<pod>', 'a pod, or what selects pods: deploy/web, svc/web')
    .argument('<command...>', 'the command and its words, after --')
    .option('-i, --stdin', 'pass on what is typed or piped in')
    .option('-t, --tty', 'run it on a terminal')
    .option('-c, --container <name>', 'which container (default: the only one, or the one that the pod says)')
    .addHelpText('after', examples)
    .action((pod: string, words: readonly string[], options: Options) =>
      withClient(shell, options, async (client) => {
        const { terminal, keyboard } = shell;
        if (options.tty && options.stdin && !keyboard.typed)
          terminal.err('Nobody types here: the command gets a terminal, and what is piped in.\n');
        const name = await choosePod(client, pod, terminal);
        const path = pathFor(client.access.namespace, name, words, options);
        const { stdin = false, tty = false } = options;
        const code = await runRemotely(client.access, { path, stdin, tty }, terminal, keyboard);
        if (code !== 0) throw new UserError(`The command ended with exit code ${code}`, code);
      }),
    );
  addClusterOptions(command);
};
