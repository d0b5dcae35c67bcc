import { streamOf } from '../../events/event.ts';
import type { Library } from './library.ts';
import type { ToldOf } from './told.ts';

/** From an event, which comes first, back to what it all began with. */
export type Chain = readonly ToldOf[];

/** Events looked at for one chain. */
const lookedMax = 200;

/** Someone outside asked, rather than a controller or an agent by itself. */
const isAsked = ({ via }: ToldOf): boolean => via === 'api';

/** The later one, but what someone outside asked for before all else: it is what a person wants to know. */
const isBetter = (one: ToldOf, than: ToldOf): boolean => {
  if (isAsked(one) !== isAsked(than)) return isAsked(one);
  return one.position > than.position;
};

/** The object's own events first, then the newest: they are nearer to what happened. */
const byNearness =
  ({ ref }: ToldOf) =>
  (a: ToldOf, b: ToldOf): number =>
    Number(streamOf(b.ref) === streamOf(ref)) - Number(streamOf(a.ref) === streamOf(ref)) || b.position - a.position;

/**
 * Follows the causes of an event to the latest one that someone outside asked for; where nobody did, to the latest that has no cause.
 * Of several ways there the shortest.
 */
export const chainFrom = async (library: Pick<Library, 'causes'>, event: ToldOf): Promise<Chain> => {
  const cameFrom = new Map<number, ToldOf | undefined>([[event.position, undefined]]);
  const queue: ToldOf[] = [event];
  let beginning: ToldOf | undefined;
  for (let looked = 0; looked < queue.length && looked < lookedMax; looked++) {
    const told = queue[looked] as ToldOf; // looked < length
    const causes = isAsked(told) ? [] : await library.causes(told);
    if (causes.length === 0 && (!beginning || isBetter(told, beginning))) beginning = told;
    for (const cause of [...causes].sort(byNearness(told))) {
      if (cameFrom.has(cause.position)) continue;
      cameFrom.set(cause.position, told);
      queue.push(cause);
    }
  }
  const chain: ToldOf[] = [];
  for (let told = beginning; told; told = cameFrom.get(told.position)) chain.unshift(told);
  return chain;
};
