import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { channels, decodeFrame, encodeFrame, type Frame, windowBytes } from '../../../commands/link/frames.ts';
import { openInlet, openOutlet } from '../../../commands/link/pipe.ts';

/** Both ends of one channel, joined by what they send; `lag` holds frames back until it is let go. */
const joined = () => {
  const sent: Frame[] = [];
  const inlet = openInlet((frame) => deliver(frame), 1, channels.stdout);
  const outlet = openOutlet((frame) => deliver(frame), 1, channels.stdout);
  const deliver = (frame: Frame) => {
    sent.push(frame);
    const passed = decodeFrame(encodeFrame(frame));
    if (passed?.type === 'data') expect(inlet.data(passed.payload)).to.equal(true);
    if (passed?.type === 'end') inlet.end();
    if (passed?.type === 'taken') outlet.taken(passed.bytes);
  };
  return { sent, inlet, outlet };
};

describe('a channel of a call', () => {
  it('carries bytes to a reader that waits for them', async () => {
    const { inlet, outlet } = joined();
    const read = text(inlet.stream);
    outlet.stream.write('hello ');
    await new Promise((resolve) => setImmediate(resolve));
    outlet.stream.end('world');
    expect(await read).to.equal('hello world');
  });

  it('carries bytes to a reader that comes later', async () => {
    const { inlet, outlet } = joined();
    outlet.stream.end('late');
    expect(await text(inlet.stream)).to.equal('late');
  });

  it('ends without a byte', async () => {
    const { inlet, outlet } = joined();
    outlet.stream.end();
    expect(await text(inlet.stream)).to.equal('');
  });

  it('carries much more than its window, and holds back what nobody reads', async () => {
    const { inlet, outlet, sent } = joined();
    const all = 'x'.repeat(5 * windowBytes);
    outlet.stream.end(all);
    await new Promise((resolve) => setImmediate(resolve));
    const ahead = sent.reduce((sum, frame) => sum + (frame.type === 'data' ? frame.payload.length : 0), 0);
    expect(ahead).to.be.at.most(windowBytes + inlet.stream.readableHighWaterMark);
    expect(await text(inlet.stream)).to.have.length(all.length);
  });

  it('refuses more than its window', () => {
    const inlet = openInlet(() => undefined, 1, channels.stdout);
    expect(inlet.data(new Uint8Array(windowBytes))).to.equal(true);
    expect(inlet.data(new Uint8Array(1))).to.equal(false);
  });

  it('takes bytes that are no frame for nothing', () => {
    expect(decodeFrame(new Uint8Array(3))).to.equal(undefined);
    expect(decodeFrame(new Uint8Array([0, 0, 0, 1, 9, 0]))).to.equal(undefined);
    expect(decodeFrame(new Uint8Array([0, 0, 0, 1, 1, 7]))).to.equal(undefined);
  });
});
