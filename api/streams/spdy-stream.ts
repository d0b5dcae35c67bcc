import { Duplex } from 'node:stream';
import { dataHead, resetStatus } from './spdy-frame.ts';
import type { HeaderBlock } from './spdy-headers.ts';

/** One stream of a SPDY connection: reads what the client sends, writes to it, each side ends by itself. */
export interface SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: HeaderBlock;
}

/** How much a peer may send on a stream before it is told to go on (section 2.6.8). */
export const initialWindowBytes = 64 * 1024;
/** What we let a client send ahead of our reader. */
export const receiveWindowBytes = 256 * 1024;
export const windowBytesMax = 0x7fffffff;
const frameBytesMax = 32 * 1024;

/** How many bytes may be sent; negative when a smaller window came after they were sent. */
export interface Window {
  bytes: number;
}

/** What a stream needs of its connection. */
export interface Carrier {
  /** Sends these; `sent` is called once they are out of this process, or cannot be. */
  send(parts: readonly Buffer[], sent: (error?: Error | null) => void): void;
  reset(stream: number, status: number): void;
  /** Tells the client that it may send this much more on the stream. */
  grant(stream: number, bytes: number): void;
  /** Someone reads the stream: it holds less than half of {@link receiveWindowBytes}. */
  onRead(): void;
  /** The whole connection's window. */
  readonly whole: Window;
  /** Whether the client shows flow control: only then windows count. */
  controlled(): boolean;
}

/** What the connection does to a stream. */
export interface StreamEnd {
  readonly stream: SpdyStream;
  /** Bytes that came and were not read yet. */
  readonly unread: () => number;
  /** A piece of data came. */
  take(bytes: Buffer): void;
  /** The client sends no more. */
  finish(): void;
  readonly finished: () => boolean;
  /** The client gave the stream up. */
  drop(): void;
  /** The client widened this stream's window, or narrowed it. */
  widen(bytes: number): void;
  /** A window is wider than it was: goes on with what waits. */
  resume(): void;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly done: (error?: Error | null) => void;
}

/**
 * Makes the server's end of a stream. With a client that shows flow control, nothing is sent beyond its windows. The one in
 * client-go shows none and grants nothing: with it, TCP alone holds a fast writer back.
 */
export const openStream = (id: number, headers: HeaderBlock, windowBytes: number, carrier: Carrier): StreamEnd => {
  const own: Window = { bytes: windowBytes };
  let waiting: Waiting | undefined;
  let received = 0;
  let granted = 0;
  let clientFinished = false;
  let dropped = false;

  const sendable = (): number =>
    carrier.controlled() ? Math.min(own.bytes, carrier.whole.bytes, frameBytesMax) : frameBytesMax;
  const pump = () => {
    if (!waiting) return;
    const { bytes, done } = waiting;
    const count = Math.min(bytes.length, sendable());
    if (count <= 0) return;
    own.bytes -= count;
    carrier.whole.bytes -= count;
    waiting = undefined;
    const rest = bytes.subarray(count);
    carrier.send([dataHead(id, count, false), bytes.subarray(0, count)], (error) => {
      if (error || rest.length === 0) return done(error);
      waiting = { bytes: rest, done };
      pump();
    });
  };
  const grantWhatWasRead = () => {
    const consumed = received - stream.readableLength;
    if (clientFinished || consumed - granted < receiveWindowBytes / 2) return;
    carrier.grant(id, consumed - granted);
    granted = consumed;
  };
  const stream: SpdyStream = Object.assign(
    new Duplex({
      // Half the window: Node asks for more once less than this is unread, and then at least half can be granted.
      readableHighWaterMark: receiveWindowBytes / 2,
      writableHighWaterMark: frameBytesMax,
      // Node asks before it takes what is read out of the buffer.
      read: () =>
        queueMicrotask(() => {
          grantWhatWasRead();
          carrier.onRead();
        }),
      write: (bytes: Buffer, _, done) => {
        if (bytes.length === 0) return done();
        waiting = { bytes, done };
        pump();
      },
      final: (done) => carrier.send([dataHead(id, 0, true)], done),
      destroy: (error, done) => {
        const ended = clientFinished && stream.writableFinished;
        if (!dropped && !ended) carrier.reset(id, error ? resetStatus.internalError : resetStatus.cancel);
        const left = waiting;
        waiting = undefined;
        left?.done(error ?? new Error('The stream was closed'));
        done(error);
      },
    }),
    { id, headers },
  );
  return {
    stream,
    unread: () => stream.readableLength,
    take: (bytes) => {
      received += bytes.length;
      stream.push(bytes);
    },
    finish: () => {
      clientFinished = true;
      stream.push(null);
    },
    finished: () => clientFinished,
    drop: () => {
      dropped = true;
      stream.destroy();
    },
    widen: (bytes) => {
      own.bytes += bytes;
      if (own.bytes > windowBytesMax) {
        dropped = true;
        carrier.reset(id, resetStatus.flowControlError);
        stream.destroy(new Error('The client widened the window of the stream too far'));
      } else pump();
    },
    resume: pump,
  };
};
