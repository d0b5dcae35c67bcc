import { execFile } from 'node:child_process';
import type { Stats } from 'node:fs';
import { chmod, chown, lstat, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { HostPathVolumeSource, Volume } from '../../kinds/schema/api/core-v1.ts';
import { quantityOf, valueOf } from '../../kinds/values/quantity.ts';
import type { ControlPlane } from '../control-plane.ts';
import { DeedFailed } from '../deed.ts';
import type { Whereabouts } from '../downward.ts';
import { podFolder, volumeFolder } from '../folders.ts';
import type { PodOf } from '../pod.ts';
import { contentsOf } from './contents.ts';
import { writePayload } from './payload.ts';

const run = promisify(execFile);

/** What volumes are made with. */
export interface VolumeTools {
  readonly root: string;
  readonly controlPlane: ControlPlane;
  readonly where: Whereabouts;
}

const isMounted = async (folder: string): Promise<boolean> => {
  const [here, above] = await Promise.all([lstat(folder), lstat(dirname(folder))]);
  return here.dev !== above.dev;
};

const makeEmptyDir = async (folder: string, { medium, sizeLimit }: NonNullable<Volume['emptyDir']>): Promise<void> => {
  await mkdir(folder, { recursive: true });
  // Any user a container runs as may write here, as upstream has it.
  await chmod(folder, 0o777);
  if (medium !== 'Memory' || (await isMounted(folder))) return;
  const size = sizeLimit === undefined ? [] : [`size=${valueOf(quantityOf(sizeLimit))}`];
  await run('mount', ['-t', 'tmpfs', '-o', ['mode=777', ...size].join(','), 'tmpfs', folder]);
};

const makers: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  DirectoryOrCreate: (path) => mkdir(path, { recursive: true, mode: 0o755 }),
  FileOrCreate: async (path) => (await open(path, 'a', 0o644)).close(),
};

interface PathSort {
  /** As upstream's message says it. */
  readonly text: string;
  readonly fits: (found: Stats) => boolean;
}

const directory: PathSort = { text: 'directory', fits: (found) => found.isDirectory() };
const file: PathSort = { text: 'file', fits: (found) => found.isFile() };
const sorts: Readonly<Record<string, PathSort>> = {
  Directory: directory,
  DirectoryOrCreate: directory,
  File: file,
  FileOrCreate: file,
  Socket: { text: 'socket file', fits: (found) => found.isSocket() },
  CharDevice: { text: 'character device', fits: (found) => found.isCharacterDevice() },
  BlockDevice: { text: 'block device', fits: (found) => found.isBlockDevice() },
};

/** A path without a type is taken as it is, and made as a folder where there is nothing, as Docker does. */
const checkHostPath = async ({ path, type = '' }: HostPathVolumeSource): Promise<void> => {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const sort = sorts[type];
  const make = type === '' ? makers['DirectoryOrCreate'] : makers[type];
  if (!found && make) await make(path);
  else if (sort && !(found && sort.fits(found)))
    throw new DeedFailed('FailedMount', `hostPath type check failed: ${path} is not a ${sort.text}`);
};

const own = async (folder: string, group: number | undefined): Promise<void> => {
  if (group === undefined) return;
  await chown(folder, -1, group);
  await chmod(folder, 0o2777);
};

const fill = async (tools: VolumeTools, pod: PodOf, volume: Volume): Promise<void> => {
  const folder = volumeFolder(tools.root, pod.metadata.uid, volume.name);
  if (volume.emptyDir) {
    await makeEmptyDir(folder, volume.emptyDir);
    return own(folder, pod.spec.securityContext?.fsGroup);
  }
  if (volume.hostPath) return checkHostPath(volume.hostPath);
  const files = await contentsOf(tools.controlPlane, pod, volume, tools.where);
  if (files) return writePayload(folder, files);
  const sort = Object.keys(volume).find((key) => key !== 'name') ?? 'nothing';
  throw new DeedFailed('FailedMount', `this node does not know ${sort} volumes`);
};

/** Brings every volume of the pod to what its source says; repeating it changes only what changed. Rejects with a {@link DeedFailed} that names the volume. */
export const fillVolumes = async (tools: VolumeTools, pod: PodOf): Promise<void> => {
  await mkdir(podFolder(tools.root, pod.metadata.uid), { recursive: true, mode: 0o750 });
  for (const volume of pod.spec.volumes ?? []) {
    await fill(tools, pod, volume).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      throw new DeedFailed('FailedMount', `MountVolume.SetUp failed for volume "${volume.name}" : ${text}`, error);
    });
  }
};

/** Where on the node a volume of the pod lies. */
export const sourceOf = (root: string, pod: PodOf, volume: Volume): string =>
  volume.hostPath ? volume.hostPath.path : volumeFolder(root, pod.metadata.uid, volume.name);

const mountsBelow = async (folder: string): Promise<readonly string[]> => {
  const table = await readFile('/proc/self/mounts', 'utf8');
  const targets = table.split('\n').map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '));
  return targets.filter((target) => target.startsWith(`${folder}/`)).reverse();
};

/** Removes all that a pod had on disk, its own mounts first; what it mounted from the node itself is left alone. */
export const removeVolumes = async (root: string, uid: string): Promise<void> => {
  const folder = podFolder(root, uid);
  for (const target of await mountsBelow(folder)) await run('umount', [target]);
  await rm(folder, { recursive: true, force: true });
};
