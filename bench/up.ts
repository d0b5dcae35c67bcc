import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, clientFor } from '../cli/client.ts';
import { adminAccess } from '../cli/credentials.ts';
import { bridge } from '../cli/network.ts';
import { placesIn } from '../cli/places.ts';
import { readRunning } from '../cli/running.ts';
import { freePort, reckon } from './cluster.ts';

/** `DOCKER_SOCKET` names another one; it must be Docker of this machine. */
export const dockerSocket = process.env['DOCKER_SOCKET'] ?? '/var/run/docker.sock';

/** `reckon up` with real Docker, on a folder of its own. */
export interface Up {
  readonly client: Client;
  readonly pids: readonly number[];
}

/** Brings a cluster up for as long as `run` takes; afterwards nothing is left of it. Says so and does nothing where there is no Docker. */
export const whileUp = async (run: (up: Up) => Promise<void>): Promise<void> => {
  if (!existsSync(dockerSocket)) {
    process.stderr.write(`Left out: there is no Docker at ${dockerSocket}\n`);
    return;
  }
  if (bridge in networkInterfaces()) {
    process.stderr.write('Left out: a cluster is up on this machine already\n');
    return;
  }
  const root = mkdtempSync(join(tmpdir(), 'reckon-bench-up-'));
  const places = placesIn(join(root, 'data'));
  const port = await freePort();
  const at = ['--data', places.data, '--docker', dockerSocket];
  try {
    await reckon('up', '-d', '--port', String(port), '--kubeconfig', join(root, 'kubeconfig'), ...at);
    const client = clientFor(await adminAccess(places, port));
    const running = await readRunning(places);
    await run({ client, pids: running?.processes.map(({ pid }) => pid) ?? [] });
    client.close();
  } finally {
    await reckon('down', '--pods', ...at);
    rmSync(root, { recursive: true, force: true });
  }
};
