import { createInterface } from 'node:readline/promises';
import type { Terminal } from '../output.ts';
import { UserError } from '../output.ts';
import type { Check } from './check.ts';
import { checksOf } from './checks.ts';
import type { Facts } from './facts.ts';
import { gatherFacts } from './gather.ts';
import { type Machine, thisMachine } from './machine.ts';
import { describe, perform } from './perform.ts';
import { planFor, remedies, type Step } from './plan.ts';

export interface Wanted {
  /** Install without asking, even on a terminal. */
  readonly yes: boolean;
  readonly dockerSocket: string;
  readonly terminal: Terminal;
  /** False: Docker is to be installed, and need not run. */
  readonly daemon?: boolean;
}

/** Answers a question with yes or no; asked only on a terminal. */
export type Ask = (question: string) => Promise<boolean>;

const askOnTerminal: Ask = async (question) => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^\s*(y|yes)?\s*$/i.test(await lines.question(question));
  } finally {
    lines.close();
  }
};

const isMissing = ({ state }: Check) => state === 'missing';
const bullets = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n');

const listOf = (checks: readonly Check[]) =>
  bullets(checks.filter(isMissing).map(({ name, found, why }) => `${name}: ${found} (${why})`));

const refusal = (facts: Facts, checks: readonly Check[]) =>
  new UserError(`This machine lacks something:\n${listOf(checks)}\nWhat to do:\n${bullets(remedies(facts, checks))}`);

const performAll = async (machine: Machine, steps: readonly Step[], { terminal }: Wanted) => {
  for (const step of steps) {
    terminal.err(`• ${describe(step)}\n`);
    await perform(machine, step);
  }
};

/** What doctor shows. */
export interface Examination {
  readonly checks: readonly Check[];
  /** The exact commands, and sentences where there are none, for all that is missing; empty when the machine is ready. */
  readonly remedies: readonly string[];
}

/** Looks at everything that a node needs, and changes nothing. `ports` are those to be listened on. */
export const examine = async (
  dockerSocket: string,
  ports: readonly number[],
  daemon = true,
  machine: Machine = thisMachine,
): Promise<Examination> => {
  const facts = await gatherFacts(machine, dockerSocket, ports);
  const checks = checksOf(facts, { daemon });
  return { checks, remedies: remedies(facts, checks) };
};

/**
 * Finds what is missing on this machine, and installs and starts it where we may: as root, on Debian or Ubuntu, asking first on
 * a terminal. Silent when nothing is missing. Throws a {@link UserError} with the exact commands when something stays missing.
 */
export const makeReady = async (
  wanted: Wanted,
  machine: Machine = thisMachine,
  ask: Ask = askOnTerminal,
): Promise<void> => {
  const { yes, dockerSocket, terminal, daemon = true } = wanted;
  const facts = await gatherFacts(machine, dockerSocket);
  const checks = checksOf(facts, { daemon });
  if (!checks.some(isMissing)) return;
  const { steps, left } = planFor(facts, checks);
  if (left.length > 0) throw refusal(facts, checks);
  terminal.err(`This machine lacks something:\n${listOf(checks)}\n`);
  if (terminal.interactive && !yes && !(await ask(`${steps.map(describe).join(', then ')}: go on? [Y/n] `)))
    throw refusal(facts, checks);
  await performAll(machine, steps, wanted);
  const after = await gatherFacts(machine, dockerSocket);
  const checked = checksOf(after, { daemon });
  if (checked.some(isMissing)) throw refusal(after, checked);
};
