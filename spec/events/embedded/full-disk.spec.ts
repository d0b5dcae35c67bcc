import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openEmbeddedLog } from '../../../events/embedded/log.ts';
import type { Recorded } from '../../../events/event.ts';
import { openStore, putting } from '../../../events/embedded/store.ts';
import { LogUnavailable } from '../../../events/log.ts';
import { virtualClock } from '../../support/clock.ts';
import { appendOf, collect, named, refused } from '../appends.ts';
import { freshDirectories } from '../directories.ts';

const megabyte = 1 << 20;

describe('embeddedLog, on a full disk', () => {
  let disk: string | undefined;
  after(() => {
    if (disk) execFileSync('umount', ['-l', disk]); // before the directory under it is removed
  });
  const fresh = freshDirectories();

  before(function () {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip(); // a small disk is root's to mount
    const path = fresh();
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'reckon-spec', path]);
    disk = path;
  });

  it('fails appends clearly, goes on reading, and goes on appending once there is room', async () => {
    const root = disk as string; // mounted before
    const directory = join(root, 'log');
    const filler = join(root, 'filler');
    const open = () => openEmbeddedLog({ directory, clock: virtualClock(), report: () => undefined });
    const log = await open();
    const acknowledged = new Map<number, Recorded>();
    const acknowledge = (recorded: readonly Recorded[]) => {
      for (const one of recorded) acknowledged.set(one.position, one);
    };
    const told: Recorded[] = [];
    log.after(0).subscribe((recorded) => told.push(recorded));
    const append = async (i: number) => {
      const events = [Object.assign({ type: 'E' }, { text: `${i} `.repeat(20_000) })];
      acknowledge(await log.append(appendOf(named(`pod-${i}`), -1, [], { events, command: `c${i}` })));
    };
    const untilFull = async (from: number) => {
      const { bavail, bsize } = statfsSync(root);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - 3 * megabyte));
      for (let i = from; ; i++) {
        // Each is sent twice: the second waits for the first, and must not slip in behind its failure.
        const twice = Array.from({ length: 8 }, (_, k) => [append(i * 8 + k), append(i * 8 + k)]);
        const outcomes = await Promise.allSettled(twice.flat());
        const refusals = outcomes
          .filter((outcome) => outcome.status === 'rejected')
          .map(({ reason }) => reason as unknown);
        for (const refusal of refusals)
          expect(refusal)
            .to.be.instanceOf(LogUnavailable)
            .and.have.property('message')
            .that.matches(/[Nn]o space left/);
        if (refusals.length > 0) return i + 1;
      }
    };

    let next = 0;
    for (let time = 0; time < 3; time++) {
      next = await untilFull(next);
      const still = await refused(log.append(appendOf(named('late'), time - 1, ['Late'], { command: `late ${time}` })));
      expect(still).to.be.instanceOf(LogUnavailable).and.have.property('message').that.includes('make room');
      expect((await collect(log.read(0))).length).to.equal(acknowledged.size);

      rmSync(filler);
      acknowledge(await log.append(appendOf(named('late'), time - 1, ['Late'], { command: `late ${time}` })));
      const kept = await collect(log.read(0));
      expect(kept.filter(({ position }) => acknowledged.has(position))).to.have.deep.members([
        ...acknowledged.values(),
      ]);
      expect(told).to.deep.equal(kept);
    }
    const kept = await collect(log.read(0));
    await log.close();
    const again = await open();
    expect(await collect(again.read(0))).to.deep.equal(kept);
    await again.close();
  }).timeout(60_000);

  it('writes nothing behind half a write, though there is room again', async () => {
    const root = disk as string; // mounted before
    const filler = join(root, 'filler');
    const store = await openStore(join(root, 'store'), true);
    const { bavail, bsize } = statfsSync(root);
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 2 * megabyte));
    const entryAt = (position: number) =>
      putting([position, 0, 1, 0, 0, 0, 's', 'c', '[]', [], { type: 'x'.repeat(100_000) }]);
    let position = 1;
    while (
      await store.write([entryAt(position)]).then(
        () => true,
        () => false,
      )
    )
      position++;
    rmSync(filler);
    for (let i = 0; i < 3; i++) await refused(store.write([entryAt(position)]));
    await store.reopen();
    expect(store.end).to.equal(position - 1);
    await store.write([entryAt(position)]);
    await store.reopen();
    expect(store.end).to.equal(position);
    await store.close();
  });
});
