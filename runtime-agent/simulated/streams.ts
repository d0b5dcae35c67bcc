import { Duplex, PassThrough, type Readable } from 'node:stream';
import type { Clock } from '../../events/clock.ts';
import type { Execution, ExecSpec, LogOptions, Streams } from '../streams.ts';
import type { Program, Written } from './program.ts';

const exitOfKilled = 137;

const resize = async () => {};

/** A command that runs on the clock, with real streams. */
export const runCommand = (program: Program, { stdin, tty }: ExecSpec, clock: Clock): Execution => {
  const input = new PassThrough();
  const stdout = new PassThrough();
  const stderr = tty ? stdout : new PassThrough();
  const { promise, resolve } = Promise.withResolvers<number>();
  const timers: unknown[] = [];
  const end = (code: number) => {
    for (const timer of timers) clock.clearTimeout(timer);
    for (const output of new Set([stdout, stderr])) output.end();
    resolve(code);
  };
  const after = (ms: number, act: () => void) => (ms > 0 ? timers.push(clock.setTimeout(act, ms)) : act());
  for (const { afterMs, to, text } of program.writes ?? []) {
    after(afterMs, () => (to === 'stderr' ? stderr : stdout).write(text));
  }
  if (program.echoes) {
    input.pipe(stdout, { end: false });
    input.once('end', () => end(0));
  } else after(program.ends?.afterMs ?? 0, () => end(program.ends?.code ?? 0));
  return {
    ...(stdin ? { stdin: input } : {}),
    stdout,
    ...(tty ? {} : { stderr }),
    resize,
    close: () => stdout.destroy(),
    exit: () => promise,
    kill: async () => end(exitOfKilled),
  };
};

/** What is told of a container's output while someone listens: a new piece, or undefined once it has ended. */
export type Listener = (written: Written | undefined) => void;

/** Where a container's output can be listened to. */
export interface Output {
  readonly written: readonly Written[];
  readonly running: boolean;
  /** Answers how to stop listening. */
  listen(listener: Listener): () => void;
}

/** The output of a container from now on. What is written to its input goes nowhere. */
export const attachTo = (
  output: Output,
  { stdin, tty }: { readonly stdin: boolean; readonly tty: boolean },
): Streams => {
  const stdout = new PassThrough();
  const stderr = tty ? stdout : new PassThrough();
  const leave = output.listen((written) => {
    if (written) (written.to === 'stderr' ? stderr : stdout).write(written.text);
    else for (const one of new Set([stdout, stderr])) one.end();
  });
  stdout.once('close', leave);
  return {
    ...(stdin ? { stdin: new PassThrough().resume() } : {}),
    stdout,
    ...(tty ? {} : { stderr }),
    resize,
    close: () => stdout.destroy(),
  };
};

const stamp = (at: number) => new Date(at).toISOString().replace('Z', '000000Z');

/** The lines of a container's output that were asked for. */
export const readLog = (
  output: Output,
  { stdout, stderr, follow, timestamps, since, tailLines }: LogOptions,
): Readable => {
  const wanted = ({ to, at }: Written) => (to === 'stdout' ? stdout : stderr) && at >= (since ?? 0);
  const linesOf = ({ at, text }: Written) =>
    (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => (timestamps ? `${stamp(at)} ${line}` : line));
  const lines = output.written.filter(wanted).flatMap(linesOf);
  const log = new PassThrough();
  log.write(lines.slice(tailLines === undefined ? 0 : Math.max(0, lines.length - tailLines)).join(''));
  if (!follow || !output.running) return log.end();
  const leave = output.listen((written) => {
    if (!written) log.end();
    else if (wanted(written)) log.write(linesOf(written).join(''));
  });
  log.once('close', leave);
  return log;
};

/** A connection to a server that answers every request alike and then closes. */
export const answerHttp = (status: number): Duplex => {
  let heard = '';
  return new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      heard += chunk.toString('latin1');
      if (heard.includes('\r\n\r\n')) {
        this.push(`HTTP/1.1 ${status} Simulated\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
        this.push(null);
        heard = '';
      }
      done();
    },
  });
};
