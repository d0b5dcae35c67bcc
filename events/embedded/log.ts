import { statfs } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { streamOf } from '../event.ts';
import { type EventLog, LogUnavailable } from '../log.ts';
import { writeCheckpoint } from './checkpoint.ts';
import { openCommits } from './commits.ts';
import { tuning, unavailable } from './database.ts';
import { disclaim } from './directory.ts';
import { openFeed } from './feed.ts';
import { recordedOf } from './record.ts';
import { type Report, recover, replay } from './recovery.ts';
import { retentionOn } from './retention.ts';
import type { Operation } from './store.ts';
import { type Landed, openWriter } from './writer.ts';

export interface EmbeddedLogOptions {
  /** Made when it is missing; otherwise empty or a log already. Nothing else may be in it. */
  readonly directory: string;
  readonly clock: Clock;
  /** Told what went wrong where no caller hears of it. */
  readonly report: Report;
}

export interface EmbeddedLog extends EventLog {
  /** Applies retention now. It is applied every minute by itself. */
  sweep(): Promise<void>;
}

const sweepEveryMs = 60_000;
/** Gaps that make retention join them before its time. */
const gapsMax = 10_000;
/** A checkpoint is written after so many events, or as many as there are streams: what opening may have to read again. */
const checkpointEvery = 20_000;
/** To go on after a failed write, LevelDB makes a table of what it held in memory, and needs room for some more. */
const spaceBytesMin = 4 * tuning.writeBufferSize;
const megabytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MB`;

/**
 * Opens the log in a directory of its own. Events are durable before they are acknowledged, appends that wait for the disk
 * share one write, and what is read is checked against what was written. Throws {@link LogUnavailable} when the directory
 * cannot be used, another process has it open, its format is another, or it is damaged; nothing is changed then.
 */
export const openEmbeddedLog = async ({ directory: path, clock, report }: EmbeddedLogOptions): Promise<EmbeddedLog> => {
  const found = await recover(path, clock, report);
  const { directory, line, store, reader, tails, streams, swept } = found;
  let head = store.end;
  let checkpointed = found.checkpoint;
  let broken: LogUnavailable | undefined;
  let mending: Promise<void> | undefined;
  let sweeping: Promise<void> | undefined;
  let saving: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  const underWay = new Set<Promise<unknown>>();
  /** What close waits for, beside commits. */
  const awaited = <T>(work: Promise<T>): Promise<T> => {
    const done = () => void underWay.delete(work);
    underWay.add(work);
    work.then(done, done);
    return work;
  };

  const commits = openCommits(store.write);
  const feed = openFeed(
    async (position, to) => {
      const { events, end } = await reader.page(position, to);
      return { events: events.map(recordedOf), end };
    },
    () => head,
  );
  const failed = (error: unknown): LogUnavailable => {
    broken ??= unavailable(`append to "${path}"`, error);
    return broken;
  };
  const write = (operations: readonly Operation[]) =>
    new Promise<void>((resolve, reject) => {
      commits.add({ operations, bytes: 0, landed: resolve, failed: (error) => reject(failed(error)) });
    });
  const retention = retentionOn({ store, reader, streams, swept, write, now: () => clock.now(), head: () => head });

  const save = async () => {
    const at = head;
    await writeCheckpoint(directory.checkpoint, { log: line, head: at, shelves: tails.shelves(), swept: [...swept] });
    checkpointed = at;
  };
  const inBackground = (doing: string, work: Promise<void>) =>
    work.catch((error: unknown) => report(`Cannot ${doing} in "${path}"`, error));

  const landed = ({ recorded, retention: kept, stream, before, tail, passed }: Landed) => {
    head = tail.position;
    streams.moved(stream, before?.position ?? 0, tail);
    if (typeof kept === 'object') retention.ages(kept.ageMsMax, recorded[0]?.position ?? tail.position);
    for (const { position } of passed) retention.opened(position);
    feed.publish(recorded);
    if (retention.waiting > gapsMax) void inBackground('apply retention', sweep());
    if (head - checkpointed >= checkpointEvery && !saving && head - checkpointed >= tails.size)
      saving = awaited(inBackground('write a checkpoint', save())).finally(() => (saving = undefined));
  };
  const writer = openWriter({ streams, commits, landed, failed, awaited, now: () => clock.now() });
  writer.goOn(head, found.at);

  /** After a write that failed: what is there now counts, whether it was acknowledged or not. */
  const mend = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(path);
    if (bavail * bsize < spaceBytesMin)
      throw new LogUnavailable(
        `${broken?.message}. ${megabytes(bavail * bsize)} are free, ${megabytes(spaceBytesMin)} are needed to go on: make room, then append again`,
        { cause: broken },
      );
    try {
      await store.reopen();
    } catch (error) {
      throw unavailable(`open "${path}" again`, error);
    }
    await replay(found, head, store.end, (events) => {
      head = events.at(-1)?.[0] ?? head;
      feed.publish(events.map(recordedOf));
    });
    head = store.end;
    writer.goOn(head, 0);
    broken = undefined;
  };
  const whole = (): Promise<void> =>
    broken ? (mending ??= mend().finally(() => (mending = undefined))) : Promise.resolve();

  const sweep = (): Promise<void> =>
    (sweeping ??= awaited(whole().then(() => retention.sweep())).finally(() => (sweeping = undefined)));
  let timer: unknown;
  const keepHouse = async () => {
    await inBackground('apply retention', sweep());
    await inBackground('record checksums', store.seal());
  };
  const keepHouseLater = () => {
    timer = clock.setTimeout(() => void awaited(keepHouse()).then(() => closing ?? keepHouseLater()), sweepEveryMs);
  };
  keepHouseLater();
  void awaited(inBackground('record checksums', store.seal()));

  const close = async () => {
    clock.clearTimeout(timer);
    do {
      await commits.idle();
      await Promise.allSettled(underWay);
    } while (underWay.size > 0);
    feed.end();
    if (!broken && head > checkpointed) await inBackground('write a checkpoint', save());
    if (!broken) await inBackground('record checksums', store.seal());
    await store.close();
    await disclaim(directory);
  };

  return {
    append(append) {
      if (closing)
        return Promise.reject(new LogUnavailable(`Cannot append to "${streamOf(append.ref)}": the log is closed`));
      return broken ? awaited(whole().then(() => writer.append(append))) : writer.append(append);
    },
    async *stream(ref, fromRevision = 0) {
      for await (const entry of streams.history(streamOf(ref), fromRevision)) yield recordedOf(entry);
    },
    async *read(position, to = head) {
      const last = Math.min(to, head);
      for (let done = position; done < last; ) {
        const { events, end } = await reader.page(done, last);
        for (const entry of events) yield recordedOf(entry);
        done = end;
      }
    },
    after: feed.after,
    head: async () => head,
    positionAt: (time) => reader.positionAt(time, head),
    sweep,
    close: () => (closing ??= close()),
  };
};
