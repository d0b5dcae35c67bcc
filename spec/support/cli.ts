import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { adminIdentity } from '../../api/auth/authority.ts';
import { kubeconfigOf } from '../../cli/kubeconfig.ts';
import { main } from '../../cli/main.ts';
import type { Shell } from '../../cli/shell.ts';
import type { Identity } from '../../events/event.ts';
import type { Clock } from '../../events/clock.ts';
import { memorySnapshots } from '../../events/memory.ts';
import { kinds } from '../../kinds/index.ts';
import { keepHistory } from '../../projections/history.ts';
import { openPast } from '../../projections/past.ts';
import { openApi } from './api.ts';
import type { Cluster } from './cluster.ts';

/** What a command line came to. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How it is run; all of it may be left out. */
export interface Running {
  /** What it reads. */
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Told of each piece of output as it comes. */
  readonly onOut?: (text: string) => void;
  /** How wide the terminal is; absent means that there is none. */
  readonly columns?: number;
}

/** Runs one command line of `reckon` in this process, as a script would: nobody types, and there is no terminal. */
export const runCommand = async (
  args: readonly string[],
  clock: Clock,
  { stdin = '', env = {}, signal, onOut, columns }: Running = {},
): Promise<CommandRun> => {
  const printed = { out: '', err: '' };
  const input = new PassThrough();
  input.end(stdin);
  const shell: Shell = {
    terminal: {
      out: (text) => {
        const piece = typeof text === 'string' ? text : Buffer.from(text).toString();
        printed.out += piece;
        onOut?.(piece);
      },
      err: (text) => {
        printed.err += text;
      },
      interactive: false,
      colour: false,
      ...(columns !== undefined && { columns }),
    },
    keyboard: { input, typed: false, raw: () => undefined, size: () => undefined, onResize: () => () => undefined },
    env,
    clock,
    ...(signal && { signal }),
  };
  const code = await main(args, shell);
  return { code, ...printed };
};

/** The command line beside a whole API: its admin's kubeconfig is the one it finds. */
export const openCli = async (...opening: Parameters<typeof openApi>) => {
  const served = await openApi(...opening);
  const clock = opening[0]?.clock ?? served.clock;
  const home = await mkdtemp(join(tmpdir(), 'reckon-cli-'));
  const { authority } = served;
  const configure = async (name: string, identity: Identity): Promise<string> => {
    const path = join(home, name);
    const access = {
      name: 'reckon',
      server: `https://127.0.0.1:${served.api.port}`,
      authority: authority.certificate,
      client: await authority.client(identity),
    };
    await writeFile(path, kubeconfigOf(access));
    return path;
  };
  const kubeconfig = await configure('config', adminIdentity);
  return {
    ...served,
    home,
    kubeconfig,
    /** A kubeconfig of another user. */
    configure,
    /** Runs `reckon <args>` as the admin. */
    reckon: (args: readonly string[], running: Running = {}) =>
      runCommand(args, clock, { ...running, env: { HOME: home, KUBECONFIG: kubeconfig, ...running.env } }),
    close: async () => {
      await served.close();
      await rm(home, { recursive: true, force: true });
    },
  };
};

/** The command line beside a whole cluster, with controllers and simulated nodes. */
export const openCliOn = async (cluster: Cluster) => {
  const { log, clock, orders, door } = cluster;
  const { projection, submit } = door;
  const past = openPast({ log, snapshots: memorySnapshots(), kinds });
  const history = keepHistory({ projection, past, kinds });
  const cli = await openCli({ projection, submit, past, history, log, clock, orders });
  return {
    ...cli,
    close: async () => {
      await cli.close();
      history.stop();
      cluster.stop();
    },
  };
};

export type SpecCli = Awaited<ReturnType<typeof openCli>>;
