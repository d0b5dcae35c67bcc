import { UserError } from '../output.ts';
import { startDockerd } from './dockerd.ts';
import type { Machine } from './machine.ts';
import type { Step } from './plan.ts';

const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2', '--yes'];
const linesShown = 8;

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-linesShown).join('\n');

/** What apt says when its package lists are empty or too old. */
const staleLists = /Unable to locate package|has no installation candidate|404 {2}Not Found|is not available/;
const noNetwork =
  /Could not resolve|Temporary failure resolving|Could not connect|Network is unreachable|Connection (timed out|failed)/;

const refuse = (command: readonly string[], output: string): UserError => {
  const why = noNetwork.test(output) ? 'the package servers cannot be reached; is there a network?' : 'it said:';
  return new UserError(`"${command.join(' ')}" did not work: ${why}\n${lastLines(output)}`);
};

const install = async (machine: Machine, packages: readonly string[]): Promise<void> => {
  const command = [...apt, 'install', '--no-install-recommends', ...packages];
  const first = await machine.run(command, quiet);
  if (first.code === 0) return;
  if (first.code === 127) throw new UserError('apt-get is not here: install by hand what is missing');
  if (!staleLists.test(first.output)) throw refuse(command, first.output);
  const update = [...apt, 'update'];
  const updated = await machine.run(update, quiet);
  // apt-get update ends with 0 even when it reached no server.
  if (updated.code !== 0 || noNetwork.test(updated.output)) throw refuse(update, updated.output);
  const second = await machine.run(command, quiet);
  if (second.code !== 0) throw refuse(command, second.output);
};

/** What a step is called while it is done. */
export const describe = (step: Step): string => {
  if (step.do === 'install') return `Installing ${step.packages.join(', ')}`;
  return step.do === 'run' ? `Running ${step.command.join(' ')}` : 'Starting dockerd';
};

/** Does one step; throws a {@link UserError} that says what went wrong. */
export const perform = async (machine: Machine, step: Step): Promise<void> => {
  if (step.do === 'install') return install(machine, step.packages);
  if (step.do === 'dockerd') return startDockerd(machine);
  const { code, output } = await machine.run(step.command);
  if (code !== 0) throw new UserError(`"${step.command.join(' ')}" ended with ${code}:\n${lastLines(output)}`);
};
