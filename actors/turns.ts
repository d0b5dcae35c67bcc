/** Hands out turns so that no synchronous stretch grows long: resolves when it is the caller's turn to compute. */
export type Turns = () => Promise<void>;

/** How many turns are given before the event loop may do something else. */
const turnsPerTick = 8;

/** Turns of one process, first come first served. */
export const takeTurns = (): Turns => {
  const waiting: (() => void)[] = [];
  let ticking = false;
  const tick = () => {
    for (const go of waiting.splice(0, turnsPerTick)) go();
    ticking = waiting.length > 0;
    if (ticking) setImmediate(tick);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (ticking) return;
      ticking = true;
      setImmediate(tick);
    });
};
