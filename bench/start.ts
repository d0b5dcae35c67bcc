import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { placesIn } from '../cli/places.ts';
import { realClock } from '../events/clock.ts';
import { openEmbeddedLog } from '../events/embedded/log.ts';
import type { Origin, Ref } from '../events/event.ts';
import type { Changed, Created } from '../kinds/evolve.ts';
import { kinds } from '../kinds/index.ts';
import { freePort, median, runMs, type Server, startServer } from './cluster.ts';
import { tell } from './row.ts';

const rounds = 5;
const port = await freePort();
/** Long enough to keep snapshots of what the first start folded; one that is killed earlier is folded again. */
const snapshotsMs = 5_000;
const objectsCount = 10_000;
const eventsCount = 100_000;
const origin: Origin = {
  command: 'bench',
  by: { user: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
  via: 'api',
  manager: 'bench',
  causes: [],
};

const repeated = async (measure: () => Promise<number>): Promise<number> => {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round++) figures.push(await measure());
  return median(figures);
};

/** Tells how long starts take, and what they cost. */
const tellStarts = async (what: string, aim: number, bare: number, start: () => Promise<Server>): Promise<void> => {
  const costs: number[] = [];
  const figure = await repeated(async () => {
    const server = await start();
    costs.push(server.readyProcessorMs);
    return server.readyMs;
  });
  tell({ what, figure, unit: 'ms', aim, baseline: { figure: bare, of: 'node -e 0' } });
  tell({ what: `${what}: processor time`, figure: median(costs), unit: 'ms' });
};

const coldStart = async (root: string): Promise<Server> => {
  const data = mkdtempSync(join(root, 'cold-'));
  const server = await startServer(data, port);
  await server.end('SIGTERM');
  return server;
};

const restart = async (data: string): Promise<Server> => {
  const server = await startServer(data, port);
  await server.end('SIGKILL');
  return server;
};

const created = (name: string, n: number): Created => ({
  type: 'Created',
  object: {
    metadata: {
      name,
      namespace: 'default',
      uid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      resourceVersion: '',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    data: { text: 'x'.repeat(420), count: '0' },
  } as Created['object'], // of a ConfigMap
});
const changed = (round: number): Changed => ({ type: 'Replaced', delta: [['/data/count', String(round)]] });

/** ConfigMaps that were changed again and again. */
const fill = async (data: string): Promise<void> => {
  const log = await openEmbeddedLog({
    directory: placesIn(data).log,
    clock: realClock,
    report: (what, error) => process.stderr.write(`${what} ${String(error)}\n`),
  });
  const retention = kinds.get('configmaps')?.retention ?? 'forever';
  for (let round = 0; round < eventsCount / objectsCount; round++)
    for (let from = 0; from < objectsCount; from += 1_000)
      await Promise.all(
        Array.from({ length: 1_000 }, (_, k) => {
          const ref: Ref = { resource: 'configmaps', namespace: 'default', name: `c${from + k}` };
          const event = round === 0 ? created(ref.name, from + k) : changed(round);
          const command = `fill-${round}-${from + k}`;
          return log.append({ ref, events: [event], expected: round - 1, origin: { ...origin, command }, retention });
        }),
      );
  await log.close();
};

const run = async (): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'reckon-bench-start-'));
  try {
    const bare = await repeated(() => runMs(process.execPath, ['-e', '0']));
    await coldStart(root); // what was never compiled before is compiled once
    await tellStarts('cold start, empty folder', 1_500, bare, () => coldStart(root));
    const data = join(root, 'long');
    await fill(data);
    const what = `${eventsCount.toLocaleString('en')} events of ${objectsCount.toLocaleString('en')} objects`;
    const first = await startServer(data, port);
    tell({ what: `first start on ${what}: all folded`, figure: first.readyMs, unit: 'ms' });
    await setTimeout(snapshotsMs);
    await first.end('SIGTERM');
    await tellStarts(`restart on ${what}, killed`, 2_000, bare, () => restart(data));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

await run();
