import type { Command } from 'commander';
import { dataDefault } from './places.ts';

const lettersMax = 100;

/** A command's whole help, with its examples, as it looks on a wide terminal of anyone's. */
const helpOf = (command: Command): string => {
  for (const option of command.options)
    if (option.defaultValue === dataDefault())
      option.default(option.defaultValue, '/var/lib/reckon for root, else ~/.reckon');
  let text = '';
  command.configureOutput({
    writeOut: (piece) => {
      text += piece;
    },
    getOutHelpWidth: () => lettersMax,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trim();
};

/** `docs/reference-cli.md`: the help of every verb. */
export const referenceText = (program: Command): string => {
  const verbs = program.commands.filter((command) => command.summary() !== '');
  const sections = verbs.map((command) => `## reckon ${command.name()}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`);
  return `# The command line

What \`reckon <verb> --help\` says, of every verb. Made by \`node docs/make-cli-reference.ts\`; a spec holds it against the program.

Every verb that speaks to a cluster finds it as kubectl does: \`--kubeconfig\` and \`--context\`, else the current context of the files in
\`KUBECONFIG\` or of \`~/.kube/config\`; where there is none, the cluster that runs on this machine from the default folder.

Results go to standard output, all else to standard error. Exit codes: 0 done, 1 it did not work, 2 the command was not understood;
\`reckon exec\` ends with the exit code of the command it ran. Colours are for terminals only, and \`NO_COLOR\` turns them off. On a terminal
a table is cut to its width; into a file or a pipe nothing is cut.

${sections.join('\n')}`;
};
