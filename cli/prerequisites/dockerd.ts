import { UserError } from '../output.ts';
import { dockerLog, dockerSocketDefault } from './docker-checks.ts';
import { dockerAt } from './gather.ts';
import type { Machine } from './machine.ts';

const pidFile = '/var/run/docker.pid';
/** Of the containerd that dockerd starts for itself. */
const containerdPidFile = '/var/run/docker/containerd/containerd.pid';
const settingsFile = '/etc/docker/daemon.json';
const patienceMs = 60_000;
const lookMs = 200;
const linesShown = 8;

const pause = (machine: Machine, ms: number) =>
  new Promise<'late'>((resolve) => void machine.clock.setTimeout(() => resolve('late'), ms));

/** A killed dockerd leaves these behind, and the next one refuses to start or waits for ever. */
const removeStalePidFiles = async (machine: Machine): Promise<void> => {
  const pid = (await machine.read(pidFile))?.toString().trim();
  const status = pid ? ((await machine.read(`/proc/${pid}/status`))?.toString() ?? '') : '';
  // dockerd takes even a zombie for its predecessor.
  if (/^Name:\s+dockerd$/m.test(status) && !/^State:\s+Z/m.test(status)) return;
  await machine.remove(pidFile);
  await machine.remove(containerdPidFile);
};

/** A setting that is in the file as well must not be given on the command line: dockerd would refuse to start. */
const commandFor = async (machine: Machine): Promise<readonly string[]> => {
  const settings = (await machine.read(settingsFile))?.toString() ?? '';
  return settings.includes('"live-restore"') ? ['dockerd'] : ['dockerd', '--live-restore'];
};

const lastLines = async (machine: Machine): Promise<string> =>
  ((await machine.read(dockerLog))?.toString() ?? '').trimEnd().split('\n').slice(-linesShown).join('\n');

/**
 * Starts dockerd by itself, with its state where Docker always has it, and waits until it answers. Containers live on when
 * it is stopped. A Docker that answers already is left as it is. Throws a {@link UserError} with the log's last lines.
 */
export const startDockerd = async (machine: Machine): Promise<void> => {
  const answers = async () => (await dockerAt(machine, dockerSocketDefault)).version !== undefined;
  if (await answers()) return;
  await removeStalePidFiles(machine);
  const { ended } = await machine.start(await commandFor(machine), dockerLog);
  const deadline = machine.clock.now() + patienceMs;
  while (machine.clock.now() < deadline) {
    const code = await Promise.race([ended, pause(machine, lookMs)]);
    if (await answers()) return;
    if (code !== 'late')
      throw new UserError(
        `dockerd ended with ${code}. What it said last, in ${dockerLog}:\n${await lastLines(machine)}`,
      );
  }
  throw new UserError(
    `dockerd does not answer after ${patienceMs / 1000} s. What it said last, in ${dockerLog}:\n${await lastLines(machine)}`,
  );
};
