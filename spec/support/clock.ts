import { SimulatedClock } from 'xstate';
import type { Chance, Clock } from '../../events/clock.ts';

/** Where virtual time starts: 2026-01-01T00:00:00Z. */
export const epochMs = Date.UTC(2026, 0, 1);

export interface VirtualClock extends Clock {
  /** Moves time on and runs what falls due. */
  advance(ms: number): void;
}

/** Time that moves only when a spec says so. */
export const virtualClock = (): VirtualClock => {
  const clock = new SimulatedClock();
  return {
    now: () => epochMs + clock.now(),
    setTimeout: (fn, ms) => clock.setTimeout(fn, ms),
    clearTimeout: (id) => clock.clearTimeout(id as number),
    advance: (ms) => clock.increment(ms),
  };
};

/** Chance that is the same every time: counts up. */
export const countingChance = (): Chance => {
  let count = 0;
  return {
    uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`,
    bytes: (length) => new Uint8Array(length).fill(++count % 256),
  };
};

/** Lets every promise already on its way finish. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets files that are being read or written come back, and what follows from them, until `position` stands still. */
export const quiet = async (position: () => number): Promise<void> => {
  const isFile = (resource: string) => /^(?:FSReq|CloseReq)/.test(resource);
  for (let still = 0, at = position(); still < 10; ) {
    await settled();
    const moving = process.getActiveResourcesInfo().some(isFile) || position() !== at;
    still = moving ? 0 : still + 1;
    at = position();
  }
};
