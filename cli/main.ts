import { Command, CommanderError } from 'commander';
import { UserError } from './output.ts';
import { ownShell, type Shell } from './shell.ts';
import { hiddenVerbs, verbs } from './verbs/index.ts';
import { version } from './version.ts';

const overview = `
The cluster on this machine:
  up, status, down        start it, look at it, stop it
  doctor                  see what this machine lacks
Objects, now and then:
  get, describe           see them, as they are or as they were
  apply, scale, delete    change them
  logs, exec              look into their containers
  history, why            see what happened, who did it and what caused it
  completion              complete words in your shell
Everything kubectl does, kubectl does too: the context is "reckon".

Exit codes: 0 done, 1 it did not work, 2 the command was not understood.
`;

/** The program with these verbs, or all of them. */
export const programFor = async (shell: Shell, names: readonly string[] = Object.keys(verbs)): Promise<Command> => {
  const { terminal } = shell;
  const program = new Command('reckon');
  program
    .description('An event-sourced Kubernetes.')
    .version(version)
    .addHelpText('after', overview)
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)');
  for (const name of names) {
    const add = await (verbs[name] ?? hiddenVerbs[name])?.();
    add?.(program, shell);
  }
  return program;
};

const ours = /^(Log|Orders|Authority|Kubeconfig)/;

/** Runs one command line; resolves to the exit code. */
export const main = async (args: readonly string[], shell: Shell = ownShell()): Promise<number> => {
  const [verb = ''] = args;
  try {
    const program = await programFor(shell, Object.hasOwn({ ...verbs, ...hiddenVerbs }, verb) ? [verb] : undefined);
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const known = error instanceof UserError || (error instanceof Error && ours.test(error.name));
    shell.terminal.err(
      known
        ? `reckon: ${error.message}\n`
        : `reckon: unexpected: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return error instanceof UserError ? error.exitCode : 1;
  }
};
