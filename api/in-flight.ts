import { type Rejection, tooManyRequests } from '../kinds/rejection.ts';

/** Counts requests under way. */
export interface InFlight {
  /** How to leave once answered, or why the request may not enter. */
  enter(mutating: boolean): (() => void) | Rejection;
  readonly reading: number;
  readonly mutating: number;
}

/** Upstream's limits. */
export const [readingMax, mutatingMax] = [400, 200];

/** Holds back what is too much at once: reads and writes have room of their own. */
export const countInFlight = (): InFlight => {
  const counts = { reading: 0, mutating: 0 };
  const leave = { reading: () => void counts.reading--, mutating: () => void counts.mutating-- };
  return {
    enter: (mutating) => {
      const lane = mutating ? 'mutating' : 'reading';
      if (counts[lane] >= (mutating ? mutatingMax : readingMax))
        return tooManyRequests('Too many requests, please try again later.', 1);
      counts[lane]++;
      return leave[lane];
    },
    get reading() {
      return counts.reading;
    },
    get mutating() {
      return counts.mutating;
    },
  };
};
