import pino, { type Logger } from 'pino';

/** What went wrong and what to do: shown to the user as it is, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** What the command line ends with: 1 did not work, 2 not understood, or what a program in a pod ended with. */
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Where a verb writes: `out` is its result, `err` is for people. */
export interface Terminal {
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string | Uint8Array) => void;
  /** Someone sits in front of it. */
  readonly interactive: boolean;
  readonly colour: boolean;
  /** How many letters fit on a line; absent where it is no terminal, and nothing is to be cut. */
  readonly columns?: number;
}

export const terminalOf = (env: NodeJS.ProcessEnv): Terminal => ({
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  interactive: process.stdin.isTTY && process.stdout.isTTY,
  colour: process.stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
  ...(process.stdout.isTTY && { columns: process.stdout.columns }),
});

/** A server's or agent's own log: JSON lines on standard error. */
export const loggerFor = (name: string): Logger =>
  pino(
    { name, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } },
    pino.destination({ fd: 2, sync: true }),
  );
