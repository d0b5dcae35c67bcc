import { type RawData, WebSocket } from 'ws';
import type { Access } from './client.ts';
import type { Keyboard } from './keyboard.ts';
import { type Terminal, UserError } from './output.ts';

/** A command to run in a container. */
export interface RemoteCommand {
  /** The path of the exec, with its query. */
  readonly path: string;
  /** Passes on what is typed or piped in. */
  readonly stdin: boolean;
  /** It runs on a terminal: ours, when we have one. */
  readonly tty: boolean;
}

/** The first byte of every message; `close` is followed by the channel that ends. */
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const protocol = 'v5.channel.k8s.io';
/** Input waits while so much of it is on its way. */
const behindBytesMax = 1 << 20;

/** How it ended: a Status. */
interface Ending {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
};

/** The exit code that a Status tells of; throws what else it says. */
const exitCodeOf = ({ status, reason, message, details }: Ending): number => {
  if (status === 'Success') return 0;
  const code = details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (reason === 'NonZeroExitCode' && code !== undefined) return Number(code);
  throw new UserError(`The command was not run to its end: ${message ?? reason ?? 'the server does not say why'}`);
};

const connect = ({ server, ca, certificate, key, token, insecure }: Access, path: string): WebSocket => {
  const { host, pathname } = new URL(server);
  return new WebSocket(`wss://${host}${pathname.replace(/\/$/, '')}${path}`, protocol, {
    ...(ca && { ca }),
    ...(certificate && { cert: certificate }),
    ...(key && { key }),
    ...(insecure && { rejectUnauthorized: false }),
    headers: { 'User-Agent': 'reckon', ...(token && { Authorization: `Bearer ${token}` }) },
    perMessageDeflate: false,
  });
};

/** Resolves once the server has accepted; rejects with what it says otherwise. */
const accepted = (socket: WebSocket, server: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (error) =>
      reject(new UserError(`Cannot reach the API server at ${server}: ${error.message}`)),
    );
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const said = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
        const why = said === undefined ? text : (JSON.parse(`"${said}"`) as string);
        reject(new UserError(`Error from server (${response.statusCode}): ${why}`));
      });
    });
  });

/** Sends all input; answers how to stop. */
const sendInput = (socket: WebSocket, { input }: Keyboard): (() => void) => {
  const send = (bytes: Buffer) => {
    socket.send(Buffer.concat([Buffer.of(channel.stdin), bytes]), () => {
      if (input.isPaused() && socket.bufferedAmount < behindBytesMax) input.resume();
    });
    if (socket.bufferedAmount >= behindBytesMax) input.pause();
  };
  const end = () => socket.send(Buffer.of(channel.close, channel.stdin));
  input.on('data', send);
  input.once('end', end);
  return () => {
    input.off('data', send);
    input.off('end', end);
    input.pause();
  };
};

/** Tells the size of our terminal now and whenever it changes; answers how to stop. */
const sendSize = (socket: WebSocket, { size, onResize }: Keyboard): (() => void) => {
  const tell = () => {
    const now = size();
    if (!now) return;
    const text = JSON.stringify({ Width: now.columns, Height: now.rows });
    socket.send(Buffer.concat([Buffer.of(channel.resize), Buffer.from(text)]));
  };
  tell();
  return onResize(tell);
};

const ended = (socket: WebSocket, { out, err }: Terminal): Promise<Ending | undefined> =>
  new Promise((resolve, reject) => {
    let ending: Ending | undefined;
    socket.on('message', (data) => {
      const bytes = bytesOf(data);
      const content = bytes.subarray(1);
      if (bytes[0] === channel.stdout) out(content);
      if (bytes[0] === channel.stderr) err(content);
      if (bytes[0] === channel.error) ending = JSON.parse(content.toString('utf8')) as Ending; // a Status
    });
    socket.once('close', () => resolve(ending));
    socket.once('error', reject);
  });

/** Runs a command in a container as if it ran here; answers its exit code. */
export const runRemotely = async (
  access: Access,
  { path, stdin, tty }: RemoteCommand,
  terminal: Terminal,
  keyboard: Keyboard,
): Promise<number> => {
  const socket = connect(access, path);
  const end = ended(socket, terminal);
  // Until it is accepted, an error is told by that.
  end.catch(() => undefined);
  await accepted(socket, access.server);
  const stops: (() => void)[] = [];
  try {
    if (tty) stops.push(sendSize(socket, keyboard));
    if (tty && stdin && keyboard.typed) {
      keyboard.raw(true);
      stops.push(() => keyboard.raw(false));
    }
    if (stdin) stops.push(sendInput(socket, keyboard));
    const ending = await end;
    if (ending) return exitCodeOf(ending);
    throw new UserError('The connection ended before the command did');
  } finally {
    for (const stop of stops) stop();
  }
};
