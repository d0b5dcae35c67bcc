import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { crc32c } from '../../../events/embedded/crc32c.ts';
import { readJournal } from '../../../events/embedded/journal.ts';
import { readWriteGroup } from '../../../events/embedded/leveldb-files.ts';
import { freshDirectories } from '../directories.ts';

describe('the journal of a LevelDB database', () => {
  const fresh = freshDirectories();
  const sizes = [10, 100, 40_000, 7, 32_700, 500, 20_000, 1, 300, 2];
  let bytes: Buffer;
  /** Where each record ends. */
  const ends: number[] = [];

  before(async () => {
    const directory = fresh();
    const db = new ClassicLevel(directory);
    for (const [i, size] of sizes.entries()) {
      await db.batch([{ type: 'put', key: `key-${i}`, value: 'x'.repeat(size) }], { sync: true });
      const file = readdirSync(directory).find((name) => name.endsWith('.log')) ?? '';
      bytes = readFileSync(join(directory, file));
      ends.push(bytes.length);
    }
    await db.close();
  });

  it('is summed as its authors sum it', () => {
    expect(crc32c(Buffer.from('123456789'))).to.equal(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).to.equal(0x8a9136aa); // RFC 3720, B.4
  });

  it('tells every write, put together from its fragments', () => {
    const { records, tornAt, damage } = readJournal(bytes);
    expect([tornAt, damage]).to.deep.equal([undefined, undefined]);
    expect(records.map((record) => readWriteGroup(record))).to.deep.equal(
      sizes.map((_, i) => ({ sequence: i + 1, count: 1, largestKey: `key-${i}` })),
    );
  });

  it('drops a last write that was cut off anywhere, followed by zeros or not', () => {
    for (const cut of bytes.keys()) {
      if (cut % 397 > 0 && cut % 32_768 > 40 && bytes.length - cut > 450) continue;
      for (const tail of [0, 8, 5000]) {
        const journal = readJournal(Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(tail)]));
        expect(journal.damage, `cut at ${cut}, ${tail} zeros`).to.equal(undefined);
        expect(journal.records.length).to.equal(ends.filter((end) => end <= cut).length);
      }
    }
  });

  it('takes no flipped bit for a write that was cut off', () => {
    const found = new Set<string | undefined>();
    // Too few bytes for a header are left at the end of some blocks; LevelDB leaves them unused.
    const isUnused = (byte: number) => 32_768 - (byte % 32_768) < 7 && bytes[byte] === 0;
    for (const byte of bytes.keys()) {
      if (byte % 997 > 0 && byte % 32_768 > 40 && bytes.length - byte > 450) continue;
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[byte] = (bytes[byte] as number) ^ (1 << bit);
        const { records, damage } = readJournal(flipped);
        found.add(damage?.what);
        if (isUnused(byte)) expect(records).to.have.length(sizes.length);
        else expect(damage, `bit ${bit} of byte ${byte}`).to.have.property('offset').that.is.at.most(byte);
      }
    }
    expect([...found]).to.include.members([
      'a checksum is wrong',
      'a record has a wrong length',
      'a record is longer than its block',
    ]);
  }).timeout(60_000);
});
