import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './output.ts';

const entry = fileURLToPath(new URL('./reckon.mjs', import.meta.url));
const linesShown = 12;

/** What Node is told for a process that stays. A larger young generation makes nothing faster here, and keeps up to 30 MB per process. */
export const nodeOptions: readonly string[] = ['--max-semi-space-size=2'];

/** A process of ours that outlives us, unless told otherwise. */
export interface Spawned {
  readonly pid: number;
  /** Settles once it has ended: with what it said last. */
  readonly ended: Promise<UserError>;
}

const said = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-linesShown).join('\n');

/** Starts `reckon <args>` by itself; what it says goes to `output`. */
export const spawnReckon = async (args: readonly string[], output: string): Promise<Spawned> => {
  await mkdir(dirname(output), { recursive: true });
  const file = await open(output, 'a', 0o640);
  const child = spawn(process.execPath, [...nodeOptions, entry, ...args], {
    detached: true,
    stdio: ['ignore', file.fd, file.fd],
  });
  await file.close();
  child.unref();
  if (child.pid === undefined) throw new UserError(`Cannot start "reckon ${args.join(' ')}"`);
  const ended = new Promise<UserError>((resolve) => {
    child.once('exit', (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
      said(output).then(
        (text) => resolve(new UserError(`"reckon ${args[0]}" ${how}. What it said last, in ${output}:\n${text}`)),
        (error: Error) =>
          resolve(new UserError(`"reckon ${args[0]}" ${how}; ${output} cannot be read: ${error.message}`)),
      );
    });
  });
  return { pid: child.pid, ended };
};
