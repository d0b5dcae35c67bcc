import { WebSocket, WebSocketServer } from 'ws';
import type { Upgrade } from '../streams/upgrade.ts';
import { type Line, waitingBytesMax } from './sink.ts';

const server = new WebSocketServer({ noServer: true, maxPayload: 1_024 });

const lineOn = (socket: WebSocket): Line => {
  let fresh = true;
  const isClosed = () => socket.readyState !== WebSocket.OPEN;
  return {
    get fresh() {
      return fresh;
    },
    get closed() {
      return isClosed();
    },
    send: ({ events }) => {
      if (isClosed()) return;
      fresh = false;
      for (const event of events) socket.send(event, { binary: false });
      if (socket.bufferedAmount > waitingBytesMax) socket.terminate();
    },
    drained: () =>
      new Promise((resolve) => {
        if (isClosed()) return resolve();
        // Answered once everything before it has been read.
        socket.once('pong', () => resolve());
        socket.once('close', () => resolve());
        socket.ping();
      }),
    end: () => socket.close(1_000),
    onClose: (then) => {
      if (isClosed()) then();
      else socket.once('close', then);
    },
  };
};

/** Tells a watch over a WebSocket: one text message for each event. */
export const webSocketLine = ({ request, socket, head }: Upgrade): Promise<Line> =>
  new Promise((resolve) =>
    server.handleUpgrade(request, socket, head, (client) => {
      // A broken connection closes; that is all a watch has to know.
      client.on('error', () => client.terminate());
      resolve(lineOn(client));
    }),
  );
