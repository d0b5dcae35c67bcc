import type { Program } from '../../runtime-agent/simulated/program.ts';

/** What a contract's containers and commands do: as a command line of the demo's image, and as the simulated runtime is told of it. */
interface ContractProgram extends Program {
  readonly command: readonly string[];
}

const shell = (script: string) => ['sh', '-c', script];
const out = (text: string, afterMs = 0) => ({ afterMs, to: 'stdout' as const, text });
const err = (text: string, afterMs = 0) => ({ afterMs, to: 'stderr' as const, text });

export const programs = {
  /** Runs until it is told to end, and does so. */
  obeys: {
    command: shell('trap "echo farewell; exit 0" TERM; echo begun; while :; do usleep 20000; done'),
    writes: [out('begun\n')],
    lastWords: 'farewell\n',
  },
  /** Runs, and does not hear SIGTERM: process 1 must ask for it. */
  ignores: { command: ['sleep', '1000'], ignoresStop: true },
  ends: {
    command: shell('echo one; echo two; echo three >&2; exit 3'),
    writes: [out('one\n'), out('two\n'), err('three\n')],
    ends: { afterMs: 0, code: 3 },
  },
  talks: {
    command: shell('echo one; usleep 300000; echo two; usleep 300000'),
    writes: [out('one\n'), out('two\n', 300)],
    ends: { afterMs: 600, code: 0 },
  },
  missing: { command: ['/no/such/program'], fails: '/no/such/program: no such file or directory' },
  /** Writes a line as soon as it listens. */
  serves: { command: ['/bin/serve'], writes: [out('serves\n')] },
  echoes: { command: ['cat'], echoes: true },
  sleeps: { command: ['sleep', '1001'], ends: { afterMs: 1_000_000, code: 0 } },
  saysTerminal: {
    command: shell('[ -t 0 ] && echo terminal; echo error >&2'),
    writes: [out('terminal\n'), err('error\n')],
  },
} satisfies Record<string, ContractProgram>;

const known = new Map<string, Program>(Object.values(programs).map((program) => [program.command.join(' '), program]));

/** What a command line does on a simulated node. */
export const programOf = (command: readonly string[]): Program => {
  const program = known.get(command.join(' '));
  if (!program) throw new Error(`No program of the contract: ${command.join(' ')}`);
  return program;
};
