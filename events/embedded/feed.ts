import { Observable, type Subscriber } from 'rxjs';
import type { Recorded } from '../event.ts';

/** Tells any number of readers the past and then the present. */
export interface Feed {
  after(position: number): Observable<Recorded>;
  /** Tells what has just become the newest of the log. */
  publish(recorded: readonly Recorded[]): void;
  /** Tells all readers that nothing follows. */
  end(): void;
}

/** Events after `position` up to `to`, and how far they reach: further than `position` when `to` is. */
export type ReadPage = (
  position: number,
  to: number,
) => Promise<{ readonly events: readonly Recorded[]; readonly end: number }>;

export const openFeed = (readPage: ReadPage, head: () => number): Feed => {
  /** What each reader was told before it went live. */
  const live = new Map<Subscriber<Recorded>, number>();
  const behind = new Set<Subscriber<Recorded>>();
  let ended = false;

  /** Reads up to the head; from that very turn of the loop on, the reader is told what lands. */
  const catchUp = async (subscriber: Subscriber<Recorded>, position: number): Promise<void> => {
    for (let told = position, page = readPage(told, head()); !subscriber.closed; ) {
      const { events, end } = await page;
      told = end;
      const isMore = told < head();
      if (isMore) page = readPage(told, head()); // while this one is told
      page.catch(() => undefined); // awaited above, unless the reader leaves
      for (const recorded of events) subscriber.next(recorded); // one that has left is told nothing
      if (!isMore && told >= head()) return void live.set(subscriber, told);
      if (!isMore) page = readPage(told, head());
    }
  };

  return {
    after: (position) =>
      new Observable((subscriber) => {
        subscriber.add(() => {
          live.delete(subscriber);
          behind.delete(subscriber);
        });
        if (ended) subscriber.complete();
        else if (position >= head()) live.set(subscriber, position);
        else {
          behind.add(subscriber);
          catchUp(subscriber, position).then(
            () => behind.delete(subscriber),
            (error: unknown) => subscriber.error(error),
          );
        }
      }),

    publish(recorded) {
      for (const one of recorded) for (const [subscriber, told] of live) if (one.position > told) subscriber.next(one);
    },

    end() {
      ended = true;
      for (const subscriber of [...live.keys(), ...behind]) subscriber.complete();
    },
  };
};
