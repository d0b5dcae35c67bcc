import { readFile } from 'node:fs/promises';
import { type Duplex, PassThrough, Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Exec, ExecInspectInfo } from 'dockerode';
import type { Clock } from '../../events/clock.ts';
import { RuntimeFailure } from '../runtime.ts';
import type { Execution, ExecSpec, LogOptions, Streams, TerminalSize } from '../streams.ts';
import { type Call, unless } from './call.ts';
import { unlessMissing } from './files.ts';
import { copyOutputs } from './frames.ts';

/** How often, and after how long, to ask again for what Docker knows a moment later: 10, 20, 30 ms, … */
const asksMax = 40;
const askAgainMs = 10;

const exitOfKilled = 137;

const waitFor = (clock: Clock, ms: number) => new Promise<void>((resolve) => clock.setTimeout(() => resolve(), ms));

/** The streams of a hijacked connection. Without a terminal, both outputs come over the one connection. */
const streamsOf = (socket: Duplex, tty: boolean, stdin: boolean, resize: Streams['resize']) => {
  const stdout = new PassThrough();
  const stderr = tty ? stdout : new PassThrough();
  const ended = copyOutputs(socket, !tty, { stdout, stderr });
  const streams: Streams = {
    ...(stdin ? { stdin: socket } : {}),
    stdout,
    ...(tty ? {} : { stderr }),
    resize,
    close: () => {
      for (const stream of [stdout, stderr, socket]) stream.destroy();
    },
  };
  return { streams, ended };
};

/** Only a process of that container is ended: where Docker runs on another machine, the same number is someone else's. */
const killProcess = async (pid: number, containerId: string): Promise<void> => {
  const groups = await unlessMissing(readFile(`/proc/${pid}/cgroup`, 'utf8'));
  if (groups?.includes(containerId)) process.kill(pid, 'SIGKILL');
};

export const dockerStreams = (docker: Docker, call: Call, clock: Clock) => {
  /** What `known` sees in an exec's state, once it does. Docker answers before the process has started, and a moment before it has seen it end. */
  const settledExec = async <T>(
    exec: Exec,
    known: (info: ExecInspectInfo) => T | undefined,
  ): Promise<T | undefined> => {
    for (let n = 1; n <= asksMax; n++) {
      const found = known(await call(() => exec.inspect()));
      if (found !== undefined) return found;
      await waitFor(clock, askAgainMs * n);
    }
    return undefined;
  };

  const exitCodeOf = async (exec: Exec): Promise<number> =>
    (await settledExec(exec, ({ ExitCode }) => ExitCode ?? undefined)) ?? exitOfKilled; // its container went first

  const resizeExec = async (exec: Exec, { columns, rows }: TerminalSize): Promise<void> => {
    const resize = () => exec.resize({ w: columns, h: rows });
    await settledExec(exec, ({ Pid, ExitCode }) => Pid > 0 || ExitCode !== null || undefined);
    await unless(['Refused', 'Conflict', 'NotFound'], call(resize)); // it may have ended already
  };

  const killExec = async (exec: Exec, containerId: string): Promise<void> => {
    const pid = await settledExec(exec, ({ Pid, ExitCode }) => (ExitCode === null ? Pid || undefined : 0));
    if (pid) await killProcess(pid, containerId);
  };

  const exec = async (containerId: string, { command, stdin, tty, size }: ExecSpec): Promise<Execution> => {
    const made = await call(() =>
      docker.getContainer(containerId).exec({
        Cmd: [...command],
        AttachStdin: stdin,
        AttachStdout: true,
        AttachStderr: true,
        Tty: tty,
      }),
    );
    const socket = await call(() => made.start({ hijack: true, stdin, Tty: tty }));
    const resize = async (to: TerminalSize) => {
      if (tty) await resizeExec(made, to);
    };
    const { streams, ended } = streamsOf(socket, tty, stdin, resize);
    if (size) await resize(size);
    return {
      ...streams,
      exit: async () => {
        const failure = await ended;
        if (failure) throw failure;
        return exitCodeOf(made);
      },
      kill: () => killExec(made, containerId),
    };
  };

  const attach = async (containerId: string, { stdin }: { readonly stdin: boolean }): Promise<Streams> => {
    const container = docker.getContainer(containerId);
    const { Config, State } = await call(() => container.inspect());
    if (!State.Running)
      throw new RuntimeFailure('Conflict', `Cannot attach to container ${containerId}: it does not run`);
    const options = { stream: true, hijack: true, stdin, stdout: true, stderr: true };
    const socket = await call(() => container.attach(options));
    const resize = async ({ columns, rows }: TerminalSize) => {
      if (Config.Tty) await call(() => container.resize({ w: columns, h: rows }));
    };
    return streamsOf(socket as Duplex, Config.Tty, stdin, resize).streams; // a hijacked connection is a socket
  };

  const logs = async (containerId: string, options: LogOptions): Promise<Readable> => {
    const { Config } = await call(() => docker.getContainer(containerId).inspect());
    const source = await call(() => readLogs(docker, containerId, options));
    const output = new PassThrough({
      destroy(error, done) {
        source.destroy();
        done(error);
      },
    });
    void copyOutputs(source, !Config.Tty, { stdout: output, stderr: output });
    return output;
  };

  return { exec, attach, logs };
};

/** dockerode's own `logs` reads all of a log into memory unless it follows, and takes one that is JSON apart. */
const readLogs = (docker: Docker, id: string, { stdout, stderr, follow, timestamps, since, tailLines }: LogOptions) =>
  new Promise<Readable>((resolve, reject) => {
    docker.modem.dial(
      {
        path: `/containers/${id}/logs?`,
        method: 'GET',
        isStream: true,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
        options: {
          stdout,
          stderr,
          follow,
          timestamps,
          ...(since === undefined ? {} : { since: (since / 1000).toFixed(3) }),
          tail: tailLines === undefined ? 'all' : String(tailLines),
        },
      },
      (error: unknown, answer: unknown) => {
        if (answer instanceof Readable) resolve(answer);
        else reject(error instanceof Error ? error : new Error(`Docker's log of ${id} is no stream`));
      },
    );
  });
