import { Command, CommanderError } from 'commander';
import { type Terminal, terminalOf, UserError } from './output.ts';
import { addAgent } from './verbs/agent.ts';
import { addDown } from './verbs/down.ts';
import { addServer } from './verbs/server.ts';
import { addStatus } from './verbs/status.ts';
import { addUp } from './verbs/up.ts';
import { version } from './version.ts';

const overview = `
The cluster on this machine:
  up, status, down        start it, look at it, stop it
  doctor                  see what this machine lacks
Everything kubectl does, kubectl does: the context is "reckon".

Exit codes: 0 done, 1 it did not work, 2 the command was not understood.
`;

const programFor = (terminal: Terminal): Command => {
  const program = new Command('reckon');
  program
    .description('An event-sourced Kubernetes.')
    .version(version)
    .addHelpText('after', overview)
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)');
  for (const add of [addUp, addDown, addStatus, addServer, addAgent]) add(program, terminal);
  return program;
};

/** Runs one command line; resolves to the exit code. */
export const main = async (args: readonly string[]): Promise<number> => {
  const terminal = terminalOf(process.env);
  try {
    await programFor(terminal).parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const known =
      error instanceof UserError || (error instanceof Error && /^(Log|Orders|Authority|Kubeconfig)/.test(error.name));
    terminal.err(
      known && error instanceof Error
        ? `reckon: ${error.message}\n`
        : `reckon: unexpected: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return 1;
  }
};
