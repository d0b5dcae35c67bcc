import type { ServerResponse } from 'node:http';
import { mediaTypes } from '../accept.ts';
import type { Sink } from './watchers.ts';

/** A watcher's end of the line, for as long as it stays. */
export interface Line extends Sink {
  /** Resolves once what was sent so far has left for the client, or the line is closed. */
  drained(): Promise<void>;
  readonly closed: boolean;
  /** Calls `then` once, when the client is gone or the line ended. */
  onClose(then: () => void): void;
}

/** What may wait for one client that does not read, in bytes; then it is cut off, and resumes when it can. */
export const waitingBytesMax = 8 * 2 ** 20;

/** Answers with a watch's stream of JSON documents, one per line. */
export const httpLine = (response: ServerResponse): Line => {
  response.writeHead(200, { 'Content-Type': mediaTypes.json, 'Transfer-Encoding': 'chunked' });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  response.socket?.setKeepAlive(true, 30_000);
  let fresh = true;
  const isClosed = () => response.closed || response.writableEnded;
  return {
    get fresh() {
      return fresh;
    },
    get closed() {
      return isClosed();
    },
    send: (batch) => {
      const { socket } = response;
      if (isClosed()) return;
      fresh = false;
      if (!socket) {
        // The connection still ends the answer before this one: a quick client asks again before Node has seen it leave.
        for (const event of batch.events) response.write(event);
        return;
      }
      // The chunk is framed already, once for all watchers: past the response, which would frame it again for each.
      socket.write(batch.chunk);
      if (socket.writableLength > waitingBytesMax) socket.destroy();
    },
    drained: () =>
      new Promise((resolve) => {
        const { socket } = response;
        if (isClosed() || !socket?.writableNeedDrain) return resolve();
        const done = () => {
          socket.off('drain', done);
          socket.off('close', done);
          resolve();
        };
        socket.on('drain', done);
        socket.on('close', done);
      }),
    end: () => {
      if (!isClosed()) response.end();
    },
    onClose: (then) => {
      if (response.closed) then();
      else response.once('close', then);
    },
  };
};
