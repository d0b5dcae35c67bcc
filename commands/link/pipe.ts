import { Readable, Writable } from 'node:stream';
import { type Channel, type Frame, payloadBytesMax, windowBytes } from './frames.ts';

/** Resolves once a stream takes more after a `write` that said to wait, or never will because it is closed. */
export const roomIn = (to: Writable): Promise<void> =>
  new Promise((resolve) => {
    if (to.destroyed) return resolve();
    const go = () => {
      to.off('drain', go).off('close', go);
      resolve();
    };
    to.on('drain', go).on('close', go);
  });

export type SendFrame = (frame: Frame) => void;

/** The sending end of a channel: holds bytes back while the other end has not taken {@link windowBytes} of them. */
export interface Outlet {
  readonly stream: Writable;
  /** The other end has taken so many more bytes. */
  taken(bytes: number): void;
}

/** Opens the sending end of one channel of a call. Ending the stream tells the other end. */
export const openOutlet = (send: SendFrame, call: number, channel: Channel): Outlet => {
  let room = windowBytes;
  let waiting: (() => void) | undefined;

  const push = (bytes: Buffer, from: number, done: () => void): void => {
    let at = from;
    while (at < bytes.length) {
      if (room === 0) {
        waiting = () => push(bytes, at, done);
        return;
      }
      const payload = bytes.subarray(at, at + Math.min(room, payloadBytesMax));
      room -= payload.length;
      at += payload.length;
      send({ call, channel, type: 'data', payload });
    }
    done();
  };

  return {
    stream: new Writable({
      write: (chunk: Buffer, _encoding, done) => push(chunk, 0, done),
      final: (done) => {
        send({ call, channel, type: 'end' });
        done();
      },
    }),
    taken: (bytes) => {
      room += bytes;
      const go = waiting;
      waiting = undefined;
      go?.();
    },
  };
};

/** The receiving end of a channel: tells the other end how much was taken as its reader reads. */
export interface Inlet {
  readonly stream: Readable;
  /** Bytes came. False when more came than the window allows: the other end breaks the protocol. */
  data(payload: Uint8Array): boolean;
  end(): void;
}

/** Opens the receiving end of one channel of a call. */
export const openInlet = (send: SendFrame, call: number, channel: Channel): Inlet => {
  const queue: Buffer[] = [];
  let held = 0;
  let wanted = false;
  let ended = false;

  const pour = (stream: Readable) => {
    let bytes = 0;
    for (let chunk = wanted ? queue.shift() : undefined; chunk; chunk = wanted ? queue.shift() : undefined) {
      bytes += chunk.length;
      wanted = stream.push(chunk);
    }
    held -= bytes;
    if (bytes > 0) send({ call, channel, type: 'taken', bytes });
    if (ended && queue.length === 0 && wanted) {
      wanted = false;
      stream.push(null);
    }
  };

  const stream = new Readable({
    read() {
      wanted = true;
      pour(this);
    },
  });

  return {
    stream,
    data: (payload) => {
      if (ended || stream.destroyed) return true;
      held += payload.length;
      if (held > windowBytes) return false;
      queue.push(Buffer.from(payload));
      pour(stream);
      return true;
    },
    end: () => {
      ended = true;
      pour(stream);
    },
  };
};
