import { acceptSpdy, type SpdyStream } from '../../../api/streams/spdy.ts';
import { virtualClock } from '../../support/clock.ts';
import { controlFrame, type Received, socketPair, spdyClient, words } from './spdy-client.ts';

/** Types of control frames. */
export const typeOf = { rst: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const;

/** The streams that the server has reset, each with its status. */
export const resets = (received: readonly Received[]) =>
  received.flatMap((frame) => (frame.type === typeOf.rst && 'words' in frame ? [frame.words] : []));

/** A client by hand and the server's end, joined by TCP, in virtual time. */
export const connectSpdy = async (streamsMax = 100) => {
  const clock = virtualClock();
  const streams: SpdyStream[] = [];
  let opened: (() => void) | undefined;
  const pair = await socketPair();
  const client = spdyClient(pair.client);
  const connection = acceptSpdy(pair.server, {
    clock,
    streamsMax,
    onStream: (stream) => {
      streams.push(stream);
      opened?.();
    },
  });
  /** The nth stream, once the client has opened it. */
  const streamAt = async (index: number): Promise<SpdyStream> => {
    while (streams.length <= index)
      await new Promise<void>((resolve) => {
        opened = resolve;
      });
    const stream = streams[index];
    if (!stream) throw new Error('just opened');
    return stream;
  };
  return {
    clock,
    client,
    connection,
    streams,
    streamAt,
    open: async (id: number, headers: Record<string, string> = { streamtype: 'data' }) => {
      await client.open(id, headers);
      return streamAt((id - 1) / 2);
    },
    /** Everything that was sent before has been answered. */
    answered: async (id = 0x1001) => {
      client.send(controlFrame(typeOf.ping, 0, words(id)));
      return client.until((all) =>
        all.some((one) => one.type === typeOf.ping && 'words' in one && one.words[0] === id),
      );
    },
    end: async () => {
      client.close();
      await connection.closed;
    },
  };
};
export type Spdy = Awaited<ReturnType<typeof connectSpdy>>;
