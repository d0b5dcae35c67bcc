import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openEmbeddedLog } from '../../../events/embedded/log.ts';
import { virtualClock } from '../../support/clock.ts';
import { collect } from '../appends.ts';
import { freshDirectories } from '../directories.ts';
import { startChild } from './child.ts';

/** A process that appends is killed so many times, and what it wrote down as acknowledged is looked for. */
export const survivesKills = (kills: number) => {
  const fresh = freshDirectories();

  it(`loses nothing it acknowledged, ${kills} times`, async () => {
    const directory = fresh();
    /** Position by stream and revision. */
    const acknowledged = new Map<string, number>();
    for (let kill = 0; kill < kills; kill++) {
      const child = startChild('appending.program.ts', directory, `${kill}`);
      await child.wrote(1 + ((kill * 137) % 400));
      child.process.kill('SIGKILL');
      await child.gone;
      for (const line of child.lines) {
        const [stream, revision, position] = line.split(' ');
        if (position) acknowledged.set(`${stream} ${revision}`, Number(position));
      }

      if (kill % 5 === 4) rmSync(join(directory, 'checkpoint'));
      const log = await openEmbeddedLog({ directory, clock: virtualClock(), report: () => undefined });
      const kept = await collect(log.read(0));
      const newest = new Map(kept.map(({ ref, revision }) => [ref.name, revision]));
      const found = new Map(kept.map(({ ref, revision, position }) => [`${ref.name} ${revision}`, position]));
      expect(found.size).to.equal(kept.length);
      for (const [key, position] of acknowledged) {
        const [name = '', revision] = key.split(' ');
        const replaced = name.endsWith('0') && Number(revision) < (newest.get(name) ?? -1);
        expect(found.get(key), `kill ${kill}: ${key}`).to.equal(replaced ? undefined : position);
      }
      for (const [name, revision] of newest) {
        const history = await collect(log.stream({ resource: 'pods', namespace: 'default', name }));
        expect(history.at(-1)?.revision).to.equal(revision);
        expect(history).to.have.length(name.endsWith('0') ? 1 : revision + 1);
      }
      await log.close();
    }
    expect(acknowledged.size).to.be.above(kills * 40);
  }).timeout(kills * 5000);
};
