import { expect } from 'chai';
import { settled } from '../../support/clock.ts';
import { controlFrame, dataFrame, words } from './spdy-client.ts';
import { connectSpdy, resets, type Spdy, typeOf } from './spdy-connection.ts';

describe('flow control in SPDY/3.1', () => {
  let spdy: Spdy;
  let { clock, client, open, answered } = {} as Spdy; // made anew before each
  beforeEach(async () => {
    spdy = await connectSpdy();
    ({ clock, client, open, answered } = spdy);
  });
  afterEach(() => spdy.end());

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
