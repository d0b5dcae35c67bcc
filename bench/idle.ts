import { setTimeout } from 'node:timers/promises';
import { type Client, bodyOf } from '../cli/client.ts';
import { memoryOf, processorMs } from './cluster.ts';
import { tell } from './row.ts';
import { whileUp } from './up.ts';

const settleMs = 30_000;
const watchedMs = 60_000;

interface ListView {
  readonly metadata: { readonly resourceVersion: string };
}
/** A list's version is the World's: the position of the newest event. */
const positionOf = async (client: Client): Promise<number> => {
  const list = bodyOf(await client.ask({ path: '/api/v1/namespaces' })) as ListView; // a list
  return Number(list.metadata.resourceVersion);
};

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

await whileUp(async ({ client, pids }) => {
  await setTimeout(settleMs);
  const before = await positionOf(client);
  const usedBefore = sum(pids.map(processorMs));
  await setTimeout(watchedMs);
  const used = sum(pids.map(processorMs)) - usedBefore;
  tell({
    what: 'idle: events appended in a minute',
    figure: (await positionOf(client)) - before,
    unit: 'events',
    aim: 0,
  });
  tell({ what: 'idle: of one core', figure: (100 * used) / watchedMs, unit: '%', aim: 1 });
  const memory = pids.map(memoryOf);
  const resident = sum(memory.map((one) => one.resident));
  tell({ what: 'idle: memory of control plane and agent, each for itself', figure: resident, unit: 'MB', aim: 200 });
  const twice = Math.min(...memory.map((one) => one.shared));
  tell({ what: 'idle: the same, what both share counted once', figure: resident - twice, unit: 'MB', aim: 200 });
});
