import { cpSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { openEmbeddedLog } from '../../../events/embedded/log.ts';
import type { Recorded } from '../../../events/event.ts';
import { LogUnavailable, StaleRevision } from '../../../events/log.ts';
import { virtualClock } from '../../support/clock.ts';
import { appendOf, collect, named, refused } from '../appends.ts';
import { freshDirectories } from '../directories.ts';

/** Numbers that look random and are the same every time. */
const drawing = (seed: number) => {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
};

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(directory, file)).isFile())
    .sort();

const bytesIn = (directory: string) =>
  new Map(filesIn(directory).map((file) => [file, readFileSync(join(directory, file)).toString('base64')]));

/** Every sort of damage, and so many single bits flipped in each file. */
export const survivesDamage = (flipsPerFile: number) => {
  const fresh = freshDirectories();
  let whole: string;
  let truth: readonly Recorded[];
  const open = (directory: string) => openEmbeddedLog({ directory, clock: virtualClock(), report: () => undefined });
  const names = Array.from({ length: 20 }, (_, i) => `pod-${i}`);

  /** A few tables, a write-ahead file, gaps, and a checkpoint. */
  before(async () => {
    whole = fresh();
    for (let session = 0; session < 4; session++) {
      const log = await open(whole);
      for (let i = 0; i < 20; i++) {
        const revision = session * 20 + i - 1;
        const text = `${session} ${i} `.repeat(20);
        await Promise.all(
          names.map((name) =>
            log.append(
              appendOf(named(name), revision, [], {
                events: [Object.assign({ type: 'E' }, { text })],
                command: `${name} ${revision}`,
              }),
            ),
          ),
        );
        await log.append(appendOf(named('lease'), revision, [`Renewed${revision}`], { retention: 'newest' }));
      }
      truth = await collect(log.read(0));
      await log.close();
    }
  });

  const copied = (): string => {
    const directory = fresh();
    cpSync(whole, directory, { recursive: true });
    return directory;
  };

  /** Reads everything there is in every way; a wrong answer fails, a refusal is told. */
  const examine = async (directory: string): Promise<'whole' | 'refused at once' | 'refused later'> => {
    const log = await open(directory).catch((error: unknown) => {
      expect(error).to.be.instanceOf(LogUnavailable);
      return undefined;
    });
    if (!log) return 'refused at once';
    const answers = await Promise.allSettled([
      collect(log.read(0)).then((all) => expect(all).to.deep.equal(truth)),
      ...[...names, 'lease'].map(async (name) => {
        const history = await collect(log.stream(named(name)));
        expect(history).to.deep.equal(truth.filter(({ ref }) => ref.name === name));
      }),
      ...names.map(async (name) => {
        const error = await log
          .append(appendOf(named(name), -1, ['Again'], { command: 'again' }))
          .catch((refusal: unknown) => refusal);
        if (!(error instanceof LogUnavailable))
          expect(error).to.be.instanceOf(StaleRevision).and.include({ actual: 79 });
      }),
    ]);
    await log.close();
    const wrong = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason as unknown);
    for (const reason of wrong) if (!(reason instanceof LogUnavailable)) throw reason;
    return wrong.length > 0 ? 'refused later' : 'whole';
  };

  it('is whole at first', async () => {
    expect(await examine(copied())).to.equal('whole');
    expect(filesIn(whole).filter((file) => file.endsWith('.ldb'))).to.have.length.at.least(3);
  });

  it('serves nothing wrong when any one bit is flipped, and changes nothing when it refuses to open', async () => {
    const draw = drawing(7);
    const outcomes = new Map<string, number>();
    for (const file of filesIn(whole)) {
      const size = statSync(join(whole, file)).size;
      for (let i = 0; i < Math.min(flipsPerFile, size * 8); i++) {
        const directory = copied();
        const [byte, bit] = [draw(size), draw(8)];
        const bytes = readFileSync(join(directory, file));
        bytes[byte] = (bytes[byte] as number) ^ (1 << bit);
        writeFileSync(join(directory, file), bytes);
        const before = bytesIn(directory);
        const outcome = await examine(directory).catch((error: unknown) => {
          throw new Error(`bit ${bit} of byte ${byte} of ${file}`, { cause: error });
        });
        const kind = `${/CURRENT|MANIFEST|LOG|LOCK|\.log$|\.ldb$|format|checkpoint|owner/.exec(file)?.[0]}: ${outcome}`;
        outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
        if (outcome === 'refused at once') {
          const after = bytesIn(directory);
          for (const [name, text] of before)
            if (!/LOG(\.old)?$/.test(name)) expect(after.get(name), name).to.equal(text);
        }
        rmSync(directory, { recursive: true });
      }
    }
    expect([...outcomes.keys()]).to.include.members([
      '.log: refused at once',
      'MANIFEST: refused at once',
      '.ldb: refused at once',
      'checkpoint: whole',
    ]);
  }).timeout(60_000 + flipsPerFile * 5000);

  /** Does what LevelDB might after damage that nothing noticed. */
  const tamper = async (directory: string, change: (db: ClassicLevel) => Promise<void>) => {
    const db = new ClassicLevel(join(directory, 'events'));
    await change(db);
    await db.close();
    rmSync(join(directory, 'events.sums'));
  };

  it('refuses to read over a position that is missing, and says which', async () => {
    const directory = copied();
    const { position, ref, revision } = truth[700] as Recorded;
    await tamper(directory, (db) => db.del(String(position).padStart(16, '0')));
    const log = await open(directory);
    const seen: Recorded[] = [];
    const missing = `position ${position} is missing`;
    const reading = () =>
      new Promise((_, reject) => log.after(0).subscribe({ next: (one) => seen.push(one), error: reject }));
    for (const read of [() => collect(log.read(0)), () => collect(log.stream(ref)), reading])
      expect(await refused(read()))
        .to.be.instanceOf(LogUnavailable)
        .and.have.property('message')
        .that.includes(missing);
    expect(seen).to.deep.equal(truth.filter((one) => one.position < position).slice(0, seen.length));
    expect(await collect(log.read(position))).to.deep.equal(truth.slice(701));
    expect((await collect(log.stream(ref, revision + 1))).length).to.equal(79 - revision);
    await log.close();
  });

  it('refuses to open when the newest positions are missing', async () => {
    const directory = copied();
    await tamper(directory, (db) => db.clear({ gte: String((truth.at(-5) as Recorded).position).padStart(16, '0') }));
    expect(await refused(open(directory))).to.be.instanceOf(LogUnavailable);
  });

  it('refuses an entry that is not as it was written, and says which', async () => {
    const directory = copied();
    const [here, there] = [truth[300] as Recorded, truth[301] as Recorded];
    const key = (one: Recorded) => String(one.position).padStart(16, '0');
    await tamper(directory, async (db) => {
      await db.put(key(here), ((await db.get(key(here))) as string).replace('"E"', '"F"'));
      await db.put(key(there), (await db.get(key(here))) as string);
    });
    const log = await open(directory);
    const error = await refused(collect(log.stream(here.ref)));
    expect(error)
      .to.be.instanceOf(LogUnavailable)
      .and.have.property('message')
      .that.includes(`position ${here.position}`);
    expect(await refused(collect(log.stream(there.ref)))).to.be.instanceOf(LogUnavailable);
    await log.close();
  });

  it('refuses when any file of the database is missing', async () => {
    for (const file of readdirSync(join(whole, 'events')).filter((name) => !name.startsWith('LO'))) {
      const directory = copied();
      rmSync(join(directory, 'events', file));
      const error = await refused(open(directory));
      expect(error, file).to.be.instanceOf(LogUnavailable);
      expect(error).to.have.property('message').that.includes(directory).and.includes('Nothing was changed');
    }
  });
};
