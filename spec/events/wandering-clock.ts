import type { Clock } from '../../events/clock.ts';
import { virtualClock } from '../support/clock.ts';

export interface WanderingClock extends Clock {
  /** Moves time on and runs what falls due; or, as a machine's clock may, back. */
  pass(ms: number): void;
}

/** Virtual time that may also be set back. */
export const wanderingClock = (): WanderingClock => {
  const clock = virtualClock();
  let offsetMs = 0;
  return {
    ...clock,
    now: () => clock.now() + offsetMs,
    pass: (ms) => {
      if (ms < 0) offsetMs += ms;
      else clock.advance(ms);
    },
  };
};
