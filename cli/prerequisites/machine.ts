import { execFile, spawn } from 'node:child_process';
import { access, constants, open, readFile, rm, stat, statfs } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { isSystemError } from '../../api/auth/system-error.ts';
import { type Clock, realClock } from '../../events/clock.ts';

/** How a command ended; 127 when there is no such program. */
export interface Ran {
  readonly code: number;
  /** Both of its outputs. */
  readonly output: string;
}

/** A process that goes on by itself. */
export interface Daemon {
  readonly pid: number;
  /** Resolves with the exit code if it ends while we live. */
  readonly ended: Promise<number>;
}

/** The machine as prerequisites see it: what they look at, and all that they may do to it. */
export interface Machine {
  readonly clock: Clock;
  readonly root: boolean;
  readonly platform: string;
  /** The version of the Node that runs this. */
  readonly node: string;
  /** The file's bytes; undefined when there is none, or it may not be read. */
  read(path: string): Promise<Buffer | undefined>;
  /** Where a program is; undefined when nowhere. */
  find(program: string): Promise<string | undefined>;
  portIsFree(port: number): Promise<boolean>;
  /** What is left for data at this path, or at the nearest folder above it that exists. */
  freeBytes(path: string): Promise<number>;
  /** Asks an HTTP server on a Unix socket; throws as the system does when nobody answers within 3 s. */
  get(socket: string, path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Runs a command to its end. */
  run(command: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>;
  /** Starts a command that outlives us; what it prints is added to the log. */
  start(command: readonly string[], log: string): Promise<Daemon>;
  remove(path: string): Promise<void>;
}

const answerMsMax = 3000;
const outputBytesMax = 16 * 1024 * 1024;
/** Where administrators' programs are, also for a user whose PATH leaves them out. */
const folders = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** What `work` gives, or undefined where the system says that there is no such thing, or that it is not ours. */
const ifThere = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR'].some((code) => isSystemError(error, code))) return undefined;
    throw error;
  }
};

const find = async (program: string): Promise<string | undefined> => {
  for (const folder of folders()) {
    const path = join(folder, program);
    if ((await ifThere(access(path, constants.X_OK).then(() => true))) && (await stat(path)).isFile()) return path;
  }
  return undefined;
};

const portIsFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });

const freeBytes = async (path: string): Promise<number> => {
  const found = await ifThere(statfs(path));
  if (found) return found.bavail * found.bsize;
  return path === '/' ? 0 : freeBytes(dirname(path));
};

const get: Machine['get'] = (socketPath, path) =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: answerMsMax }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
    });
    asked.on('timeout', () => asked.destroy(new Error('it does not answer'))).on('error', reject);
    asked.end();
  });

const run: Machine['run'] = ([program = '', ...args], environment = {}) =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, ...environment }, maxBuffer: outputBytesMax };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 127) : 0;
      resolve({ code, output: `${stdout}${stderr}` || (error?.message ?? '') });
    });
    child.stdin?.end();
  });

const start: Machine['start'] = async ([program = '', ...args], log) => {
  const file = await open(log, 'a', 0o640);
  try {
    const child = spawn(program, args, { detached: true, stdio: ['ignore', file.fd, file.fd] });
    const ended = new Promise<number>((resolve) =>
      child.once('exit', (code) => resolve(code ?? 137)).once('error', () => resolve(127)),
    );
    child.unref();
    return { pid: child.pid ?? 0, ended };
  } finally {
    await file.close();
  }
};

/** The machine that this runs on. */
export const thisMachine: Machine = {
  clock: realClock,
  root: process.getuid?.() === 0,
  platform: process.platform,
  node: process.versions.node,
  read: (path) => ifThere(readFile(path)),
  find,
  portIsFree,
  freeBytes,
  get,
  run,
  start,
  remove: (path) => rm(path, { force: true }),
};
