import { chown, type FileHandle, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from './system-error.ts';

/** The file's text; undefined when it does not exist. Throws as `fs.readFile` does when it cannot be read. */
export const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
};

const syncAndClose = async (file: FileHandle) => {
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Two writers of one process need two files beside it. */
let written = 0;

/** Writes all of the text beside `path`, durable; the answer is the new file's path. */
const writeBeside = async (path: string, text: string, mode: number): Promise<string> => {
  const beside = `${path}.${process.pid}.${++written}.new`;
  await rm(beside, { force: true });
  const file = await open(beside, 'wx', mode);
  try {
    await file.writeFile(text);
  } finally {
    await syncAndClose(file);
  }
  return beside;
};

const syncFolder = async (path: string) => syncAndClose(await open(dirname(path), 'r'));

/** Root may change another user's file: it stays that user's. */
const keepOwner = async (path: string, beside: string) => {
  if (process.getuid?.() !== 0) return;
  try {
    const { uid, gid } = await stat(path);
    await chown(beside, uid, gid);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
};

/**
 * Puts `text` in the place of the whole file, or fails and leaves what was there: a reader, and a machine that loses its
 * power, see the old file or the new one. Mode 0600 unless said otherwise; the owner stays.
 */
export const replaceFile = async (path: string, text: string, mode = 0o600): Promise<void> => {
  const beside = await writeBeside(path, text, mode);
  await keepOwner(path, beside);
  await rename(beside, path);
  await syncFolder(path);
};

/** Makes the file with `text`, or leaves one that another process made meanwhile; the answer is what is there now. */
export const makeFile = async (path: string, text: string, mode = 0o600): Promise<string> => {
  const beside = await writeBeside(path, text, mode);
  try {
    await link(beside, path);
    await syncFolder(path);
    return text;
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
    return await readFile(path, 'utf8');
  } finally {
    await rm(beside, { force: true });
  }
};
