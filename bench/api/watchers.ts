import { performance } from 'node:perf_hooks';
import { connect, type TLSSocket } from 'node:tls';
import { tell } from '../row.ts';
import { type Aim, openConnection, rateOf, requestOf } from './load.ts';

const watchersCount = 1_000;
const changesCount = 1_000;
const writersCount = 32;
const openedAtOnce = 50;

/** A stream of events, and how many have come. */
interface Watcher {
  readonly socket: TLSSocket;
  readonly count: () => number;
}

const mark = '{"type"';

const openWatcher = (
  { port, ca, certificate, key }: Aim,
  path: string,
  told: (events: number) => void,
): Promise<Watcher> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca, cert: certificate, key });
    let [begun, count, tail] = [false, 0, ''];
    socket.on('error', reject);
    socket.once('secureConnect', () => socket.write(requestOf('GET', path)));
    socket.on('data', (bytes: Buffer) => {
      if (!begun) {
        // The head of the answer; the first change comes later.
        begun = true;
        return resolve({ socket, count: () => count });
      }
      let events = 0;
      // An event's mark may be cut in two.
      if (tail !== '' && (tail + bytes.toString('latin1', 0, mark.length)).includes(mark)) events++;
      for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) events++;
      const last = bytes.toString('latin1', Math.max(bytes.length - mark.length + 1, 0));
      tail = last.slice(Math.max(last.lastIndexOf('{'), 0));
      tail = mark.startsWith(tail) ? tail : '';
      count += events;
      told(events);
    });
  });

const openAll = async (aim: Aim, path: string, told: (events: number) => void): Promise<readonly Watcher[]> => {
  const watchers: Watcher[] = [];
  while (watchers.length < watchersCount)
    watchers.push(...(await Promise.all(Array.from({ length: openedAtOnce }, () => openWatcher(aim, path, told)))));
  return watchers;
};

const fanOut = async (aim: Aim, path: string, change: (n: number) => string, code: number) => {
  let events = 0;
  const { promise: all, resolve: finished } = Promise.withResolvers<void>();
  const told = (some: number) => {
    events += some;
    if (events >= watchersCount * changesCount) finished();
  };
  const watchers = await openAll(aim, path, told);
  const writers = await Promise.all(Array.from({ length: writersCount }, () => openConnection(aim)));
  const begun = performance.now();
  const changesPerSecond = await rateOf(writers, changesCount, code, change);
  await all;
  const ms = performance.now() - begun;
  for (const { socket } of watchers) socket.destroy();
  for (const writer of writers) writer.close();
  return { perSecond: (events * 1_000) / ms, changesPerSecond };
};

const configMap = (name: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: 'x'.repeat(420) } });

/** How many events a second reach 1,000 watchers of one namespace while objects are made in it. */
export const measureWatch = async (real: Aim, bare: Aim, say: (line: string) => void): Promise<void> => {
  const path = '/api/v1/namespaces/watched/configmaps';
  const first = await openConnection(real);
  await first.ask(requestOf('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: 'watched' } })));
  first.close();
  const baseline = await fanOut(bare, '/watch', (n) => requestOf('POST', '/change', configMap(`w${n}`)), 200);
  const ours = await fanOut(real, `${path}?watch=true`, (n) => requestOf('POST', path, configMap(`w${n}`)), 201);
  const [rate, bareRate] = [ours.perSecond, baseline.perSecond].map((one) => one.toFixed(0).padStart(8));
  const ratio = (ours.perSecond / baseline.perSecond).toFixed(2).padStart(6);
  say(
    `${`events, ${watchersCount} watchers`.padEnd(26)} | ${rate} | ${'200000'.padStart(8)} | ${bareRate?.padStart(12)} | ${ratio}`,
  );
  tell({
    what: `events to ${watchersCount.toLocaleString('en')} watchers`,
    figure: ours.perSecond,
    unit: '/s',
    aim: 200_000,
    baseline: { figure: baseline.perSecond, of: 'node:https, the same bytes' },
  });
  say(
    `  while objects were made at ${ours.changesPerSecond.toFixed(0)}/s; bare ${baseline.changesPerSecond.toFixed(0)}/s`,
  );
};
