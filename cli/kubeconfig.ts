import { mkdir, open, realpath, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { readIfThere, replaceFile } from '../api/auth/private-file.ts';
import { isSystemError } from '../api/auth/system-error.ts';
import type { Clock } from '../events/clock.ts';
import { type Access, withAccess, withoutAccess } from './kubeconfig-text.ts';

export { type Access, KubeconfigUnreadable } from './kubeconfig-text.ts';

/** Another process is changing the kubeconfig, or died while it did: the message says which file to remove. */
export class KubeconfigLocked extends Error {
  override readonly name = 'KubeconfigLocked';
}

/** Which kubeconfig is ours to change: the one named, else the first of KUBECONFIG, else the user's own. */
export const kubeconfigPath = (named: string | undefined, environment: NodeJS.ProcessEnv): string => {
  const first = (environment.KUBECONFIG ?? '').split(delimiter).find((path) => path !== '');
  return named ?? first ?? join(environment.HOME ?? homedir(), '.kube', 'config');
};

const lockWaitMs = 100;
const lockTriesMax = 50;

const wait = (clock: Clock, ms: number) => new Promise<void>((resolve) => void clock.setTimeout(() => resolve(), ms));

const tryLock = async (lock: string): Promise<boolean> => {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
};

/** Runs `work` while no other process changes the file: by the lock that kubectl itself uses. */
const locked = async <T>(path: string, clock: Clock, work: () => Promise<T>): Promise<T> => {
  const lock = `${path}.lock`;
  for (let tries = 1; !(await tryLock(lock)); tries++) {
    if (tries === lockTriesMax)
      throw new KubeconfigLocked(
        `Cannot change "${path}": "${lock}" is held. Remove it if no other program is at work`,
      );
    await wait(clock, lockWaitMs);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
};

/** Follows links, so that a linked kubeconfig stays one; undefined when there is no such file. */
const realPathOf = async (path: string): Promise<string | undefined> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
};

const change = async (path: string, clock: Clock, edit: (text: string) => string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const target = (await realPathOf(path)) ?? path;
  await locked(target, clock, async () => {
    const text = (await readIfThere(target)) ?? '';
    const edited = edit(text);
    if (edited !== text) await replaceFile(target, edited);
  });
};

/**
 * Writes cluster, user and context of `access` into the kubeconfig and makes the context current; all else in it, comments
 * included, stays. The file is readable by its owner only. Which context was current is remembered in the new one. Throws
 * {@link KubeconfigUnreadable} and {@link KubeconfigLocked}, and then changes nothing.
 */
export const addToKubeconfig = (path: string, access: Access, clock: Clock): Promise<void> =>
  change(path, clock, (text) => withAccess(text, access));

/** Removes what {@link addToKubeconfig} wrote under this name, and makes the context current again that was so before. */
export const removeFromKubeconfig = async (path: string, name: string, clock: Clock): Promise<void> => {
  if ((await realPathOf(path)) !== undefined) await change(path, clock, (text) => withoutAccess(text, name));
};

/** A kubeconfig of its own that holds nothing but this access. */
export const kubeconfigOf = (access: Access): string => withAccess('', access);
