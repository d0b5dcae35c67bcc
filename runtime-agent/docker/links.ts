import { readdir, readFile, writeFile } from 'node:fs/promises';
import { unlessMissing } from './files.ts';

/** How long a packet may be on this machine's way out (the default route of /proc/net/route); undefined when it has none. Pods with more would lose packets where no one answers "too big". */
export const readUplinkMtu = async (): Promise<number | undefined> => {
  const routes = await unlessMissing(readFile('/proc/net/route', 'utf8'));
  const uplink = routes
    ?.split('\n')
    .map((line) => line.split('\t'))
    .find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')?.[0];
  const mtu = uplink && (await unlessMissing(readFile(`/sys/class/net/${uplink}/mtu`, 'utf8')));
  return mtu ? Number(mtu) : undefined;
};

/** A port may have gone meanwhile; and who is not root, or has a read-only /sys, cannot. */
const forgiven = ['ENOENT', 'EACCES', 'EROFS'];

/**
 * Lets a pod reach itself through a Service's address: the bridge sends a packet back where it came from. Docker does so
 * only with `--userland-proxy=false`. Does nothing where that is not to be had: see {@link mayHairpin}.
 */
export const allowHairpins = async (bridge: string): Promise<void> => {
  for (const port of (await unlessMissing(readdir(`/sys/class/net/${bridge}/brif`))) ?? []) {
    const file = `/sys/class/net/${bridge}/brif/${port}/hairpin_mode`;
    const mode = await unlessMissing(readFile(file, 'utf8'));
    if (mode?.trim() === '0') await unlessMissing(writeFile(file, '1'), forgiven);
  }
};

/** Whether {@link allowHairpins} has an effect: the bridges are this machine's, and we are root. */
export const mayHairpin = async (): Promise<boolean> =>
  process.getuid?.() === 0 && (await unlessMissing(readdir('/sys/class/net'))) !== undefined;
