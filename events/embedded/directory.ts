import { constants } from 'node:fs';
import { access, mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { LogUnavailable } from '../log.ts';

/** Of the files in a data directory. Raised when what is written could not be read by the code before. */
export const formatVersion = 1;

/** A data directory: `format` says what it is, `owner` which process has it open, the rest is what it holds. */
export interface Directory {
  readonly events: string;
  readonly checkpoint: string;
  readonly snapshots: string;
  /** The line in `format`, which no other log shares; undefined until {@link claim}. */
  readonly line: string | undefined;
  readonly path: string;
}

const made = /^reckon event log, format (\d+), made (\S+)\n$/;
const parts = /^(?:events|snapshots|checkpoint|format|owner)(?:\.sums)?(?:\.new)?$/;

const explain = (path: string) => (error: NodeJS.ErrnoException) => {
  throw new LogUnavailable(`Cannot use "${path}" for the log: ${error.message}`, { cause: error });
};

const readText = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** Looks at a directory, made when it is missing, without changing anything in it. */
export const lookAt = async (path: string): Promise<Directory> => {
  await mkdir(path, { recursive: true }).catch(explain(path));
  const files = await readdir(path).catch(explain(path));
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK).catch(explain(path));
  const line = await readText(join(path, 'format')).catch(explain(path));
  if (line === undefined) {
    const stray = files.find((file) => !parts.test(file));
    if (stray)
      throw new LogUnavailable(
        `Cannot use "${path}" for the log: it is not one, and it holds "${stray}". Choose an empty directory`,
      );
  } else {
    const version = made.exec(line)?.[1];
    if (!version)
      throw new LogUnavailable(`Cannot use "${path}" for the log: its file "format" is damaged, or not Reckon's`);
    if (Number(version) !== formatVersion)
      throw new LogUnavailable(
        `Cannot use "${path}" for the log: it has format ${version}, and this version of Reckon reads format ${formatVersion}. Nothing was changed; use the version that wrote it, or another directory`,
      );
  }
  const [events, checkpoint, snapshots] = ['events', 'checkpoint', 'snapshots'].map((part) => join(path, part)) as [
    string,
    string,
    string,
  ];
  return { path, line, events, checkpoint, snapshots };
};

/** Makes the directory a log's, and this process its owner. To be called under the database's lock. */
export const claim = async ({ path, line }: Directory, clock: Pick<Clock, 'now'>): Promise<string> => {
  await writeFile(join(path, 'owner'), `${process.pid}\n`);
  if (line !== undefined) return line;
  const fresh = `reckon event log, format ${formatVersion}, made ${new Date(clock.now()).toISOString()}\n`;
  const handle = await open(join(path, 'format.new'), 'w');
  try {
    await handle.writeFile(fresh);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(join(path, 'format.new'), join(path, 'format'));
  return fresh;
};

export const disclaim = ({ path }: Directory): Promise<void> => rm(join(path, 'owner'), { force: true });

/** What to throw when another process has the directory open. */
export const inUse = async ({ path }: Directory): Promise<LogUnavailable> => {
  const pid = Number(await readText(join(path, 'owner')));
  const who = pid > 0 ? `process ${pid} has` : 'another process has';
  return new LogUnavailable(
    `Cannot use "${path}" for the log: ${pid === process.pid ? 'this process has' : who} it open. Stop it first, or choose another directory`,
  );
};
