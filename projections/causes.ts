import type { Recorded, Ref } from '../events/event.ts';
import type { EventLog } from '../events/log.ts';

/** Why an object is as it is, or why it is no more. */
export interface Causes {
  /** The object's own events, oldest first; when there are more than asked for, the newest. Empty when it never existed. */
  readonly events: readonly Recorded[];
  /** Every event they follow from, directly or through others, by position. One that is named but not here is not kept, or out of bounds. */
  readonly because: ReadonlyMap<number, Recorded>;
  /** Whether the bounds cut something off. */
  readonly cut: boolean;
}

/** How far to look. */
export interface Bounds {
  /** Events of the object itself. */
  readonly eventsMax?: number;
  /** Events they follow from. */
  readonly causesMax?: number;
  /** Steps from the object's event to the furthest cause. */
  readonly depthMax?: number;
}

const defaults = { eventsMax: 200, causesMax: 500, depthMax: 16 };

const eventAt = async (log: EventLog, position: number): Promise<Recorded | undefined> => {
  for await (const recorded of log.read(position - 1, position)) return recorded;
  return undefined;
};

/** Follows the causes of an object's events back to whoever asked, also for an object that is gone. */
export const causesOf = async (log: EventLog, ref: Ref, bounds: Bounds = {}): Promise<Causes> => {
  const { eventsMax, causesMax, depthMax } = { ...defaults, ...bounds };
  const own: Recorded[] = [];
  let cut = false;
  for await (const recorded of log.stream(ref)) {
    own.push(recorded);
    if (own.length > eventsMax) {
      own.shift();
      cut = true;
    }
  }

  const because = new Map<number, Recorded>();
  const known = new Set(own.map(({ position }) => position));
  let level: readonly Recorded[] = own;
  for (let depth = 0; level.length > 0; depth++) {
    const asked = [...new Set(level.flatMap(({ origin }) => origin.causes))].filter((position) => !known.has(position));
    const room = depth < depthMax ? causesMax - because.size : 0;
    if (asked.length > room) cut = true;
    // The newest first: they are nearer to what was asked about.
    const wanted = asked.sort((a, b) => b - a).slice(0, room);
    for (const position of wanted) known.add(position);
    const found = await Promise.all(wanted.map((position) => eventAt(log, position)));
    level = found.filter((recorded) => recorded !== undefined);
    for (const recorded of level) because.set(recorded.position, recorded);
  }
  return { events: own, because, cut };
};
