import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { nodeOptions } from '../cli/spawned.ts';

const entry = fileURLToPath(new URL('../cli/reckon.mjs', import.meta.url));
const lookMs = 10;
const startMsMax = 60_000;

/** A port of this machine that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  await once(server, 'close');
  return port;
};

/** A control plane as `up` starts it. */
export interface Server {
  readonly pid: number;
  /** From the start of the process to the first "ok" of /readyz, ms. */
  readonly readyMs: number;
  /** Processor time used until then, ms: what others do on the machine does not count. */
  readonly readyProcessorMs: number;
  end(signal: NodeJS.Signals): Promise<void>;
}

const isReady = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request(
      { port, host: '127.0.0.1', path: '/readyz', rejectUnauthorized: false, agent: false },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    asked.on('error', () => resolve(false));
    asked.end();
  });

/** Starts `reckon server` on a folder and waits until it is ready. */
export const startServer = async (data: string, port: number): Promise<Server> => {
  const begun = performance.now();
  const args = ['server', '--data', data, '--host', '127.0.0.1', '--port', String(port)];
  const child = spawn(process.execPath, [...nodeOptions, entry, ...args], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`The control plane ended with ${child.exitCode}`);
    if (performance.now() - begun > startMsMax) throw new Error('The control plane does not become ready');
    await setTimeout(lookMs);
  }
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - begun,
    readyProcessorMs: processorMs(child.pid ?? 0),
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
};

/** How long a program takes from its start to its end, ms. */
export const runMs = async (program: string, args: readonly string[]): Promise<number> => {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 2] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with ${code}`);
  return performance.now() - begun;
};

/** Runs `reckon <words>` to its end. */
export const reckon = (...words: readonly string[]): Promise<number> => runMs(process.execPath, [entry, ...words]);

/** What a process holds in memory now, MB. `shared`: of that, what several processes of one program hold only once. */
export const memoryOf = (pid: number): { readonly resident: number; readonly shared: number } => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mbOf = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1_024;
  return { resident: mbOf('Rss'), shared: mbOf('Shared_Clean') };
};

/** Processor time that a process has used, ms. */
export const processorMs = (pid: number): number => {
  const words = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticksMs = 10;
  return (Number(words[11]) + Number(words[12])) * ticksMs;
};

/** The middle one. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
