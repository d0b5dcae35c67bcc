import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openEmbeddedLog } from '../../../events/embedded/log.ts';
import { LogUnavailable } from '../../../events/log.ts';
import { virtualClock } from '../../support/clock.ts';
import { appendOf, collect, refused, typesOf, web } from '../appends.ts';
import { freshDirectories } from '../directories.ts';
import { startChild } from './child.ts';

describe('embeddedLog, its directory', () => {
  const fresh = freshDirectories();
  const reports: string[] = [];
  const open = (directory: string) =>
    openEmbeddedLog({ directory, clock: virtualClock(), report: (what) => reports.push(what) });
  const filled = async () => {
    const directory = fresh();
    const log = await open(directory);
    await log.append(appendOf(web, -1, ['Created']));
    await log.close();
    return directory;
  };
  const refusal = async (directory: string) => {
    const error = await refused(open(directory));
    expect(error).to.be.instanceOf(LogUnavailable);
    return (error as LogUnavailable).message;
  };

  it('is made with the directories above it', async () => {
    const directory = join(fresh(), 'a', 'b');
    await (await open(directory)).close();
    expect(readFileSync(join(directory, 'format'), 'utf8')).to.equal(
      'reckon event log, format 1, made 2026-01-01T00:00:00.000Z\n',
    );
  });

  it('is refused when it holds anything else, and left as it was', async () => {
    const directory = fresh();
    mkdirSync(directory);
    writeFileSync(join(directory, 'letters.txt'), 'dear');
    expect(await refusal(directory))
      .to.include(directory)
      .and.include('letters.txt');
    expect(readdirSync(directory)).to.deep.equal(['letters.txt']);
  });

  it('is refused when it has another format, and left as it was', async () => {
    const directory = await filled();
    const format = readFileSync(join(directory, 'format'), 'utf8').replace('format 1', 'format 27');
    writeFileSync(join(directory, 'format'), format);
    const before = readdirSync(join(directory, 'events'));
    expect(await refusal(directory))
      .to.include('format 27')
      .and.include('format 1')
      .and.include('Nothing was changed');
    expect(readdirSync(join(directory, 'events'))).to.deep.equal(before);
  });

  it('is refused when its format file is not ours', async () => {
    const directory = await filled();
    writeFileSync(join(directory, 'format'), 'postgres 16\n');
    expect(await refusal(directory)).to.include('"format"');
  });

  it('is refused when it holds events and its format file is gone', async () => {
    const directory = await filled();
    rmSync(join(directory, 'format'));
    expect(await refusal(directory)).to.include('"format"');
    expect(existsSync(join(directory, 'format'))).to.equal(false);
  });

  it('is refused when it is a file', async () => {
    const file = fresh();
    writeFileSync(file, '');
    expect(await refusal(file)).to.include(file);
  });

  it('is refused to a second log of this process', async () => {
    const directory = fresh();
    const log = await open(directory);
    expect(await refusal(directory)).to.include('this process has it open');
    symlinkSync(directory, `${directory}-link`);
    expect(await refusal(`${directory}-link`)).to.include('this process has it open');
    // The refusals must not have cost the first its lock.
    const second = startChild('holding.program.ts', directory);
    await second.gone;
    expect(second.lines[0]).to.include(`process ${process.pid} has it open`);
    await log.close();
    await (await open(directory)).close();
  });

  it('is refused to a second process, which is told the first one’s id', async () => {
    const directory = fresh();
    const holding = startChild('holding.program.ts', directory);
    await holding.wrote(1);
    expect(await refusal(directory)).to.include(`process ${holding.process.pid} has it open`);
    holding.process.kill('SIGKILL');
    await holding.gone;
    await (await open(directory)).close();
  });

  it('is refused where nothing may be written', async () => {
    // Root may write wherever a mode forbids it, but not into the kernel's own files.
    const directory = process.getuid?.() === 0 ? '/sys/reckon' : await filled();
    if (existsSync(directory)) chmodSync(directory, 0o500);
    expect(await refusal(directory))
      .to.include(directory)
      .and.to.match(/permitted|denied|read-only/);
    if (existsSync(directory)) chmodSync(directory, 0o700);
  });

  it('tells that the checkpoint is gone, and goes on without it', async () => {
    const directory = await filled();
    writeFileSync(join(directory, 'checkpoint'), 'x');
    reports.length = 0;
    const log = await open(directory);
    expect(reports).to.have.length(1);
    expect(reports[0]).to.include('checkpoint');
    expect(typesOf(await collect(log.stream(web)))).to.deep.equal(['Created']);
    expect(await refused(log.append(appendOf(web, -1, ['Again'])))).to.include({ name: 'StaleRevision', actual: 0 });
    await log.close();
    reports.length = 0;
    await (await open(directory)).close();
    expect(reports).to.deep.equal([]);
  });
});
