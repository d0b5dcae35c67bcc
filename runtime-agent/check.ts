import { request } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as secure } from 'node:tls';
import type { Clock } from '../events/clock.ts';
import type { Container, HTTPGetAction, LifecycleHandler, ProbeHandler } from '../kinds/schema/api/core-v1.ts';
import type { Sandbox } from './container.ts';
import type { Runtime } from './runtime.ts';

/** What a check came to; `text` says why not, or what was answered. */
export interface Verdict {
  readonly ok: boolean;
  readonly text: string;
}

/** Where a check goes. */
export interface Place {
  readonly containerId: string;
  readonly sandbox: Sandbox;
  /** The pod's address, for messages. */
  readonly ip: string;
  readonly container: Container;
}

/** Carries out one action of a probe or hook within a time. Never rejects: trouble is a verdict. */
export type Check = (action: ProbeHandler & LifecycleHandler, place: Place, timeoutMs: number) => Promise<Verdict>;

const outputMax = 10 * 1_024;

const portOf = (port: number | string, { container }: Place): number => {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  return named ?? Number(port);
};

/** Why a connection failed, as Go prints it: people search for these words. */
const wordsOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  const refused = /^connect ECONNREFUSED (.+)$/.exec(text);
  return refused ? `dial tcp ${refused[1]}: connect: connection refused` : text;
};

const within = async (
  clock: Clock,
  ms: number,
  run: (signal: AbortSignal) => Promise<Verdict>,
  late: string,
): Promise<Verdict> => {
  const abort = new AbortController();
  const timer = clock.setTimeout(() => abort.abort(), ms);
  try {
    const given = new Promise<Verdict>((resolve) => {
      abort.signal.addEventListener('abort', () => resolve({ ok: false, text: late }));
    });
    return await Promise.race([run(abort.signal), given]);
  } catch (error) {
    return { ok: false, text: abort.signal.aborted ? late : wordsOf(error) };
  } finally {
    clock.clearTimeout(timer);
  }
};

/** A connection to the pod, by way of the runtime; or to another host where the action names one. */
const dial = async (
  runtime: Runtime,
  port: number,
  host: string | undefined,
  { sandbox }: Place,
  signal: AbortSignal,
): Promise<Duplex> => {
  const socket = host === undefined ? await runtime.dial(sandbox, port) : connect(port, host);
  const drop = () => socket.destroy();
  signal.addEventListener('abort', drop);
  if (signal.aborted) drop();
  if (host !== undefined) await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
};

const get = async (runtime: Runtime, action: HTTPGetAction, place: Place, signal: AbortSignal): Promise<Verdict> => {
  const { path = '/', scheme = 'HTTP', httpHeaders = [] } = action;
  const port = portOf(action.port, place);
  const plain = await dial(runtime, port, action.host, place, signal);
  // A pod's certificate is its own affair: the probe asks whether it answers, as the kubelet does.
  const socket = scheme === 'HTTPS' ? secure({ socket: plain, rejectUnauthorized: false }) : plain;
  return new Promise((resolve, reject) => {
    const asked = request({
      host: action.host ?? place.ip,
      port,
      path: path.startsWith('/') ? path : `/${path}`,
      headers: {
        'User-Agent': 'kube-probe/1.34',
        Accept: '*/*',
        Connection: 'close',
        ...Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value])),
      },
      createConnection: () => socket,
    });
    for (const one of [plain, socket, asked]) one.on('error', reject);
    asked.on('response', (answer) => {
      const code = answer.statusCode ?? 0;
      answer.resume();
      resolve({ ok: code >= 200 && code < 400, text: `HTTP probe failed with statuscode: ${code}` });
      socket.destroy();
    });
    asked.end();
  });
};

const runIn = async (
  runtime: Runtime,
  command: readonly string[],
  { containerId }: Place,
  signal: AbortSignal,
): Promise<Verdict> => {
  const execution = await runtime.exec(containerId, { command, stdin: false, tty: false });
  const end = () => {
    execution.close();
    execution.kill().catch(() => undefined); // it ends with its container at the latest
  };
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  let text = '';
  for (const stream of [execution.stdout, execution.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      if (text.length < outputMax) text += bytes.toString('utf8');
    });
  }
  const code = await execution.exit();
  return { ok: code === 0, text };
};

/** Checks as the kubelet makes them: exec, HTTP, TCP, and sleep for hooks. */
export const checkWith =
  (runtime: Runtime, clock: Clock): Check =>
  (action, place, timeoutMs) => {
    const { exec, httpGet, tcpSocket, sleep, grpc } = action;
    const seconds = `${timeoutMs / 1_000}s`;
    if (exec) {
      const command = exec.command ?? [];
      return within(
        clock,
        timeoutMs,
        (signal) => runIn(runtime, command, place, signal),
        `command timed out: "${command.join(' ')}" timed out after ${seconds}`,
      );
    }
    if (httpGet) {
      const path = httpGet.path ?? '/';
      const url = `${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${httpGet.host ?? place.ip}:${portOf(httpGet.port, place)}${path.startsWith('/') ? path : `/${path}`}`;
      const late = `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
      return within(clock, timeoutMs, (signal) => get(runtime, httpGet, place, signal), late);
    }
    if (tcpSocket) {
      const host = tcpSocket.host ?? place.ip;
      const port = portOf(tcpSocket.port, place);
      const knock = async (signal: AbortSignal): Promise<Verdict> => {
        (await dial(runtime, port, tcpSocket.host, place, signal)).destroy();
        return { ok: true, text: '' };
      };
      return within(clock, timeoutMs, knock, `dial tcp ${host}:${port}: i/o timeout`);
    }
    if (sleep) {
      const ms = Math.min(sleep.seconds * 1_000, timeoutMs);
      return new Promise((resolve) => clock.setTimeout(() => resolve({ ok: true, text: '' }), ms));
    }
    const text = grpc ? 'gRPC probes are not carried out by this node yet' : 'the check names no action';
    return Promise.resolve({ ok: false, text });
  };
