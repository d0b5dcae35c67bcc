import { Readable, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../events/clock.ts';
import { isRejection, type Rejection } from '../../kinds/rejection.ts';
import { type Channels, versionOf, type Wanted } from './channels.ts';
import { watchIdle } from './connection-life.ts';
import type { Upgrade } from './upgrade.ts';
import { acceptWebSocket } from './websocket.ts';

/** Names with `base64` are the same in text messages. */
const served = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'base64.channel.k8s.io',
];
/** The first byte of every message. From v5 on, `close` is followed by the channel that the client closes. */
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const unreadBytesMax = 256 * 1024;
/** Input that nobody reads holds the client's pings back with it, and a client that hears nothing for 61 s gives up. */
const beatMs = 10_000;

/** One message as its channel and its bytes. */
interface Message {
  readonly channel: number;
  readonly bytes: Buffer;
}

interface Codec {
  readonly encode: (channel: number, bytes: Buffer) => Buffer | string;
  readonly decode: (message: Buffer) => Message;
}

const binary: Codec = {
  encode: (to, bytes) => Buffer.concat([Buffer.of(to), bytes]),
  decode: (message) => ({ channel: message[0] ?? -1, bytes: message.subarray(1) }),
};
const base64: Codec = {
  encode: (to, bytes) => `${to}${bytes.toString('base64')}`,
  decode: (message) => ({
    channel: (message[0] ?? 0) - '0'.charCodeAt(0),
    bytes: Buffer.from(message.toString('latin1', 1), 'base64'),
  }),
};

const writableOf = (socket: WebSocket, { encode }: Codec, to: number): Writable =>
  new Writable({ write: (bytes: Buffer, _, done) => socket.send(encode(to, bytes), (error) => done(error ?? null)) });

const bufferOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
};

/** Stops the client while its input waits, and lets it know meanwhile that this end lives. */
const backPressure = (socket: WebSocket, clock: Clock) => {
  let timer: unknown;
  const beat = () => {
    timer = clock.setTimeout(() => {
      if (socket.readyState === socket.OPEN) socket.pong();
      beat();
    }, beatMs);
  };
  const go = () => {
    if (!socket.isPaused) return;
    clock.clearTimeout(timer);
    socket.resume();
  };
  const stop = () => {
    if (socket.isPaused || socket.readyState !== socket.OPEN) return;
    socket.pause();
    beat();
  };
  return { stop, go, end: () => clock.clearTimeout(timer) };
};

/** Answers an exec or attach over a WebSocket. */
export const acceptWebSocketChannels = async (
  upgrade: Upgrade,
  wanted: Wanted,
  clock: Clock,
): Promise<Channels | Rejection> => {
  const agreed = await acceptWebSocket(upgrade, served);
  if (isRejection(agreed)) return agreed;
  const { socket, protocol } = agreed;
  const codec = protocol.includes('base64') ? base64 : binary;
  const version = versionOf(protocol);
  const idle = watchIdle(clock, upgrade.socket);
  const pressure = backPressure(socket, clock);
  const input = () => new Readable({ highWaterMark: unreadBytesMax, read: pressure.go });
  const stdin = wanted.stdin ? input() : undefined;
  const resize = wanted.tty && version >= 3 ? input() : undefined;
  const output = (to: number) => writableOf(socket, codec, to);

  const closeChannel = (which: number | undefined) => {
    if (which === channel.stdin && stdin && !stdin.readableEnded) stdin.push(null);
  };
  socket.on('message', (data) => {
    idle.touch();
    const { channel: from, bytes } = codec.decode(bufferOf(data));
    if (from === channel.close && version >= 5) return closeChannel(bytes[0]);
    const to = from === channel.stdin ? stdin : from === channel.resize ? resize : undefined;
    if (to && bytes.length > 0 && !to.destroyed && !to.push(bytes)) pressure.stop();
    return undefined;
  });

  let failure: Error | undefined;
  let closing = false;
  socket.on('error', (error) => {
    failure = error;
  });
  const closed = new Promise<Error | undefined>((resolve) =>
    socket.once('close', () => {
      idle.stop();
      pressure.end();
      stdin?.destroy();
      resize?.destroy();
      resolve(closing ? undefined : (failure ?? idle.failure()));
    }),
  );
  const stdout = wanted.stdout ? output(channel.stdout) : undefined;
  const stderr = wanted.stderr && !wanted.tty ? output(channel.stderr) : undefined;
  const error = output(channel.error);
  // Tells the client at once that it is connected, as upstream does.
  socket.send(codec.encode(stdout ? channel.stdout : stderr ? channel.stderr : channel.error, Buffer.alloc(0)));
  return {
    version,
    stdin,
    stdout,
    stderr,
    error,
    resize,
    close: () => {
      closing = true;
      // The client's answer comes after what it sent before.
      stdin?.resume();
      resize?.resume();
      pressure.go();
      socket.close(1000);
    },
    closed,
  };
};
