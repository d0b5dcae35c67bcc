import type { Command } from 'commander';
import { examine, makeReady } from '../prerequisites/make-ready.ts';
import { reportText } from '../prerequisites/report.ts';
import type { Shell } from '../shell.ts';

interface Options {
  readonly install?: boolean;
  readonly programs?: boolean;
  readonly yes?: boolean;
  readonly docker: string;
}

const examples = `
Examples:
  reckon doctor                  what this machine has, what it lacks, and the commands that mend it
  reckon doctor --install --yes  mend it, without asking
`;

/** `reckon doctor`: whether this machine can be a node, and what to do where it cannot. */
export const addDoctor = (program: Command, { terminal }: Shell): void => {
  program
    .command('doctor')
    .summary('see what this machine lacks')
    .description('Looks at what a node needs: Docker, iptables, the kernel. Ends with 1 when something is missing.')
    .option('--install', 'install and start what is missing (Debian and Ubuntu, as root)')
    .option('--programs', 'only programs: Docker need not run')
    .option('-y, --yes', 'do not ask before installing')
    .option('--docker <socket>', "Docker's socket", '/var/run/docker.sock')
    .addHelpText('after', examples)
    .action(async ({ install, programs = false, yes = false, docker }: Options) => {
      const daemon = !programs;
      if (install) await makeReady({ yes, dockerSocket: docker, terminal, daemon });
      const examination = await examine(docker, [], daemon);
      terminal.out(reportText(examination, terminal.colour));
      if (examination.remedies.length > 0) process.exitCode = 1;
    });
};
