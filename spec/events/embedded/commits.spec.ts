import { expect } from 'chai';
import { type Landing, openCommits } from '../../../events/embedded/commits.ts';
import { LogUnavailable } from '../../../events/log.ts';
import { settled } from '../../support/clock.ts';

describe('group commits', () => {
  const landingOf = (more: Partial<Landing> = {}): Landing => ({
    operations: [],
    bytes: 100,
    landed: () => undefined,
    failed: () => undefined,
    ...more,
  });
  /** A disk that answers when it is told to. */
  const slowDisk = () => {
    const writes: { readonly done: () => void; readonly fail: (error: Error) => void }[] = [];
    return { writes, write: () => new Promise<void>((done, fail) => writes.push({ done, fail })) };
  };

  it('gather while one is under way, and land in order', async () => {
    const { writes, write } = slowDisk();
    const commits = openCommits(write);
    const landed: number[] = [];
    for (let i = 0; i < 3; i++) commits.add(landingOf({ landed: () => landed.push(i) }));
    await settled();
    for (let i = 3; i < 9; i++) commits.add(landingOf({ landed: () => landed.push(i) }));
    expect(writes).to.have.length(1);
    writes[0]?.done();
    await settled();
    expect([landed, writes.length]).to.deep.equal([[0, 1, 2], 2]);
    writes[1]?.done();
    await settled();
    expect([landed, writes.length]).to.deep.equal([[0, 1, 2, 3, 4, 5, 6, 7, 8], 2]);
  });

  it('fail together with all that was numbered after them', async () => {
    const { writes, write } = slowDisk();
    const commits = openCommits(write);
    const failed: number[] = [];
    commits.add(landingOf({ failed: () => failed.push(0) }));
    await settled();
    commits.add(landingOf({ failed: () => failed.push(1) }));
    writes[0]?.fail(new Error('disk'));
    await settled();
    expect([failed, writes.length]).to.deep.equal([[0, 1], 1]);
    commits.add(landingOf());
    await settled();
    expect(writes).to.have.length(2);
  });

  it('refuse what is too much to wait for, and say how much waits', async () => {
    for (const bytes of [1, 1 << 20]) {
      const { writes, write } = slowDisk();
      const commits = openCommits(write);
      let added = 0;
      expect(() => {
        for (; added < 100_000; added++) commits.add(landingOf({ bytes }));
      }).to.throw(LogUnavailable, /\d+ appends of \d+ bytes wait/);
      expect(added).to.equal(bytes === 1 ? 20_000 : 64);
      await settled();
      writes[0]?.done();
      await settled();
      commits.add(landingOf({ bytes }));
    }
  });
});
