import { execFile } from 'node:child_process';

/** How a program ended. `code` is 124 when it took too long, 126 when it could not run or printed too much, 127 when there is none. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end with `input` on its standard input. Never throws. */
export type Run = (argv: readonly string[], input?: string) => Promise<Ended>;

const runMsMax = 60_000;
/** 1,000 Services print 2 MB of rules; a busy node's connections are more. */
const outputBytesMax = 256 * 2 ** 20;

/** Runs programs on this machine, behind `prefix`: `['nsenter', '--net=/run/netns/a']` puts them in that network namespace. */
export const runBehind =
  (prefix: readonly string[] = []): Run =>
  (argv, input = '') =>
    new Promise((resolve) => {
      const [file, ...args] = [...prefix, ...argv];
      if (file === undefined) throw new Error('Cannot run a program without a name');
      const options = { timeout: runMsMax, maxBuffer: outputBytesMax, env: { ...process.env, LC_ALL: 'C' } };
      const child = execFile(file, args, options, (error, stdout, stderr) => {
        if (!error) resolve({ code: 0, stdout, stderr });
        else if (error.code === 'ENOENT') resolve({ code: 127, stdout, stderr: `${file} is not installed` });
        else if (error.killed) resolve({ code: 124, stdout, stderr: `${file} did not end within ${runMsMax} ms` });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else resolve({ code: 126, stdout, stderr: `${file}: ${error.message}` });
      });
      // A program that ends without reading its input closes the pipe; how it ended says what went wrong.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
