import { mkdtemp, readdir, readFile, readlink, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { writePayload } from '../../../runtime-agent/volumes/payload.ts';
import { subPathOf } from '../../../runtime-agent/volumes/sub-path.ts';

const file = (path: string, text: string, mode = 0o644) => ({ path, bytes: Buffer.from(text), mode });
const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: Error) => error.message,
  );

describe('files of a volume', () => {
  let dir: string;
  let folder: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'reckon-payload-'));
    folder = join(dir, 'volume');
  });
  afterEach(() => rm(dir, { recursive: true }));

  for (const path of ['../x', 'a/../../x', '/etc/x', '..', '.', '', '..data', 'a/..']) {
    it(`are not written to "${path}"`, async () => {
      expect(await refusal(writePayload(folder, [file('good', '1'), file(path, 'x')]))).to.equal(
        `Cannot write "${path}" into a volume: the path leads out of it`,
      );
      expect(await readdir(dir)).to.deep.equal([]);
    });
  }

  it('come and go together', async () => {
    await writePayload(folder, [file('a', '1'), file('deep/b', '1', 0o400)]);
    const before = await readlink(join(folder, '..data'));
    expect((await stat(join(folder, 'deep/b'))).mode & 0o777).to.equal(0o400);
    await writePayload(folder, [file('a', '2'), file('c', '2')]);
    expect((await readdir(folder)).toSorted()).to.deep.equal(
      ['..data', await readlink(join(folder, '..data')), 'a', 'c'].toSorted(),
    );
    expect(await readFile(join(folder, 'a'), 'utf8')).to.equal('2');
    expect(await readlink(join(folder, '..data'))).not.to.equal(before);
  });

  it('are left alone when nothing changed', async () => {
    await writePayload(folder, [file('a', '1')]);
    const before = await stat(join(folder, 'a'));
    await writePayload(folder, [file('a', '1')]);
    expect((await stat(join(folder, 'a'))).ino).to.equal(before.ino);
  });

  it('change with their mode alone, and may all go', async () => {
    await writePayload(folder, [file('a', '1')]);
    await writePayload(folder, [file('a', '1', 0o600)]);
    expect((await stat(join(folder, 'a'))).mode & 0o777).to.equal(0o600);
    await writePayload(folder, []);
    expect((await readdir(folder)).filter((name) => !name.startsWith('..'))).to.deep.equal([]);
  });

  it('of a part are inside, however the links lie', async () => {
    await writePayload(folder, [file('a', '1')]);
    expect(await subPathOf(folder, 'a', 'v')).to.match(/\/\.\.\w+\/a$/);
    expect(await subPathOf(folder, 'new/folder', 'v')).to.equal(join(folder, 'new/folder'));
    await symlink(dir, join(folder, 'out'));
    await symlink('/no/such', join(folder, 'dangling'));
    for (const part of ['out', 'out/x', '../x', 'a/../..', '/etc']) {
      expect(await refusal(subPathOf(folder, part, 'v')), part).to.equal(`subPath "${part}" leads out of volume "v"`);
    }
    expect(await refusal(subPathOf(folder, 'dangling', 'v'))).not.to.equal('none');
    expect(await readdir(dir)).to.deep.equal(['volume']);
  });
});
