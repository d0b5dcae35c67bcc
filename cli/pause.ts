import { realClock } from '../events/clock.ts';

/** Lets time pass. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    realClock.setTimeout(() => resolve(), ms);
  });
