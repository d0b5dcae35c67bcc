import type { Observable, Subscription } from 'rxjs';
import { type ActorRefFrom, createActor } from 'xstate';
import type { Clock } from '../events/clock.ts';
import { type Rejection, isRejection } from '../kinds/rejection.ts';
import type { Controller } from './controller.ts';
import { type Turn, keyMachine } from './machine.ts';
import type { Turns } from './turns.ts';

/** What a command came to, as far as a controller's machine must know. */
export type CarriedOut = { readonly written: number } | Rejection;

/** A command on its way: its id follows from controller, key and position, so a repeated plan repeats nothing. */
export interface Errand<W> {
  readonly id: string;
  readonly at: number;
  /** Positions of the changes that led to it, oldest first. */
  readonly causes: readonly number[];
  readonly wanted: W;
}

/** What a controller runs in. */
export interface Stage<Here extends { readonly position: number }, Step extends { readonly position: number }, W> {
  readonly controller: Controller<Here, Step, W>;
  readonly world: Here;
  /** What is there at start, each as a change from nothing, and then every change. */
  readonly past: Iterable<Step>;
  readonly changes: Observable<Step>;
  readonly carryOut: (errand: Errand<W>) => Promise<CarriedOut>;
  /** Resolves once the world shows this position. */
  readonly shows: (position: number) => Promise<void>;
  readonly clock: Clock;
  readonly turns: Turns;
  /** Told of every failure: a reconcile that throws, a log that cannot be reached, a command that is refused. */
  readonly report: (failure: Failure) => void;
}

export interface Failure {
  readonly controller: string;
  readonly key: string;
  readonly error: unknown;
  /** In a row. */
  readonly failures: number;
}

/** A controller at work. */
export interface Running {
  /** Keys in flight, resting or backing off. */
  readonly busy: number;
  touch(key: string): void;
  stop(): void;
}

/** How many causes one command names; the newest are kept. */
const causesMax = 8;

class Refused extends Error {
  override readonly name = 'Refused';
  readonly rejection: Rejection;
  constructor(rejection: Rejection) {
    super(rejection.message);
    this.rejection = rejection;
  }
}

/** Runs one controller: a root actor per key in flight; an untouched key costs nothing. */
export const runController = <
  Here extends { readonly position: number },
  Step extends { readonly position: number },
  W,
>(
  stage: Stage<Here, Step, W>,
): Running => {
  const { controller, world, clock, carryOut, turns } = stage;
  const actors = new Map<string, ActorRefFrom<typeof keyMachine>>();
  const causes = new Map<string, number[]>();
  let stopped = false;

  const carryOutAll = async (
    key: string,
    wanted: readonly W[],
    now: number,
    because: readonly number[],
    mark: string,
  ) => {
    let written = -1;
    for (const [i, want] of wanted.entries()) {
      const came = await carryOut({
        id: `${controller.name}/${key}@${mark}/${i}`,
        at: now,
        causes: because,
        wanted: want,
      });
      if (!isRejection(came)) {
        written = Math.max(written, came.written);
        continue;
      }
      const further = controller.refused?.(world, key, want, came, now) ?? [];
      for (const [j, more] of further.entries()) {
        await carryOut({
          id: `${controller.name}/${key}@${mark}/${i}/refused/${j}`,
          at: now,
          causes: because,
          wanted: more,
        });
      }
      throw new Refused(came);
    }
    return written;
  };

  const work = async (key: string): Promise<Turn> => {
    await turns();
    const because = causes.get(key) ?? [];
    causes.delete(key);
    const now = clock.now();
    const mark = `${world.position}`;
    const { commands, recheckAt } = controller.reconcile(world, key, now);
    const written = commands.length > 0 ? await carryOutAll(key, commands, now, because, mark) : -1;
    return { written, recheckAt };
  };

  const start = (key: string) => {
    const actor = createActor(keyMachine, {
      input: {
        clock,
        work: () => work(key),
        shows: stage.shows,
        failed: (error, failures) => stage.report({ controller: controller.name, key, error, failures }),
      },
      // XState asks for setTimeout and clearTimeout only; ours are typed for any argument.
      clock: clock as never,
      id: `${controller.name}/${key}`,
    });
    actors.set(key, actor);
    actor.subscribe({ complete: () => actors.delete(key) });
    actor.start();
  };

  const touch = (key: string) => {
    if (stopped) return;
    const actor = actors.get(key);
    if (actor) actor.send({ type: 'touched' });
    else start(key);
  };

  const take = (step: Step) => {
    for (const key of controller.touches(step, world)) {
      const because = causes.get(key) ?? [];
      causes.set(key, [...because, step.position].slice(-causesMax));
      touch(key);
    }
  };

  for (const step of stage.past) take(step);
  const subscription: Subscription = stage.changes.subscribe(take);

  return {
    get busy() {
      return actors.size;
    },
    touch,
    stop: () => {
      stopped = true;
      subscription.unsubscribe();
      for (const actor of actors.values()) actor.stop();
      actors.clear();
    },
  };
};
