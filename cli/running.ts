import { readFile, rm, writeFile } from 'node:fs/promises';
import { pause } from './pause.ts';
import type { Places } from './places.ts';

/** One process that `up` left running. */
export interface Process {
  readonly what: 'server' | 'agent';
  readonly pid: number;
}

/** What `up` left behind for `status` and `down`. */
export interface RunningCluster {
  readonly processes: readonly Process[];
  readonly port: number;
  readonly nodes: readonly string[];
  readonly simulated: boolean;
  readonly kubeconfig: string;
}

/** Alive, and still ours: the number may have been given to another process since. */
export const isOurs = async ({ pid, what }: Process): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch {
    return false; // there is no such process
  }
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined); // not on every system
  if (words === undefined) return true;
  const parts = words.split('\0');
  return parts.some((part) => part.endsWith('reckon.mjs')) && parts.includes(what);
};

export const readRunning = async ({ running }: Places): Promise<RunningCluster | undefined> => {
  const text = await readFile(running, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as RunningCluster); // our own file
};

export const writeRunning = (places: Places, cluster: RunningCluster): Promise<void> =>
  writeFile(places.running, `${JSON.stringify(cluster, null, 2)}\n`, { mode: 0o600 });

export const forgetRunning = ({ running }: Places): Promise<void> => rm(running, { force: true });

const patienceMs = 20_000;
const lookMs = 50;

/** Asks a process to end and waits; kills it when it does not. True when there was one. */
export const stopProcess = async (one: Process): Promise<boolean> => {
  if (!(await isOurs(one))) return false;
  process.kill(one.pid, 'SIGTERM');
  for (let waited = 0; waited < patienceMs; waited += lookMs) {
    await pause(lookMs);
    if (!(await isOurs(one))) return true;
  }
  process.kill(one.pid, 'SIGKILL');
  return true;
};
