import { expect } from 'chai';
import type { Recorded } from '../../events/event.ts';
import type { EventLog } from '../../events/log.ts';
import type { LogUnderContract } from './log.contract.ts';
import { appendOf, collect, named, typesOf, web } from './appends.ts';

/** Streams, ranges and moments. */
export const readContract = (log: () => EventLog, adapter: LogUnderContract) => {
  const append = (...args: Parameters<typeof appendOf>) => log().append(appendOf(...args));

  describe('time', () => {
    it('is written beside each event and never runs backwards', async () => {
      for (const [i, ms] of [0, 500, -400, 1000].entries()) {
        await adapter.pass(ms);
        await append(web, i - 1, ['Ticked'], { command: `tick ${i}` });
      }
      const times = (await collect(log().read(0))).map(({ at }) => at);
      expect(times).to.deep.equal([...times].sort((a, b) => a - b));
      expect(new Set(times).size).to.be.at.least(3);
    });

    it('finds the newest position at or before a moment', async () => {
      const landed: Recorded[] = [];
      for (let i = 0; i < 40; i++) {
        landed.push(...(await append(named(`pod-${i}`), -1, ['Created', 'Bound'])));
        if (i % 3 === 0) await adapter.pass(100);
      }
      const first = landed[0] as Recorded;
      expect(await log().positionAt(first.at - 1)).to.equal(0);
      for (const { at } of landed) {
        const newest = (when: number) => landed.findLast((one) => one.at <= when)?.position ?? 0;
        for (const when of [at, at + 0.5, at - 1]) expect(await log().positionAt(when)).to.equal(newest(when));
      }
      expect(await log().positionAt(Number.MAX_SAFE_INTEGER)).to.equal(await log().head());
    });

    it('knows no moment of an empty log', async () => {
      expect(await log().positionAt(Number.MAX_SAFE_INTEGER)).to.equal(0);
    });
  });

  describe('stream', () => {
    it('tells one object from any revision on, and nothing of one that never existed', async () => {
      for (let i = 0; i < 30; i++) {
        await append(web, i - 1, [`E${i}`]);
        await append(named(`other-${i}`), -1, ['Created']);
      }
      expect(typesOf(await collect(log().stream(web)))).to.deep.equal(Array.from({ length: 30 }, (_, i) => `E${i}`));
      expect(typesOf(await collect(log().stream(web, 27)))).to.deep.equal(['E27', 'E28', 'E29']);
      expect(await collect(log().stream(web, 30))).to.deep.equal([]);
      expect(await collect(log().stream(named('nobody')))).to.deep.equal([]);
    });
  });

  describe('read', () => {
    it('tells what lies after one position, up to and including another', async () => {
      const all: Recorded[] = [];
      for (let i = 0; i < 10; i++) all.push(...(await append(named(`pod-${i}`), -1, ['A', 'B'])));
      const at = (i: number) => all[i]?.position as number;
      expect(await collect(log().read(0))).to.deep.equal(all);
      expect(await collect(log().read(at(4), at(9)))).to.deep.equal(all.slice(5, 10));
      expect(await collect(log().read(at(3), at(3)))).to.deep.equal([]);
      expect(await collect(log().read(at(9), at(3)))).to.deep.equal([]);
      expect(await collect(log().read(at(19)))).to.deep.equal([]);
      expect(await collect(log().read(at(17), at(19) + 1000))).to.deep.equal(all.slice(18));
    });

    it('ends at the head it found, though appends go on', async () => {
      await append(web, -1, ['A', 'B']);
      const seen: string[] = [];
      for await (const { event } of log().read(0)) {
        seen.push(event.type);
        if (seen.length < 10) await append(web, seen.length, [`Later${seen.length}`]);
      }
      expect(seen).to.deep.equal(['A', 'B']);
    });
  });
};
