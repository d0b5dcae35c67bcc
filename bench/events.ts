import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writev } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { realClock } from '../events/clock.ts';
import { openEmbeddedLog } from '../events/embedded/log.ts';
import type { Event, Origin, Ref } from '../events/event.ts';
import type { EventLog } from '../events/log.ts';
import { tell } from './row.ts';

const depths = [1, 16, 256];
const forMs = 1000;
const rounds = 5;

const origin: Origin = {
  command: '6b6d6c1e-5d0b-4f43-8f5e-0a4b1a6f3f55',
  by: {
    user: 'system:serviceaccount:kube-system:replicaset-controller',
    groups: ['system:serviceaccounts', 'system:authenticated'],
  },
  via: 'controller/replicasets',
  manager: 'reckon',
  causes: [1],
};
/** As long as asked, once its origin is written beside it. */
const eventOf = (bytes: number): Event => {
  const bare = {
    type: 'SpecReplaced',
    delta: Array.from({ length: 8 }, (_, i) => ({ path: `/spec/containers/${i}`, value: i })),
    text: '',
  };
  return { ...bare, text: 'x'.repeat(Math.max(bytes - JSON.stringify([bare, origin]).length, 0)) } as Event;
};
const say = (line: string) => process.stdout.write(`${line}\n`);
const perSecond = (count: number, ms: number) => Math.round((count * 1000) / ms);

/** A file and nothing else: what is written while one fdatasync is under way shares the next. */
const openRaw = (file: string) => {
  const fd = openSync(file, 'a');
  let waiting: { readonly bytes: Buffer; readonly done: () => void }[] = [];
  let underWay = false;
  const write = () => {
    const taken = waiting;
    waiting = [];
    const synced = (error: Error | null) => {
      if (error) throw error;
      for (const { done } of taken) done();
      underWay = false;
      if (waiting.length > 0) begin();
    };
    writev(
      fd,
      taken.map(({ bytes }) => bytes),
      (error) => (error ? synced(error) : fdatasync(fd, synced)),
    );
  };
  const begin = () => {
    underWay = true;
    setImmediate(write);
  };
  return {
    append: (bytes: Buffer) =>
      new Promise<void>((done) => {
        waiting.push({ bytes, done });
        if (!underWay) begin();
      }),
    close: () => closeSync(fd),
  };
};

interface Rate {
  readonly perSecond: number;
  /** The longest time the event loop stood still. */
  readonly stillMs: number;
}

/** So many writers, each of which appends again as soon as it is answered. */
const rateOf = async (depth: number, append: (writer: number) => Promise<unknown>): Promise<Rate> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let count = 0;
  const begun = performance.now();
  delay.enable();
  const write = async (writer: number) => {
    while (performance.now() - begun < forMs) {
      await append(writer);
      count++;
    }
  };
  await Promise.all(Array.from({ length: depth }, (_, writer) => write(writer)));
  delay.disable();
  return { perSecond: perSecond(count, performance.now() - begun), stillMs: delay.max / 1e6 };
};

const refOf = (name: string): Ref => ({ resource: 'pods', namespace: 'default', name });
const appenderTo = (log: EventLog, label: string, event: Event) => {
  const revisions = new Map<number, number>();
  return async (writer: number) => {
    const expected = revisions.get(writer) ?? -1;
    revisions.set(writer, expected + 1);
    await log.append({ ref: refOf(`${label}-${writer}`), events: [event], expected, origin, retention: 'forever' });
  };
};
const openIn = (directory: string) => openEmbeddedLog({ directory, clock: realClock, report: () => undefined });

/** Whatever else runs on the machine only ever slows a round down. */
const bestOf = (rates: readonly Rate[]): Rate => ({
  perSecond: Math.max(...rates.map((rate) => rate.perSecond)),
  stillMs: Math.min(...rates.map((rate) => rate.stillMs)),
});

