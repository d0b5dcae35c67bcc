import type { Command } from 'commander';
import { candidatesFor } from '../candidates.ts';
import { UserError } from '../output.ts';
import type { Shell } from '../shell.ts';

const examples = `
Examples:
  source <(reckon completion bash)                        in this shell
  reckon completion bash >> ~/.bashrc                     in every bash from now on
  reckon completion zsh > "\${fpath[1]}/_reckon"           in every zsh
  reckon completion fish > ~/.config/fish/completions/reckon.fish
`;

/** Each asks "reckon complete" with the words up to the one that is being typed. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_reckon() {
  local IFS=$'\\n'
  COMPREPLY=($(reckon complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _reckon reckon
`,
  zsh: `#compdef reckon
_reckon() {
  local -a found
  found=("\${(@f)$(reckon complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _reckon reckon
`,
  fish: `complete -c reckon -a '(reckon complete -- (commandline -opc)[2..-1] (commandline -ct))'
`,
};

/** `reckon completion`: a script for the shell; and the words that the script asks for. */
export const addCompletion = (program: Command, shell: Shell): void => {
  program
    .command('completion')
    .summary('print a script that completes words in your shell')
    .description('Prints a script by which your shell completes verbs, options, resources and the names of objects.')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', examples)
    .action((name: string) => {
      const script = scripts[name];
      if (script === undefined)
        throw new UserError(`There is no script for "${name}": there is one for bash, zsh and fish`, 2);
      shell.terminal.out(script);
    });
};

/** `reckon complete`: what the last word may become, a line each; for the scripts. */
export const addComplete = (program: Command, shell: Shell): void => {
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      for (const candidate of await candidatesFor(shell, words)) shell.terminal.out(`${candidate}\n`);
    });
};
