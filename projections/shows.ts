import type { Projection } from './world.ts';

interface Waiting {
  readonly position: number;
  readonly resolve: () => void;
}

/** Resolves once the World shows a position: at once when it does already. */
export type Shows = (position: number) => Promise<void>;

/** Waits on one World, for any number of callers. Ends never; whoever waits for what is never written waits for ever. */
export const showsOf = ({ world, changes }: Projection): Shows => {
  /** By position, least first. */
  const waiting: Waiting[] = [];
  changes.subscribe(({ position }) => {
    while (waiting[0] && waiting[0].position <= position) waiting.shift()?.resolve();
  });
  return (position) => {
    if (world.position >= position) return Promise.resolve();
    return new Promise((resolve) => {
      // Who writes later mostly waits for later: the place is at or near the end.
      let place = waiting.length;
      while (place > 0 && (waiting[place - 1]?.position ?? 0) > position) place--;
      waiting.splice(place, 0, { position, resolve });
    });
  };
};
