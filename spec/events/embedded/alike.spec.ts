import { cpSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openEmbeddedLog } from '../../../events/embedded/log.ts';
import type { EventLog } from '../../../events/log.ts';
import { virtualClock } from '../../support/clock.ts';
import { appendOf, collect, named, typesOf, web } from '../appends.ts';
import { freshDirectories } from '../directories.ts';
import { livesLikeMemory } from './histories.ts';

describe('embeddedLog, lived with', () => {
  const fresh = freshDirectories();
  const report = () => undefined;

  livesLikeMemory(3);

  it('drops a last write that was cut off, and nothing else', async () => {
    const directory = fresh();
    const clock = virtualClock();
    const log = await openEmbeddedLog({ directory, clock, report });
    for (let i = 0; i < 50; i++) await log.append(appendOf(web, i - 1, [`E${i}`]));
    const size = () => {
      const file = readdirSync(join(directory, 'events')).find((name) => name.endsWith('.log')) as string; // the only one
      return { file, bytes: statSync(join(directory, 'events', file)).size };
    };
    const before = size().bytes;
    await log.append(appendOf(web, 49, ['Last', 'Lasting']));
    const { file, bytes } = size();
    for (let cut = before; cut < bytes; cut += 13) {
      const copy = fresh();
      cpSync(directory, copy, { recursive: true });
      truncateSync(join(copy, 'events', file), cut);
      const again = await openEmbeddedLog({ directory: copy, clock, report });
      expect(typesOf(await collect(again.read(0)))).to.deep.equal(Array.from({ length: 50 }, (_, i) => `E${i}`));
      expect((await again.append(appendOf(web, 49, ['Anew'])))[0]?.position).to.equal(51);
      await again.close();
    }
    await log.close();
  });

  it('takes a stream that aged away after the last checkpoint for one that never was', async () => {
    const [directory, clock] = [fresh(), virtualClock()];
    const open = () => openEmbeddedLog({ directory, clock, report });
    const aging = Array.from({ length: 8 }, (_, i) => named(`event-${i}`));
    const append = (log: EventLog, command: string) =>
      Promise.all(
        aging.map((ref) => log.append(appendOf(ref, -1, ['Seen'], { retention: { ageMsMax: 1000 }, command }))),
      );
    const first = await open();
    await append(first, 'first');
    await first.append(appendOf(web, -1, ['Created']));
    await first.close();
    cpSync(join(directory, 'checkpoint'), `${directory}-checkpoint`);
    clock.advance(2000);
    const second = await open();
    await second.sweep();
    await second.close();

    cpSync(`${directory}-checkpoint`, join(directory, 'checkpoint'));
    const third = await open();
    const outcomes = await Promise.allSettled([append(third, 'anew'), append(third, 'too late')]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
    for (const ref of aging) {
      const kept = await collect(third.stream(ref));
      expect(kept.map(({ revision, origin }) => [revision, origin.command])).to.deep.equal([[0, 'anew']]);
    }
    await third.close();
  });

  it('walks a stream of thousands of events among as many others', async () => {
    const log = await openEmbeddedLog({ directory: fresh(), clock: virtualClock(), report });
    const count = 3000;
    for (let i = 0; i < count; i++)
      await Promise.all([
        log.append(appendOf(web, i - 1, [`E${i}`], { command: `c${i}` })),
        log.append(appendOf(named(`other-${i}`), -1, ['Created'])),
      ]);
    expect(typesOf(await collect(log.stream(web)))).to.deep.equal(Array.from({ length: count }, (_, i) => `E${i}`));
    expect((await collect(log.stream(web, count - 2))).map(({ revision }) => revision)).to.deep.equal([2998, 2999]);
    for (const revision of [0, 1, 63, 64, 65, 1000, 2998, 2999]) {
      const again = await log.append(appendOf(web, revision - 1, [`E${revision}`], { command: `c${revision}` }));
      expect(again.map((one) => one.revision)).to.deep.equal([revision]);
    }
    await log.close();
  });
});
