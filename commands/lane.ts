/** Runs what is given under one key one after the other, different keys side by side. */
export type Lane = <T>(key: string, run: () => Promise<T>) => Promise<T>;

/** An empty set of lanes; a lane is forgotten once nobody waits in it. */
export const openLanes = (): Lane => {
  const last = new Map<string, Promise<unknown>>();
  return (key, run) => {
    const before = last.get(key);
    // The one before may have failed; that is its caller's to hear.
    const mine = before ? before.then(run, run) : run();
    last.set(key, mine);
    const leave = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(leave, leave);
    return mine;
  };
};
