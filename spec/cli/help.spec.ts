import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Command } from 'commander';
import { programFor } from '../../cli/main.ts';
import { referenceText } from '../../cli/reference-text.ts';
import { ownShell } from '../../cli/shell.ts';
import { verbs } from '../../cli/verbs/index.ts';
import { realClock } from '../../events/clock.ts';
import { runCommand } from '../support/cli.ts';

describe('the help of reckon', function () {
  this.timeout(20_000);
  let program: Command;
  before(async () => {
    program = await programFor(ownShell());
  });

  for (const verb of Object.keys(verbs))
    it(`has a summary, a sentence and an example for ${verb}`, async () => {
      const command = program.commands.find((one) => one.name() === verb);
      expect(command?.summary()).to.match(/^[a-z].*[^.]$/);
      expect(command?.description()).to.match(/^[A-Z].*\.$/);
      const { code, out } = await runCommand([verb, '--help'], realClock);
      expect(out).to.match(new RegExp(`\nExamples:\n(.*\n)*.*reckon ${verb}\\b`));
      expect(code).to.equal(0);
    });

  it('is docs/reference-cli.md, verb by verb', async () => {
    const page = await readFile('docs/reference-cli.md', 'utf8');
    expect(page, 'run "node docs/make-cli-reference.ts"').to.equal(referenceText(program));
  });

  it('lists every verb, and says what exit codes mean', async () => {
    const { code, out } = await runCommand(['--help'], realClock);
    for (const verb of Object.keys(verbs)) expect(out).to.match(new RegExp(`^  ${verb}\\b`, 'm'));
    expect(out).to.contain('Exit codes: 0 done');
    expect(code).to.equal(0);
  });

  it('comes with what was not understood', async () => {
    const { code, err } = await runCommand(['gett'], realClock);
    expect(err).to.contain("unknown command 'gett'").and.to.contain('Did you mean get?');
    expect(code).to.equal(2);
  });

  it('is printed without colours where there is no terminal', async () => {
    const { out } = await runCommand(['--help'], realClock);
    expect(out).not.to.contain('\u001b[');
  });
});
