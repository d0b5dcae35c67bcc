import type { Clock } from '../events/clock.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import { expired, type Rejection, tooLargeResourceVersion } from '../kinds/rejection.ts';
import type { History } from '../projections/history.ts';
import type { Past } from '../projections/past.ts';
import type { Projection } from '../projections/world.ts';
import { pagesMsMax } from './continue.ts';

/** A resource's objects as of a position. */
export interface Collection {
  /** By namespace and name; never changed. */
  readonly objects: readonly ApiObject[];
  /** The position they are as of. */
  readonly position: number;
}

/** Reads the World as of now or of any position. */
export interface Reading {
  /** Waits for a position that is not there yet, about three seconds, then refuses. */
  reached(position: number): Promise<Rejection | undefined>;
  /** As of now. */
  now(kind: Kind, namespace: string): Collection;
  /** As of a position that the World has reached. Refused when the kind's retention has let go of that state. */
  at(kind: Kind, namespace: string, position: number): Promise<Collection | Rejection>;
  /** Keeps a collection at hand for those who ask for its next pages. */
  keep(kind: Kind, namespace: string, collection: Collection): void;
}

/** What is read from. */
export interface Sources {
  readonly projection: Projection;
  readonly history: History;
  readonly past: Past;
  readonly clock: Clock;
}

const reachedMsMax = 3_000;
/** Lists at hand for their next pages, and objects in all of them; other lists are read from the log. */
const [keptMax, keptObjectsMax] = [32, 50_000];

const keyOf = (kind: Kind, namespace: string, position: number) => `${kind.resource}/${namespace}@${position}`;

/** Opens the World and its past for reading. */
export const openReading = ({ projection, history, past, clock }: Sources): Reading => {
  const { world } = projection;
  const kept = new Map<string, { readonly collection: Collection; readonly since: number }>();

  const arrival = (position: number): Promise<boolean> =>
    new Promise((resolve) => {
      const finish = (arrived: boolean) => {
        subscription.unsubscribe();
        clock.clearTimeout(timer);
        resolve(arrived);
      };
      const subscription = projection.changes.subscribe((change) => {
        if (change.position >= position) finish(true);
      });
      const timer = clock.setTimeout(() => finish(false), reachedMsMax);
    });

  const atHand = (key: string): Collection | undefined => {
    for (const [other, { since }] of kept) {
      if (since + pagesMsMax > clock.now()) break;
      kept.delete(other);
    }
    return kept.get(key)?.collection;
  };

  const keep: Reading['keep'] = (kind, namespace, collection) => {
    const key = keyOf(kind, namespace, collection.position);
    kept.delete(key);
    kept.set(key, { collection, since: clock.now() });
    let objects = 0;
    for (const one of kept.values()) objects += one.collection.objects.length;
    for (const [oldest, one] of kept) {
      if (kept.size === 1 || (kept.size <= keptMax && objects <= keptObjectsMax)) break;
      objects -= one.collection.objects.length;
      kept.delete(oldest);
    }
  };

  return {
    reached: async (position) => {
      if (position <= world.position || (await arrival(position))) return undefined;
      return tooLargeResourceVersion(position, world.position, 1);
    },
    now: (kind, namespace) => ({ objects: world.list(kind.resource, namespace), position: world.position }),
    at: async (kind, namespace, position) => {
      if (history.since(kind.resource, position)?.length === 0)
        return { objects: world.list(kind.resource, namespace), position };
      const found = atHand(keyOf(kind, namespace, position));
      if (found) return found;
      if (kind.retention !== 'forever')
        return expired(
          `The resourceVersion for the provided list is too old: ${kind.plural} of ${position} are not kept.`,
        );
      const then = { objects: await past.listAt(kind.resource, namespace, position), position };
      // Who looks at a moment looks again.
      keep(kind, namespace, then);
      return then;
    },
    keep,
  };
};
