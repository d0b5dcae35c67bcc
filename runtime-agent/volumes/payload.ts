import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { DeedFailed } from '../deed.ts';

/** One file of a volume. */
export interface PayloadFile {
  /** Relative to the volume; may hold folders. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

const dataLink = '..data';

const digestOf = (files: readonly PayloadFile[]): string => {
  const hash = createHash('sha256');
  for (const { path, bytes, mode } of files) hash.update(`${path}\0${mode}\0${bytes.length}\0`).update(bytes);
  return hash.digest('hex').slice(0, 16);
};

const checkPath = (path: string): void => {
  const clean = normalize(path);
  if (isAbsolute(path) || clean.startsWith('..') || clean === '.') {
    throw new DeedFailed('FailedMount', `Cannot write "${path}" into a volume: the path leads out of it`);
  }
};

/**
 * Puts files into a volume so that readers see all of the old or all of the new: the files stand in a folder of their own that
 * the link `..data` names, and links at the top lead through it. The layout is the kubelet's, and programs rely on it.
 * Writes nothing when the content is as it was.
 */
export const writePayload = async (folder: string, files: readonly PayloadFile[]): Promise<void> => {
  for (const { path } of files) checkPath(path);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const version = `..${digestOf(files)}`;
  const current = await readlink(join(folder, dataLink)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (current === version) return;

  for (const { path, bytes, mode } of files) {
    const file = join(folder, version, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, bytes);
    await chmod(file, mode);
  }
  if (files.length === 0) await mkdir(join(folder, version), { recursive: true });
  const link = join(folder, `${dataLink}_new`);
  await rm(link, { force: true });
  await symlink(version, link);
  await rename(link, join(folder, dataLink));

  const tops = new Set(files.map(({ path }) => normalize(path).split('/')[0] ?? path));
  for (const top of tops) {
    await symlink(join(dataLink, top), join(folder, top)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  for (const name of await readdir(folder)) {
    if (name !== dataLink && name !== version && !tops.has(name))
      await rm(join(folder, name), { recursive: true, force: true });
  }
};
