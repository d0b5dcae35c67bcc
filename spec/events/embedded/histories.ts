import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type EmbeddedLog, openEmbeddedLog } from '../../../events/embedded/log.ts';
import type { EventLog, Retention } from '../../../events/log.ts';
import { memoryLog } from '../../../events/memory.ts';
import { virtualClock } from '../../support/clock.ts';
import { appendOf, collect, following, named } from '../appends.ts';
import { freshDirectories } from '../directories.ts';

/** So many generated histories, lived by the embedded log and the memory log alike. */
export const livesLikeMemory = (seeds: number) => {
  const fresh = freshDirectories();
  const report = () => undefined;

  it('holds what the memory log holds, through retention, sweeps and openings', async () => {
    for (let seed = 1; seed <= seeds; seed++) {
      let state = seed;
      const draw = (below: number) => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return (state >>> 8) % below;
      };
      const clock = virtualClock();
      const directory = fresh();
      const open = () => openEmbeddedLog({ directory, clock, report });
      const memory = memoryLog(clock);
      let embedded: EmbeddedLog = await open();
      const retentions: Retention[] = ['forever', 'newest', { ageMsMax: 5000 }, { ageMsMax: 20_000 }];
      const streams = Array.from({ length: 12 }, (_, i) => ({
        ref: named(`s${i}`),
        retention: retentions[i % 4] as Retention,
      }));
      const newestOf = async (log: EventLog, i: number) =>
        (await collect(log.stream(named(`s${i}`)))).at(-1)?.revision ?? -1;

      for (let step = 0; step < 400; step++) {
        const i = draw(streams.length);
        const { ref, retention } = streams[i] as (typeof streams)[number];
        clock.advance(draw(400));
        if (draw(25) === 0) {
          await embedded.close();
          if (draw(3) === 0) rmSync(join(directory, 'checkpoint'), { force: true });
          embedded = await open();
        }
        await embedded.sweep();
        const expected = await newestOf(memory, i);
        const types = Array.from({ length: 1 + draw(3) }, (_, k) => `E${step}.${k}`);
        const append = appendOf(ref, expected, types, { retention, command: `c${step}` });
        expect(await embedded.append(append)).to.deep.equal(await memory.append(append));
        if (step % 20 > 0) continue;
        await embedded.sweep();
        const kept = await collect(memory.read(0));
        const from = draw((await memory.head()) + 1);
        expect(await collect(embedded.read(0)), `seed ${seed}, step ${step}`).to.deep.equal(kept);
        expect(await collect(embedded.read(from))).to.deep.equal(kept.filter(({ position }) => position > from));
        expect(await following(embedded, 0, kept.length)).to.deep.equal(kept);
        for (const one of streams)
          expect(await collect(embedded.stream(one.ref))).to.deep.equal(await collect(memory.stream(one.ref)));
      }
      await embedded.close();
    }
  }).timeout(seeds * 10_000);
};
