import type { Projection } from '../projections/world.ts';

/** Resolves once the World shows a position; at once when it does already. */
export const showsOf = ({ world, changes }: Projection): ((position: number) => Promise<void>) => {
  const waiting: { readonly position: number; readonly resolve: () => void }[] = [];
  changes.subscribe(({ position }) => {
    // Those who wait came in the order of their positions, but for a few.
    for (let i = 0; i < waiting.length; ) {
      const one = waiting[i];
      if (one && one.position <= position) {
        waiting.splice(i, 1);
        one.resolve();
      } else i++;
    }
  });
  return (position) =>
    world.position >= position
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiting.push({ position, resolve });
        });
};
