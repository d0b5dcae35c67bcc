import { setTimeout as wait } from 'node:timers/promises';

const lookMs = 50;

/** Looks again and again until `look` throws nothing more; after `msMax` throws what it threw last. What happens in the real world tells nobody when it has happened. */
export const eventually = async <T>(look: () => Promise<T> | T, msMax = 15_000): Promise<T> => {
  const start = performance.now();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() - start > msMax) throw error;
    }
    await wait(lookMs);
  }
};
