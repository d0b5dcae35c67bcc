import { once } from 'node:events';
import { expect } from 'chai';
import fc from 'fast-check';
import { settled } from '../../support/clock.ts';
import { controlFrame, dataFrame, words } from './spdy-client.ts';
import { connectSpdy, resets, type Spdy, typeOf } from './spdy-connection.ts';

describe('a SPDY/3.1 connection', () => {
  let spdy: Spdy;
  let { clock, client, connection, streams, streamAt, open, answered } = {} as Spdy; // made anew before each
  const use = async (streamsMax?: number) => {
    spdy = await connectSpdy(streamsMax);
    ({ clock, client, connection, streams, streamAt, open, answered } = spdy);
  };
  beforeEach(() => use());
  afterEach(() => spdy.end());

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
