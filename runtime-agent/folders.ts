import { join } from 'node:path';

/** Where a node keeps what belongs to a pod. `root` is the agent's own folder. */
export const podFolder = (root: string, uid: string): string => join(root, 'pods', uid);
export const volumeFolder = (root: string, uid: string, volume: string): string =>
  join(podFolder(root, uid), 'volumes', volume);
/** The file a container writes its last words to, one per run. */
export const lastWordsFile = (root: string, uid: string, container: string, attempt: number): string =>
  join(podFolder(root, uid), 'containers', container, `last-words-${attempt}`);
export const hostsFile = (root: string, uid: string): string => join(podFolder(root, uid), 'hosts');
export const resolvFile = (root: string, uid: string): string => join(podFolder(root, uid), 'resolv.conf');
