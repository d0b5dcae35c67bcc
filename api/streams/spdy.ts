import type { Duplex } from 'node:stream';
import type { Clock } from '../../events/clock.ts';
import { closeGently, watchIdle } from './connection-life.ts';
import {
  type Frame,
  flag,
  frameType,
  goAwayFrame,
  idAt,
  initialWindowIn,
  pingFrame,
  readFrames,
  resetStatus,
  rstStreamFrame,
  SpdyViolation,
  synReplyFrame,
  windowUpdateFrame,
} from './spdy-frame.ts';
import { headerReader, headerWriter } from './spdy-headers.ts';
import {
  type Carrier,
  initialWindowBytes,
  openStream,
  receiveWindowBytes,
  type SpdyStream,
  type StreamEnd,
  type Window,
  windowBytesMax,
} from './spdy-stream.ts';

export type { SpdyStream } from './spdy-stream.ts';

/** The server's end of a SPDY/3.1 connection. */
export interface SpdyConnection {
  /** Says GOAWAY and ends the connection once what was written is out. */
  close(): void;
  /** Resolves when the connection is gone: with why it broke, or undefined when it ended in order. */
  readonly closed: Promise<Error | undefined>;
}

export interface SpdyOptions {
  readonly clock: Clock;
  /** Called for every stream that the client opens, which is accepted already. */
  readonly onStream: (stream: SpdyStream) => void;
  /** Streams open at once; more are refused. */
  readonly streamsMax: number;
}

/** An unread stream stops the whole connection; this often we then look whether the client still lives. */
const beatMs = 10_000;

/**
 * Speaks SPDY/3.1 on a connection that was upgraded to it. A client that breaks the protocol is told so by GOAWAY and cut
 * off. Written by hand because no server on npm accepts kubectl, whose end (moby/spdystream) knows no flow control: when a
 * stream here is not read, this end stops reading the connection, as upstream's does.
 */
