import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A real process that runs one of the programs beside this file. */
export interface Child {
  readonly process: ChildProcess;
  /** Lines it has written so far. */
  readonly lines: readonly string[];
  /** Resolves once it has written so many lines. */
  wrote(count: number): Promise<void>;
  /** Resolves once it is gone and every line it wrote is in {@link Child.lines}. */
  readonly gone: Promise<void>;
}

export const startChild = (program: string, ...args: string[]): Child => {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const reading = createInterface({ input: child.stdout });
  reading.on('line', (line) => {
    lines.push(line);
    for (const { count, resolve } of waiting) if (lines.length >= count) resolve();
    waiting = waiting.filter(({ count }) => lines.length < count);
  });
  const gone = Promise.all([
    new Promise((resolve) => child.once('exit', resolve)),
    new Promise((resolve) => reading.once('close', resolve)),
  ]).then(() => undefined);
  const wrote = (count: number) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ count, resolve });
      void gone.then(() => reject(new Error(`${program} ended after ${lines.length} lines`)));
    });
  return { process: child, lines, wrote, gone };
};
