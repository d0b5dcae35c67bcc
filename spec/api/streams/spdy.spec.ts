import { once } from 'node:events';
import { expect } from 'chai';
import fc from 'fast-check';
import { acceptSpdy, type SpdyConnection, type SpdyStream } from '../../../api/streams/spdy.ts';
import { settled, type VirtualClock, virtualClock } from '../../support/clock.ts';
import {
  controlFrame,
  dataFrame,
  type Received,
  socketPair,
  type SpdyClient,
  spdyClient,
  words,
} from './spdy-client.ts';

const typeOf = { rst: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 };
const resets = (received: readonly Received[]) =>
  received.flatMap((frame) => (frame.type === typeOf.rst && 'words' in frame ? [frame.words] : []));

describe('a SPDY/3.1 connection', () => {
  let clock: VirtualClock;
  let client: SpdyClient;
  let connection: SpdyConnection;
  let streams: SpdyStream[];
  let opened: (() => void) | undefined;
  const use = async (streamsMax = 100) => {
    clock = virtualClock();
    streams = [];
    const pair = await socketPair();
    client = spdyClient(pair.client);
    connection = acceptSpdy(pair.server, {
      clock,
      streamsMax,
      onStream: (stream) => {
        streams.push(stream);
        opened?.();
      },
    });
  };
  beforeEach(() => use());
  afterEach(async () => {
    client.close();
    await connection.closed;
  });
  const streamAt = async (index: number): Promise<SpdyStream> => {
    while (streams.length <= index)
      await new Promise<void>((resolve) => {
        opened = resolve;
      });
    const stream = streams[index];
    if (!stream) throw new Error('just opened');
    return stream;
  };
  const open = async (id: number, headers: Record<string, string> = { streamtype: 'data' }) => {
    await client.open(id, headers);
    return streamAt((id - 1) / 2);
  };
  /** Everything that was sent before has been answered. */
  const answered = async (id = 0x1001) => {
    client.send(controlFrame(typeOf.ping, 0, words(id)));
    await client.until((all) =>
      all.some((frame) => frame.type === typeOf.ping && 'words' in frame && frame.words[0] === id),
    );
    return client.received;
  };

  it('reads headers, each block compressed on from the one before', async () => {
    for (const id of [1, 3, 5]) {
      const stream = await open(id, { streamType: 'data', port: `80${id}`, requestID: 'ü' });
      expect({ ...stream.headers }).to.deep.equal({ streamtype: 'data', port: `80${id}`, requestid: 'ü' });
    }
    const replies = (await answered()).filter(({ type }) => type === 2);
    expect(replies).to.deep.equal([1, 3, 5].map((id) => ({ type: 2, words: [id] })));
  });

  it('carries data both ways, and the end of each way by itself', async () => {
    const stream = await open(1);
    client.send(dataFrame(1, 'hel'), dataFrame(1, 'lo', true));
    expect(String(Buffer.concat(await stream.toArray()))).to.equal('hello');
    stream.end('bye');
    await client.until((all) => all.some((frame) => frame.type === 'data' && 'fin' in frame && frame.fin));
    expect(client.textOf(1)).to.equal('bye');
    expect(resets(await answered())).to.deep.equal([]);
  });

  it('takes the largest frame there can be without holding it', async () => {
    const stream = await open(1);
    const size = 0xffffff;
    client.send(dataFrame(1, Buffer.alloc(size), true));
    let read = 0;
    let heldMax = 0;
    for await (const part of stream) {
      read += (part as Buffer).length;
      heldMax = Math.max(heldMax, stream.readableLength);
    }
    expect(read).to.equal(size);
    expect(heldMax).to.be.lessThan(1024 * 1024);
  });

  it('answers the client’s pings and no others', async () => {
    client.send(controlFrame(typeOf.ping, 0, words(2)));
    const pings = (await answered(7)).filter(({ type }) => type === typeOf.ping);
    expect(pings).to.deep.equal([{ type: typeOf.ping, words: [7] }]);
  });

  describe('flow control', () => {
    it('sends no more than the windows that the client sets', async () => {
      client.send(controlFrame(typeOf.settings, 0, words(1, 7, 1000)));
      const stream = await open(1);
      stream.write(Buffer.alloc(5000, 'x'));
      await client.until(() => client.textOf(1).length === 1000);
      await answered(1);
      expect(client.textOf(1)).to.have.length(1000);
      client.send(controlFrame(typeOf.windowUpdate, 0, words(1, 1500)));
      await client.until(() => client.textOf(1).length === 2500);
      await answered(3);
      expect(client.textOf(1)).to.have.length(2500);
      client.send(controlFrame(typeOf.settings, 0, words(1, 7, 5000)));
      await client.until(() => client.textOf(1).length === 5000);
    });

    it('sends no more than the window of the connection', async () => {
      client.send(controlFrame(typeOf.settings, 0, words(1, 7, 1_000_000)));
      const stream = await open(1);
      stream.write(Buffer.alloc(100_000, 'x'));
      await client.until(() => client.textOf(1).length === 65_536);
      await answered();
      expect(client.textOf(1)).to.have.length(65_536);
      client.send(controlFrame(typeOf.windowUpdate, 0, words(0, 100_000)));
      await client.until(() => client.textOf(1).length === 100_000);
    });

    it('sends all it has to a client that shows no flow control', async () => {
      const stream = await open(1);
      stream.write(Buffer.alloc(1_000_000, 'x'));
      await client.until(() => client.textOf(1).length === 1_000_000);
    });

    it('grants more only as the stream is read', async () => {
      const stream = await open(1);
      client.send(dataFrame(1, Buffer.alloc(250_000)));
      const granted = () =>
        client.received.flatMap((frame) =>
          frame.type === typeOf.windowUpdate && 'words' in frame && frame.words[0] === 1 ? [frame.words[1]] : [],
        );
      await answered(1);
      // From the protocol's 64 KiB to our 256.
      expect(granted()).to.deep.equal([196_608]);
      stream.resume();
      await client.until(() => granted().length === 2);
      expect(granted()[1]).to.be.within(131_072, 250_000);
    });

    it('never stalls a client that keeps to its windows', async () => {
      const stream = await open(1);
      const size = 2_000_000;
      let sent = 0;
      let read = 0;
      const granted = (id: number, from: number) =>
        client.received.reduce(
          (sum, frame) =>
            frame.type === typeOf.windowUpdate && 'words' in frame && frame.words[0] === id
              ? sum + (frame.words[1] ?? 0)
              : sum,
          from,
        );
      const reading = (async () => {
        for await (const part of stream) {
          read += (part as Buffer).length;
          await settled();
        }
      })();
      while (sent < size) {
        await client.until(() => Math.min(granted(1, 65_536), granted(0, 65_536)) > sent);
        const count = Math.min(granted(1, 65_536) - sent, granted(0, 65_536) - sent, size - sent, 7_777);
        client.send(dataFrame(1, Buffer.alloc(count), sent + count === size));
        sent += count;
      }
      await reading;
      expect(read).to.equal(size);
    });

    it('reads nothing on while a stream is unread, and asks every 10 s whether the client still lives', async () => {
      const stream = await open(1);
      client.send(dataFrame(1, Buffer.alloc(600_000)), controlFrame(typeOf.ping, 0, words(9)));
      while (stream.readableLength < 262_144) await settled();
      await settled();
      clock.advance(9_999);
      await settled();
      expect(client.received.filter(({ type }) => type === typeOf.ping)).to.deep.equal([]);
      clock.advance(1);
      await client.until((all) => all.some(({ type }) => type === typeOf.ping));
      stream.resume();
      await client.until((all) => all.filter(({ type }) => type === typeOf.ping).length === 2);
      expect(client.received.filter(({ type }) => type === typeOf.ping)).to.deep.equal([
        { type: typeOf.ping, words: [2] },
        { type: typeOf.ping, words: [9] },
      ]);
    });

    it('resets a stream whose window is widened beyond measure', async () => {
      const stream = await open(1);
      const closed = new Promise((resolve) => stream.once('close', resolve));
      client.send(controlFrame(typeOf.windowUpdate, 0, words(1, 0x7fffffff)));
      await closed;
      expect(resets(await answered())).to.deep.equal([[1, 7]]);
    });
  });

  describe('limits and rules', () => {
    it('refuses streams beyond the most it allows, and reads on', async () => {
      client.close();
      await use(2);
      for (const id of [1, 3, 5]) await client.open(id, { a: 'b' });
      expect(resets(await answered())).to.deep.equal([[5, 3]]);
      streams[0]?.destroy();
      await client.open(7, { a: 'b' });
      await streamAt(2);
    });

    it('opens no more after the client said goodbye', async () => {
      await open(1);
      client.send(controlFrame(typeOf.goAway, 0, words(0, 0)));
      await client.open(3, {});
      expect(resets(await answered())).to.deep.equal([[3, 3]]);
    });

    it('answers data for a stream that never was, or has ended', async () => {
      await open(1);
      client.send(dataFrame(1, '', true), dataFrame(1, 'more'), dataFrame(99, 'x'));
      expect(resets(await answered())).to.deep.equal([
        [1, 9],
        [99, 2],
      ]);
    });

    it('drops data for a stream that it has closed itself', async () => {
      const stream = await open(1);
      stream.destroy();
      await once(stream, 'close');
      client.send(dataFrame(1, 'late'));
      expect(resets(await answered())).to.deep.equal([[1, 5]]);
    });

    it('closes a stream that the client resets, without a word', async () => {
      const stream = await open(1);
      client.send(controlFrame(typeOf.rst, 0, words(1, 5)));
      await once(stream, 'close');
      expect(resets(await answered())).to.deep.equal([]);
    });

    it('takes HEADERS, and the end of a stream with them', async () => {
      const stream = await open(1);
      await client.open(3, {});
      await client.add(1, { more: 'x' }, 1);
      stream.resume();
      await once(stream, 'end');
    });

    const breaches: readonly [string, () => void | Promise<void>, string][] = [
      [
        'another version',
        () => client.send(controlFrame(typeOf.ping, 0, words(1), 2)),
        'a control frame is not of SPDY/3',
      ],
      [
        'a control frame over 64 KiB',
        () => client.send(controlFrame(1, 0, Buffer.alloc(65_537))),
        'longer than 65536 bytes',
      ],
      ['an even stream', () => client.open(2, {}), 'stream 2 cannot be opened after 0'],
      [
        'a stream opened twice',
        async () => {
          await client.open(1, {});
          await client.open(1, {});
        },
        'stream 1 cannot be opened after 1',
      ],
      [
        'an empty header block',
        () => client.send(controlFrame(1, 0, words(1, 0, 0).subarray(0, 10))),
        'ends too early',
      ],
      ['a damaged header block', () => client.send(controlFrame(1, 0, Buffer.alloc(30, 1))), 'cannot be inflated'],
      ['a header block that swells', () => client.open(1, { a: 'x'.repeat(1_000_000) }), 'longer than 65536 bytes'],
      [
        'too many headers',
        () => client.open(1, Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`h${i}`, '']))),
        '64',
      ],
      ['a ping without a number', () => client.send(controlFrame(typeOf.ping, 0, Buffer.alloc(0))), 'ends too early'],
      ['settings that lie', () => client.send(controlFrame(typeOf.settings, 0, words(1000))), 'ends too early'],
      [
        'a connection window too wide',
        () => client.send(controlFrame(typeOf.windowUpdate, 0, words(0, 0x7fffffff))),
        'too wide',
      ],
    ];
    for (const [what, breach, why] of breaches)
      it(`cuts off ${what}, and says GOAWAY`, async () => {
        await breach();
        await client.until((all) => all.some(({ type }) => type === typeOf.goAway));
        const goodbye = client.received.find(({ type }) => type === typeOf.goAway);
        expect(goodbye && 'words' in goodbye && goodbye.words[1]).to.equal(1);
        client.close();
        expect((await connection.closed)?.message).to.contain(why);
      });

    it('survives any bytes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, framed) => {
          client.close();
          await use();
          const body = Buffer.from(bytes);
          client.send(framed ? controlFrame(1 + ((bytes[0] ?? 0) % 9), 0, body) : body);
          client.socket.end();
          client.socket.resume();
          await connection.closed;
        }),
        { numRuns: 200, seed: 31 },
      );
    });
  });

  describe('its end', () => {
    it('lets the client read what was written, though it still sends', async () => {
      const stream = await open(1);
      for (let i = 0; i < 50; i++) client.send(dataFrame(1, Buffer.alloc(100_000)));
      stream.end('the answer');
      connection.close();
      await once(client.socket, 'end');
      expect(client.textOf(1)).to.equal('the answer');
      client.socket.end();
      expect(await connection.closed).to.equal(undefined);
    });

    it('does not wait for a client that never closes', async () => {
      connection.close();
      await client.until((all) => all.some(({ type }) => type === typeOf.goAway));
      clock.advance(10_000);
      expect(await connection.closed).to.equal(undefined);
    });

    it('closes every stream when the client is gone', async () => {
      const stream = await open(1);
      client.socket.destroy();
      await once(stream, 'close');
      await connection.closed;
    });

    it('comes when nothing moved for 4 hours', async () => {
      const stream = await open(1);
      clock.advance(4 * 3_600_000 - 1);
      client.send(dataFrame(1, 'x'));
      await once(stream, 'readable');
      clock.advance(4 * 3_600_000 - 1);
      await settled();
      expect(stream.destroyed).to.equal(false);
      clock.advance(1);
      expect((await connection.closed)?.message).to.equal('Nothing moved on the connection for 4 hours');
    });
  });
});
