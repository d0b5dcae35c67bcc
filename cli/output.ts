import pino, { type Logger } from 'pino';

/** What went wrong and what to do: shown to the user as it is, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** Where a verb writes: `out` is its result, `err` is for people. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Someone sits in front of it. */
  readonly interactive: boolean;
  readonly colour: boolean;
}

export const terminalOf = (env: NodeJS.ProcessEnv): Terminal => ({
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  interactive: process.stdin.isTTY && process.stdout.isTTY,
  colour: process.stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
});

/** A server's or agent's own log: JSON lines on standard error. */
export const loggerFor = (name: string): Logger =>
  pino(
    { name, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } },
    pino.destination({ fd: 2, sync: true }),
  );
