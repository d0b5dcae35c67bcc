import { Subject } from 'rxjs';
import type { World } from '../../projections/world.ts';

/** When nodes were last heard of: kept in the leader's memory, never in the log. */
export interface Heartbeats {
  /** When listening began, ms since the Unix epoch: a new leader gives every node its grace again. */
  readonly since: number;
  /** When this node was last heard of; `undefined` when never. */
  readonly last: (node: string) => number | undefined;
}

/** A node was heard of. */
export interface Beat {
  readonly position: number;
  readonly node: string;
}

/** The World, and who is alive. */
export interface LivingWorld extends World {
  readonly heartbeats: Heartbeats;
}

/** Heartbeats as they come in. */
export interface Hearing {
  readonly world: LivingWorld;
  readonly beats: Subject<Beat>;
  readonly heard: (node: string, at: number) => void;
}

/** Begins to listen. */
export const hearNodes = (world: World, since: number): Hearing => {
  const last = new Map<string, number>();
  const beats = new Subject<Beat>();
  const heartbeats: Heartbeats = { since, last: (node) => last.get(node) };
  return {
    // Everything but heartbeats is the World's own, as it moves on.
    world: Object.create(world, { heartbeats: { value: heartbeats } }) as LivingWorld,
    beats,
    heard: (node, at) => {
      last.set(node, at);
      beats.next({ position: world.position, node });
    },
  };
};
