import { expect } from 'chai';
import type { Recorded } from '../../events/event.ts';
import type { EventLog } from '../../events/log.ts';
import { settled } from '../support/clock.ts';
import { appendOf, collect, following, named, typesOf, web } from './appends.ts';

/** The past and then the present, without gap or repetition, for any number of readers. */
export const subscribeContract = (log: () => EventLog) => {
  const append = (...args: Parameters<typeof appendOf>) => log().append(appendOf(...args));

  it('gives a late reader the past and then the present', async () => {
    await append(web, -1, ['A', 'B']);
    const seen = following(log(), 0, 4);
    await settled();
    await append(web, 1, ['C']);
    await append(web, 2, ['D']);
    expect(typesOf(await seen)).to.deep.equal(['A', 'B', 'C', 'D']);
  });

  it('has no gap and no repetition for readers that come while appends are in flight', async () => {
    const count = 600;
    const readers: Promise<Recorded[]>[] = [];
    const writers: Promise<unknown>[] = [];
    for (let i = 0; i < count; i++) {
      writers.push(append(named(`pod-${i}`), -1, ['Created']));
      if (i % 50 === 0) readers.push(following(log(), 0, count));
      if (i % 7 === 0) await settled();
    }
    await Promise.all(writers);
    const all = await collect(log().read(0));
    expect(all).to.have.length(count);
    for (const reader of readers) expect(await reader).to.deep.equal(all);
  });

  it('resumes from the last position seen', async () => {
    for (let i = 0; i < 6; i++) await append(web, i - 1, [`E${i}`]);
    const seen = await following(log(), 0, 4);
    const rest = following(log(), seen.at(-1)?.position ?? 0, 5);
    for (let i = 6; i < 9; i++) await append(web, i - 1, [`E${i}`]);
    expect(typesOf([...seen, ...(await rest)])).to.deep.equal(Array.from({ length: 9 }, (_, i) => `E${i}`));
  });

  it('starts with what follows when asked from the head, or from a position not reached yet', async () => {
    const [created] = await append(web, -1, ['Created']);
    const position = created?.position as number;
    const fromHead = following(log(), position, 1);
    await settled();
    const [bound] = await append(web, 0, ['Bound']);
    expect(typesOf(await fromHead)).to.deep.equal(['Bound']);
    const beyond = following(log(), bound?.position as number, 1);
    await append(web, 1, ['Started']);
    expect(typesOf(await beyond)).to.deep.equal(['Started']);
  });

  it('tells nothing more to a reader that left, and goes on telling the others', async () => {
    const told: string[] = [];
    const staying = following(log(), 0, 3);
    const gone = new Promise<void>((resolve) => {
      const leaving = log()
        .after(0)
        .subscribe(({ event }) => {
          told.push(event.type);
          leaving.unsubscribe();
          resolve();
        });
    });
    await append(web, -1, ['A']);
    await gone;
    await append(web, 0, ['B', 'C']);
    expect(typesOf(await staying)).to.deep.equal(['A', 'B', 'C']);
    expect(told).to.deep.equal(['A']);
  });

  it('lets a reader append from within what it is told, every reader keeping the order', async () => {
    const other = following(log(), 0, 4);
    const subscription = log()
      .after(0)
      .subscribe(({ revision }) => {
        if (revision < 3) void append(web, revision, [`E${revision + 1}`]);
      });
    const late = following(log(), 0, 4);
    await append(web, -1, ['E0']);
    expect(typesOf(await other)).to.deep.equal(['E0', 'E1', 'E2', 'E3']);
    expect(typesOf(await late)).to.deep.equal(['E0', 'E1', 'E2', 'E3']);
    subscription.unsubscribe();
  });
};
