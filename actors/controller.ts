import type { Lifecycle, Wish } from '../kinds/command.ts';
import type { Rejection } from '../kinds/rejection.ts';
import type { Change, World } from '../projections/world.ts';

/** What a controller may wish for: the lifecycle of any object, or a kind's own command. */
export type Wanted = Wish<Lifecycle> | (Wish & Readonly<Record<string, unknown>>);

/** A step of the World, as far as it says whose turn it is. */
export type Seen = Pick<Change, 'ref' | 'position' | 'before' | 'after'>;

/** What to do about one key now, and when to look again though nothing changes. */
export interface Plan<W = Wanted> {
  /** In this order; a refused one ends the plan. */
  readonly commands: readonly W[];
  /** Then these lists, several on their way at once; each in its order. What must not overtake goes in one list. */
  readonly beside?: readonly (readonly W[])[];
  /** ms since the Unix epoch. */
  readonly recheckAt?: number | undefined;
}

/**
 * A controller is a name and pure functions over a world it cannot change. Asked twice of one world and time it answers the
 * same, so a run can be verified, simulated and explained.
 */
export interface Controller<Here = World, Step = Seen, W = Wanted> {
  /** kebab-case; the second half of `controller/<name>`, through which its commands come. */
  readonly name: string;
  /** Keys to reconcile once at start, though nothing is there yet. */
  readonly first?: readonly string[];
  /**
   * Whose turn a change makes it: keys to reconcile, empty for most changes. Keys are the controller's own; what must be
   * decided together has one key. At start each object comes once, as a change from nothing.
   */
  readonly touches: (change: Step, world: Here) => readonly string[];
  /** Compares what is asked for with what is. */
  readonly reconcile: (world: Here, key: string, now: number) => Plan<W>;
  /** What else to do when the door refuses a command (a quota is used up): commands of the same kind, carried out once. */
  readonly refused?: (world: Here, key: string, command: W, rejection: Rejection, now: number) => readonly W[];
}

/** Nothing to do. */
export const nothing: Plan<never> = { commands: [] };
/** Nobody's turn. */
export const nobody: readonly string[] = [];