const measureAppends = async (root: string) => {
  const event = eventOf(1000);
  const bytes = Buffer.from(JSON.stringify([event, origin]));
  say(`Durable appends of ${bytes.length} bytes, per second (best of ${rounds} rounds of ${forMs} ms)`);
  say('in flight |  raw file | encoded |     log | log/raw | log/encoded | loop still at most');
  const raw = openRaw(join(root, 'raw'));
  const log = await openIn(join(root, 'log'));
  for (const depth of depths) {
    const [raws, encodeds, logs]: [Rate[], Rate[], Rate[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      raws.push(await rateOf(depth, () => raw.append(bytes)));
      encodeds.push(await rateOf(depth, () => raw.append(Buffer.from(JSON.stringify([event, origin])))));
      logs.push(await rateOf(depth, appenderTo(log, `${depth}-${round}`, event)));
    }
    const [r, e, l] = [bestOf(raws), bestOf(encodeds), bestOf(logs)];
    const columns = [
      `${depth}`.padStart(9),
      `${r.perSecond}`.padStart(9),
      `${e.perSecond}`.padStart(7),
      `${l.perSecond}`.padStart(7),
    ];
    const ratios = [
      (l.perSecond / r.perSecond).toFixed(2).padStart(7),
      (l.perSecond / e.perSecond).toFixed(2).padStart(11),
    ];
    say([...columns, ...ratios, `${l.stillMs.toFixed(1)} ms`].join(' | '));
    const what = `durable appends of 1 KB, ${depth} in flight`;
    tell({ what, figure: l.perSecond, unit: '/s', baseline: { figure: r.perSecond, of: 'a file with fdatasync' } });
  }
  raw.close();
  await log.close();
};

const fill = async (log: EventLog, from: number, to: number, event: Event) => {
  const streams = 10_000;
  for (let i = from; i < to; i += 1000)
    await Promise.all(
      Array.from({ length: 1000 }, (_, k) =>
        log.append({
          ref: refOf(`web-${(i + k) % streams}`),
          events: [event],
          expected: Math.floor((i + k) / streams) - 1,
          origin: { ...origin, command: `command-${i + k}` },
          retention: 'forever',
        }),
      ),
    );
};

const replay = (log: EventLog, position: number, count: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let told = 0;
    const reading = log.after(position).subscribe({
      next: () => {
        if (++told < count) return;
        resolve();
        setImmediate(() => reading.unsubscribe());
      },
      error: reject,
    });
  });

const measureOpening = async (root: string) => {
  const directory = join(root, 'long');
  const event = {
    type: 'StatusReported',
    delta: [{ op: 'replace', path: '/status/phase', value: 'Running' }],
  } as Event;
  say(
    `\nEvents of ${JSON.stringify(event).length} bytes and their origin: opening, and telling a late reader all of them`,
  );
  say('   events |   open | open without checkpoint | events/s told | loop still at most');
  let size = 0;
  for (const events of [100_000, 1_000_000]) {
    const filling = await openIn(directory);
    await fill(filling, size, events, event);
    size = events;
    await filling.close();
    const opened = async () => {
      const begun = performance.now();
      const log = await openIn(directory);
      return { log, ms: performance.now() - begun };
    };
    const { log, ms } = await opened();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const begun = performance.now();
    await replay(log, 0, events);
    const told = perSecond(events, performance.now() - begun);
    delay.disable();
    await log.close();
    rmSync(join(directory, 'checkpoint'));
    const anew = await opened();
    await anew.log.close();
    const columns = [
      `${events}`.padStart(9),
      `${ms.toFixed(0)} ms`.padStart(6),
      `${anew.ms.toFixed(0)} ms`.padStart(23),
    ];
    say([...columns, `${told}`.padStart(13), `${(delay.max / 1e6).toFixed(1)} ms`].join(' | '));
  }
};

/** Durable appends against a raw file, the time to open, and the rate of reading. */
export const run = async (): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'reckon-bench-events-'));
  try {
    await measureAppends(root);
    await measureOpening(root);
  } finally {
    rmSync(root, { recursive: true });
  }
};

if (import.meta.main) await run();