export const acceptSpdy = (socket: Duplex, { clock, onStream, streamsMax }: SpdyOptions): SpdyConnection => {
  const streams = new Map<number, StreamEnd>();
  const headers = headerReader();
  const headerBlock = headerWriter();
  let lastStream = 0;
  let goneAway = false;
  let closing = false;
  let flowControlled = false;
  let initialWindow = initialWindowBytes;
  const whole: Window = { bytes: initialWindowBytes };
  let unacknowledged = 0;
  let failure: Error | undefined;
  let read: (() => void) | undefined;
  const idle = watchIdle(clock, socket);

  const write = (bytes: Buffer) => {
    if (socket.writable) socket.write(bytes);
  };
  const carrier: Carrier = {
    send: (parts, sent) => {
      idle.touch();
      if (!socket.writable) return sent(new Error('The connection was closed'));
      socket.cork();
      for (const [index, part] of parts.entries()) {
        if (index === parts.length - 1) socket.write(part, sent);
        else socket.write(part);
      }
      socket.uncork();
    },
    reset: (stream, status) => write(rstStreamFrame(stream, status)),
    grant: (stream, bytes) => write(windowUpdateFrame(stream, bytes)),
    onRead: () => read?.(),
    whole,
    controlled: () => flowControlled,
  };

  const openAsked = async (flags: number, body: Buffer) => {
    const id = idAt(body);
    // The header block is read even for a stream that is refused: the blocks are compressed as one.
    const asked = await headers.read(body.subarray(10));
    if (id % 2 === 0 || id <= lastStream) throw new SpdyViolation(`stream ${id} cannot be opened after ${lastStream}`);
    lastStream = id;
    if (goneAway || streams.size >= streamsMax) return carrier.reset(id, resetStatus.refusedStream);
    const end = openStream(id, asked, initialWindow, carrier);
    streams.set(id, end);
    end.stream.on('close', () => {
      streams.delete(id);
      read?.();
    });
    // Whoever uses the stream listens too; without a listener the first broken one would end the process.
    end.stream.on('error', () => undefined);
    write(synReplyFrame(id, headerBlock({})));
    write(windowUpdateFrame(id, receiveWindowBytes - initialWindowBytes));
    if (flags & flag.fin) end.finish();
    onStream(end.stream);
  };

  const widen = (id: number, delta: number) => {
    flowControlled = true;
    if (id === 0) {
      whole.bytes += delta;
      if (whole.bytes > windowBytesMax) throw new SpdyViolation('the window of the connection is too wide');
      for (const end of streams.values()) end.resume();
    } else streams.get(id)?.widen(delta);
  };

  const reframe = (size: number | undefined) => {
    if (size === undefined) return;
    flowControlled = true;
    const delta = size - initialWindow;
    initialWindow = size;
    for (const end of streams.values()) end.widen(delta);
  };

  const onControl = async ({ type, flags, body }: Frame & { kind: 'control' }): Promise<void> => {
    if (type === frameType.synStream) return openAsked(flags, body);
    if (type === frameType.headers) {
      const end = streams.get(idAt(body));
      await headers.read(body.subarray(4));
      if (flags & flag.fin && end && !end.finished()) end.finish();
    } else if (type === frameType.rstStream) streams.get(idAt(body))?.drop();
    else if (type === frameType.settings) reframe(initialWindowIn(body));
    else if (type === frameType.windowUpdate) widen(idAt(body), idAt(body, 4));
    // Even numbers are our own pings, answered.
    else if (type === frameType.ping && idAt(body) % 2 === 1) write(pingFrame(idAt(body)));
    else if (type === frameType.goAway) goneAway = true;
  };

  const onData = async ({ stream: id, bytes, fin }: Frame & { kind: 'data' }): Promise<void> => {
    unacknowledged += bytes.length;
    if (unacknowledged >= initialWindowBytes / 2) {
      write(windowUpdateFrame(0, unacknowledged));
      unacknowledged = 0;
    }
    const end = streams.get(id);
    // A stream that we are done with: what is on its way is dropped.
    if (!end) return id > lastStream || id === 0 ? carrier.reset(id, resetStatus.invalidStream) : undefined;
    if (end.finished()) return carrier.reset(id, resetStatus.streamAlreadyClosed);
    if (bytes.length > 0) end.take(bytes);
    if (fin) end.finish();
    if (!fin && end.unread() > receiveWindowBytes) await untilRead(end);
  };

  /** A client without flow control sent more than was read: waits for the reader, and for the client's end. */
  const untilRead = async (end: StreamEnd): Promise<void> => {
    let beats = 0;
    let timer: unknown;
    const beat = () => {
      timer = clock.setTimeout(() => {
        beats = (beats + 2) % windowBytesMax;
        write(pingFrame(beats));
        beat();
      }, beatMs);
    };
    beat();
    if (!end.stream.destroyed && !socket.destroyed)
      await new Promise<void>((resolve) => {
        read = resolve;
      });
    read = undefined;
    clock.clearTimeout(timer);
  };

  const serve = async () => {
    try {
      for await (const frame of readFrames(socket.iterator({ destroyOnReturn: false }))) {
        idle.touch();
        await (frame.kind === 'data' ? onData(frame) : onControl(frame));
      }
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error));
      if (error instanceof SpdyViolation) write(goAwayFrame(lastStream, 1));
    }
    for (const end of streams.values()) end.drop();
    socket.resume();
    if (failure instanceof SpdyViolation) closeGently(clock, socket);
    else socket.destroy();
  };

  const closed = new Promise<Error | undefined>((resolve) =>
    socket.once('close', () => {
      idle.stop();
      headers.close();
      read?.();
      for (const end of streams.values()) end.drop();
      // After our own end nothing is lost any more, however the client takes its leave.
      resolve(closing ? undefined : (failure ?? idle.failure()));
    }),
  );
  socket.on('error', (error) => {
    failure ??= error;
  });
  void serve();
  return {
    close: () => {
      goneAway = true;
      closing = true;
      write(goAwayFrame(lastStream, 0));
      for (const { stream } of streams.values()) stream.resume();
      closeGently(clock, socket);
    },
    closed,
  };
};
