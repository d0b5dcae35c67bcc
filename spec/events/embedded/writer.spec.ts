import { expect } from 'chai';
import type { Commits, Landing } from '../../../events/embedded/commits.ts';
import type { Streams } from '../../../events/embedded/streams.ts';
import { openWriter } from '../../../events/embedded/writer.ts';
import { LogUnavailable } from '../../../events/log.ts';
import { appendOf, named, refused, web } from '../appends.ts';

describe('the writer of the embedded log', () => {
  /** A log without a past, on a disk that takes what it is told to. */
  const writerOn = (add: Commits['add']) => {
    const streams: Streams = {
      tail: () => undefined,
      moved: () => undefined,
      ended: () => undefined,
      history: async function* () {},
      causedBy: async () => [],
    };
    return openWriter({
      streams,
      commits: { add, idle: async () => undefined },
      now: () => 1,
      landed: () => undefined,
      failed: (error) => error as Error,
      awaited: (work) => work,
    });
  };

  it('numbers nothing that the commits refuse', async () => {
    let full = true;
    const writer = writerOn((landing: Landing) => {
      if (full) throw new LogUnavailable('full');
      landing.landed();
    });
    expect(await refused(writer.append(appendOf(web, -1, ['Created'])))).to.be.instanceOf(LogUnavailable);
    full = false;
    expect((await writer.append(appendOf(web, -1, ['Created'])))[0]).to.include({ position: 1, revision: 0 });
  });

  it('refuses an append that is too large for one write, and numbers nothing', async () => {
    const writer = writerOn((landing) => landing.landed());
    const events = [Object.assign({ type: 'Big' }, { text: 'x'.repeat(17 << 20) })];
    expect(await refused(writer.append(appendOf(web, -1, [], { events })))).to.be.instanceOf(RangeError);
    expect((await writer.append(appendOf(named('db'), -1, ['Created'])))[0]).to.include({ position: 1 });
  });
});
