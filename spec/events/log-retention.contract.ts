import { expect } from 'chai';
import type { Recorded } from '../../events/event.ts';
import type { EventLog } from '../../events/log.ts';
import { settled } from '../support/clock.ts';
import type { LogUnderContract } from './log.contract.ts';
import { appendOf, collect, following, named, refused, typesOf, web } from './appends.ts';

/** What is let go of, when, and what that never touches. */
export const retentionContract = (log: () => EventLog, adapter: LogUnderContract) => {
  const append = (...args: Parameters<typeof appendOf>) => log().append(appendOf(...args));

  it('keeps only the newest event where that is asked, and its revision goes on', async () => {
    for (let i = 0; i < 5; i++) {
      await append(named('lease'), i - 1, [`Renewed${i}`], { retention: 'newest' });
      await append(web, i - 1, [`E${i}`]);
    }
    await adapter.cut(log());
    expect(typesOf(await collect(log().stream(named('lease'))))).to.deep.equal(['Renewed4']);
    expect(typesOf(await collect(log().stream(named('lease'), 2)))).to.deep.equal(['Renewed4']);
    expect(typesOf(await collect(log().read(0)))).to.deep.equal(['E0', 'E1', 'E2', 'E3', 'Renewed4', 'E4']);
    expect((await append(named('lease'), 4, ['Renewed5'], { retention: 'newest' }))[0]?.revision).to.equal(5);
  });

  it('tells a live reader also what is not kept', async () => {
    const seen = following(log(), 0, 3);
    await settled();
    for (let i = 0; i < 3; i++) {
      await append(web, i - 1, [`Renewed${i}`], { retention: 'newest' });
      await settled();
    }
    expect(typesOf(await seen).at(-1)).to.equal('Renewed2');
  });

  it('lets go of what is older than its age, and of nothing else', async () => {
    const retention = { ageMsMax: 60_000 };
    await append(named('old'), -1, ['Old', 'Older'], { retention });
    await append(web, -1, ['Kept']);
    await adapter.pass(40_000);
    await append(named('young'), -1, ['Young'], { retention });
    await adapter.pass(30_000);
    await adapter.cut(log());
    expect(await collect(log().stream(named('old')))).to.deep.equal([]);
    expect(typesOf(await collect(log().read(0)))).to.deep.equal(['Kept', 'Young']);
    await adapter.pass(40_000);
    await adapter.cut(log());
    expect(typesOf(await collect(log().read(0)))).to.deep.equal(['Kept']);
  });

  it('cuts the head of a stream and leaves its revisions as they were', async () => {
    const retention = { ageMsMax: 70_000 };
    for (let i = 0; i < 6; i++) {
      await append(web, i - 1, [`E${i}`], { retention });
      await adapter.pass(20_000);
    }
    await adapter.cut(log());
    const kept = await collect(log().stream(web));
    expect(kept.map(({ revision }) => revision)).to.deep.equal([3, 4, 5]);
    expect(await refused(append(web, 1, ['Stale'], { retention }))).to.include({ name: 'StaleRevision', actual: 5 });
  });

  it('breaks neither readers that resume inside what was let go of, nor the positions of moments', async () => {
    const all: Recorded[] = [];
    for (let i = 0; i < 12; i++) {
      all.push(...(await append(named('lease'), i - 1, [`Renewed${i}`], { retention: 'newest' })));
      if (i % 4 === 3) all.push(...(await append(named(`pod-${i}`), -1, ['Created'])));
      await adapter.pass(1000);
    }
    await adapter.cut(log());
    const kept = all.filter(({ event }) => event.type === 'Created' || event.type === 'Renewed11');
    for (const { position, at } of all) {
      expect(await collect(log().read(position))).to.deep.equal(kept.filter((one) => one.position > position));
      const found = await log().positionAt(at);
      const isSeen = (one: Recorded) => one.position <= found;
      expect(kept.filter(isSeen)).to.deep.equal(kept.filter((one) => one.at <= at));
    }
    expect(await log().head()).to.equal(all.at(-1)?.position);
  });

  it('keeps the head where it is when the newest events are let go of', async () => {
    await append(web, -1, ['Kept']);
    const [gone] = await append(named('event'), -1, ['Seen'], { retention: { ageMsMax: 10 } });
    await adapter.pass(1000);
    await adapter.cut(log());
    expect(await log().head()).to.equal(gone?.position);
    expect(typesOf(await collect(log().read(0)))).to.deep.equal(['Kept']);
    const [next] = await append(web, 0, ['Bound']);
    expect(next?.position).to.be.above(gone?.position as number);
  });
};
