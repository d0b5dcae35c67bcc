import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { openEmbeddedLog } from '../../../events/embedded/log.ts';
import { openEmbeddedSnapshots } from '../../../events/embedded/snapshots.ts';
import { LogUnavailable } from '../../../events/log.ts';
import type { Snapshot, Snapshots } from '../../../events/snapshots.ts';
import { virtualClock } from '../../support/clock.ts';
import { named, refused, web } from '../appends.ts';
import { freshDirectories } from '../directories.ts';
import { snapshotsContract } from '../snapshots.contract.ts';

describe('embeddedSnapshots', () => {
  const fresh = freshDirectories();
  const reports: string[] = [];
  let directory: string;

  const open = (head = 1000) => openEmbeddedSnapshots({ directory, head, report: (what) => reports.push(what) });
  const openFresh = async () => {
    directory = fresh();
    const log = await openEmbeddedLog({ directory, clock: virtualClock(), report: () => undefined });
    await log.close();
    reports.length = 0;
    return open();
  };
  const all = async (snapshots: Snapshots): Promise<Snapshot[]> => {
    const found: Snapshot[] = [];
    for await (const snapshot of snapshots.newest()) found.push(snapshot);
    return found;
  };
  const states = (count: number, offset = 0) =>
    Array.from({ length: count }, (_, i): Snapshot => {
      return {
        ref: named(`pod-${i % 50}`),
        position: offset + i + 1,
        revision: i,
        object: { i, text: 'x'.repeat(50) },
      };
    });
  /** Fills a few tables and closes. */
  const filled = async () => {
    await (await openFresh()).close();
    for (let i = 0; i < 3; i++) {
      const snapshots = await open();
      await snapshots.keep(i * 100 + 100, states(100, i * 100));
      await snapshots.close();
    }
    expect(reports).to.deep.equal([]);
  };
  const isDropped = async (head: number, reason: RegExp) => {
    reports.length = 0;
    const snapshots = await open(head);
    expect(reports).to.have.length(1);
    expect(reports[0]).to.match(reason);
    expect([await snapshots.head(), await all(snapshots)]).to.deep.equal([0, []]);
    await snapshots.keep(5, states(5));
    await snapshots.close();
    reports.length = 0;
    const again = await open();
    expect([await again.head(), (await all(again)).length, reports.length]).to.deep.equal([5, 5, 0]);
    await again.close();
  };

  snapshotsContract({ open: openFresh, reopen: open });

  it('are dropped when they reach beyond the log', async () => {
    await filled();
    await isDropped(299, /reach position 300, the log ends at 299/);
  });

  it('are dropped when they are of another log', async () => {
    await filled();
    const format = join(directory, 'format');
    writeFileSync(format, readFileSync(format, 'utf8').replace('2026', '2027'));
    await isDropped(1000, /another log/);
  });

  it('are dropped when a bit of any of their files is flipped, or a file is gone', async () => {
    await filled();
    const [whole, snapshots] = [directory, (path: string) => join(path, 'snapshots')];
    const files = readdirSync(snapshots(whole)).filter((file) => /\.ldb$|\.log$|^MANIFEST|^CURRENT/.test(file));
    expect(files.length).to.be.at.least(5);
    for (const file of files)
      for (const place of [0.1, 0.5, 0.9, undefined]) {
        directory = fresh();
        cpSync(whole, directory, { recursive: true });
        const path = join(snapshots(directory), file);
        const bytes = readFileSync(path);
        const at = Math.floor(bytes.length * (place ?? 0));
        if (place === undefined) rmSync(path);
        else writeFileSync(path, bytes.with(at, (bytes[at] as number) ^ 4));
        if (file === 'CURRENT' && place === undefined) continue; // then there are none
        await isDropped(1000, new RegExp(file.endsWith('.ldb') || file.endsWith('.log') ? file : 'CURRENT|MANIFEST'));
      }
  });

  it('are dropped when LevelDB lost a state without a word', async () => {
    await filled();
    const db = new ClassicLevel(join(directory, 'snapshots'));
    const [newest] = await db.keys({ gt: 'n', limit: 1 }).all();
    await db.del(newest as string);
    await db.close();
    await isDropped(1000, /49 states are there instead of 50/);
  });

  it('refuse a state that is not as it was written, and are dropped at the next start', async () => {
    await filled();
    const db = new ClassicLevel(join(directory, 'snapshots'));
    const [history] = await db.keys({ gt: 'hpods\0default\0pod-7\0', limit: 1 }).all();
    await db.del(history as string);
    await db.close();
    rmSync(join(directory, 'snapshots.sums'), { force: true });
    const snapshots = await open();
    expect((await snapshots.at(named('pod-7'), 300))?.position).to.equal(258);
    expect((await snapshots.at(named('pod-8'), 20))?.position).to.equal(9);
    expect(await refused(snapshots.at(named('pod-7'), 20))).to.be.instanceOf(LogUnavailable);
    await snapshots.close();
    await isDropped(1000, /no head/);
  });

  it('cannot be kept where there is no log', async () => {
    directory = fresh();
    expect(await refused(open())).to.be.instanceOf(LogUnavailable);
  });

  it('refuse a name that would be taken for another', async () => {
    const snapshots = await openFresh();
    const stray: Snapshot = { ref: { ...web, name: 'a\0b' }, position: 1, revision: 0, object: {} };
    expect(await refused(snapshots.keep(1, [stray]))).to.be.instanceOf(RangeError);
    await snapshots.close();
  });
});
