import { setImmediate as soon } from 'node:timers/promises';
import { LogUnavailable } from '../log.ts';
import type { Operation } from './store.ts';

/** What is to be written together, and whom to tell. */
export interface Landing {
  readonly operations: readonly Operation[];
  readonly bytes: number;
  /** Called in the order of {@link Commits.add}, once it is durable. */
  landed(): void;
  failed(error: unknown): void;
}

/** One commit at a time; while it is on its way, the next gathers. */
export interface Commits {
  /** Throws {@link LogUnavailable} when too much is waiting. */
  add(landing: Landing): void;
  /** Resolves once nothing is on its way. */
  idle(): Promise<void>;
}

/** What may wait before an append is refused. */
const waitingMax = 20_000;
const waitingBytesMax = 64 << 20;
/** What one commit takes: encoding it for LevelDB must not hold up the loop. */
const commitMax = 128;
const commitBytesMax = 2 << 20;

export const openCommits = (write: (operations: readonly Operation[]) => Promise<void>): Commits => {
  let waiting: Landing[] = [];
  let waitingBytes = 0;
  let underWay: Promise<void> | undefined;

  const take = (): Landing[] => {
    let bytes = 0;
    let count = 0;
    for (const landing of waiting) {
      bytes += landing.bytes;
      if (count > 0 && (count === commitMax || bytes > commitBytesMax)) break;
      count++;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    for (const landing of taken) waitingBytes -= landing.bytes;
    return taken;
  };

  const commit = async (): Promise<void> => {
    const landings = take();
    try {
      await write(landings.flatMap(({ operations }) => operations));
    } catch (error) {
      // What waits was numbered as if these had landed.
      const lost = [...landings, ...waiting];
      [waiting, waitingBytes] = [[], 0];
      for (const landing of lost) landing.failed(error);
      return;
    }
    for (const landing of landings) landing.landed();
  };

  const run = async (): Promise<void> => {
    await soon(); // for what else this turn of the loop brings
    while (waiting.length > 0) await commit();
    underWay = undefined;
  };

  return {
    add(landing) {
      if (waiting.length >= waitingMax || waitingBytes + landing.bytes > waitingBytesMax)
        throw new LogUnavailable(
          `Cannot append: ${waiting.length} appends of ${waitingBytes} bytes wait for the disk already. Append again later`,
        );
      waiting.push(landing);
      waitingBytes += landing.bytes;
      underWay ??= run();
    },
    idle: () => underWay ?? Promise.resolve(),
  };
};
