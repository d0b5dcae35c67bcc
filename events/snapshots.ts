import type { Ref } from './event.ts';

/** One object as it stood after one of its events. */
export interface Snapshot {
  readonly ref: Ref;
  /** Position and revision of the event that made it so. */
  readonly position: number;
  readonly revision: number;
  /** The object as plain JSON; `undefined` once it is deleted. */
  readonly object: unknown;
}

/**
 * States of objects, kept by stream and position beside the log. They only save time: deleted, they are folded again.
 * Every adapter passes spec/events/snapshots.contract.ts.
 */
export interface Snapshots {
  /** Every change up to this position is held; 0 when nothing is. */
  head(): Promise<number>;
  /**
   * Keeps `changed`, and that nothing else changed up to `position`; all or nothing. What changed is younger than the head
   * and at most `position`, each object's states oldest first; a RangeError otherwise.
   */
  keep(position: number, changed: readonly Snapshot[]): Promise<void>;
  /** The newest state of every object that exists as of {@link Snapshots.head}. */
  newest(): AsyncIterable<Snapshot>;
  /** One object's newest state kept at or before `position`. */
  at(ref: Ref, position: number): Promise<Snapshot | undefined>;
  /** Like {@link Snapshots.at} for every object of a resource, deleted ones included; `namespace` undefined means all. */
  allAt(resource: string, namespace: string | undefined, position: number): AsyncIterable<Snapshot>;
  close(): Promise<void>;
}

/** Refuses a step that does not follow from `head`. */
export const checkStep = (head: number, position: number, changed: readonly Snapshot[]): void => {
  const stray = changed.find((snapshot) => snapshot.position <= head || snapshot.position > position);
  if (position < head) throw new RangeError(`Cannot keep a step to position ${position}: the head is ${head}`);
  if (stray) throw new RangeError(`Cannot keep position ${stray.position}: the step is from ${head} to ${position}`);
};
