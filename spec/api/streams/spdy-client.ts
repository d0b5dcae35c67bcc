import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { constants, createDeflate } from 'node:zlib';

// The same dictionary as the server's, from the package that publishes it.
const { '3.1': dictionary } = createRequire(import.meta.url)(
  'spdy-transport/lib/spdy-transport/protocol/spdy/dictionary.js',
) as Record<string, Buffer>;

/** A frame that the server sent, with the numbers at the start of its body. */
export type Received =
  | { readonly type: number; readonly words: readonly number[] }
  | { readonly type: 'data'; readonly stream: number; readonly text: string; readonly fin: boolean };

export const words = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) buffer.writeUInt32BE(value, 4 * index);
  return buffer;
};

export const controlFrame = (type: number, flags: number, body: Buffer, version = 3): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8000 | version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(body.length, 4);
  head.writeUInt8(flags, 4);
  return Buffer.concat([head, body]);
};

export const dataFrame = (stream: number, bytes: Buffer | string, fin = false): Buffer => {
  const body = Buffer.from(bytes);
  const head = words(stream, body.length);
  head.writeUInt8(fin ? 1 : 0, 4);
  return Buffer.concat([head, body]);
};

/** Two ends of one TCP connection on this machine. */
export const socketPair = async (): Promise<{ client: Socket; server: Socket }> => {
  const listener = createServer({ allowHalfOpen: true });
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
  // It listens on TCP.
  const client = connect({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  const [server] = (await once(listener, 'connection')) as [Socket];
  listener.close();
  return { client, server };
};

/** Sends an upgrade request with these headers; answers the connection and the head of the response. */
export const requestUpgrade = async (port: number, headers: readonly string[]) => {
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n${headers.join('\r\n')}\r\n\r\n`);
  let head = '';
  while (!head.includes('\r\n\r\n')) {
    const [part] = (await once(socket, 'data')) as [Buffer];
    head += part.toString();
  }
  return { socket, head };
};

/** The client's end of SPDY/3.1 by hand: sends what a spec tells it to, rules or no rules. */
export const spdyClient = (socket: Socket) => {
  const deflate = createDeflate({ ...(dictionary ? { dictionary } : {}), flush: constants.Z_SYNC_FLUSH });
  const received: Received[] = [];
  let wake: (() => void) | undefined;
  let rest = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 8 && rest.length >= 8 + rest.readUIntBE(5, 3)) {
      const body = rest.subarray(8, 8 + rest.readUIntBE(5, 3));
      const control = (rest.readUInt8(0) & 0x80) !== 0;
      const type = rest.readUInt16BE(2);
      received.push(
        control
          ? // A SYN_REPLY has a header block behind its one number.
            {
              type,
              words: Array.from({ length: type === 2 ? 1 : body.length / 4 }, (_, i) => body.readUInt32BE(4 * i)),
            }
          : { type: 'data', stream: rest.readUInt32BE(0), text: body.toString(), fin: (rest.readUInt8(4) & 1) === 1 },
      );
      rest = rest.subarray(8 + body.length);
    }
    wake?.();
  });
  socket.on('error', () => undefined).on('close', () => wake?.());
  const send = (...frames: readonly Buffer[]) => {
    for (const frame of frames) socket.write(frame);
  };
  const block = (headers: Readonly<Record<string, string>>): Promise<Buffer> =>
    new Promise((resolve) => {
      const texts = Object.entries(headers).flat();
      const parts = texts.flatMap((text) => [words(Buffer.byteLength(text)), Buffer.from(text)]);
      const compressed: Buffer[] = [];
      const collect = (part: Buffer) => compressed.push(part);
      deflate.on('data', collect);
      deflate.write(Buffer.concat([words(texts.length / 2), ...parts]), () => {
        deflate.off('data', collect);
        resolve(Buffer.concat(compressed));
      });
    });
  return {
    socket,
    received,
    send,
    /** Opens a stream, and ends this side of it when `flags` is 1. */
    open: async (id: number, headers: Readonly<Record<string, string>>, flags = 0) =>
      send(controlFrame(1, flags, Buffer.concat([words(id, 0), Buffer.alloc(2), await block(headers)]))),
    /** Adds headers to a stream, and ends this side of it when `flags` is 1. */
    add: async (id: number, headers: Readonly<Record<string, string>>, flags = 0) =>
      send(controlFrame(8, flags, Buffer.concat([words(id), await block(headers)]))),
    /** Waits until what was received is as wanted; answers all of it. Throws when the connection closes before. */
    until: async (wanted: (received: readonly Received[]) => boolean): Promise<readonly Received[]> => {
      while (!wanted(received)) {
        if (socket.destroyed) throw new Error(`The connection closed; received ${JSON.stringify(received)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return received;
    },
    /** All data of one stream until now. */
    textOf: (stream: number) =>
      received
        .map((frame) => (frame.type === 'data' && 'stream' in frame && frame.stream === stream ? frame.text : ''))
        .join(''),
    close: () => {
      deflate.close();
      socket.destroy();
    },
  };
};
export type SpdyClient = ReturnType<typeof spdyClient>;
