import { mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DeedFailed } from '../deed.ts';

/** The path without links, of the part of it that exists. */
const realPart = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return realPart(dirname(path));
  }
};

/**
 * A part of a volume, made as a folder where it is missing. Programs in the pod write to the volume and may leave links in
 * it: the way is followed before anything is made, so that no link leads out of the volume.
 */
export const subPathOf = async (whole: string, part: string, volume: string): Promise<string> => {
  const refused = new DeedFailed('CreateContainerConfigError', `subPath "${part}" leads out of volume "${volume}"`);
  if (part.startsWith('/') || part.split('/').includes('..')) throw refused;
  const root = await realpath(whole);
  const isInside = (path: string) => `${path}/`.startsWith(`${root}/`);
  const path = join(root, part);
  if (!isInside(await realPart(path))) throw refused;
  const found = await realpath(path).catch(() => undefined); // made below
  if (found === undefined) await mkdir(path, { recursive: true, mode: 0o755 });
  const real = found ?? (await realpath(path));
  if (!isInside(real)) throw refused;
  return real;
};
