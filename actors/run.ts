import type { Observable, Subscription } from 'rxjs';
import { type ActorRefFrom, createActor } from 'xstate';
import type { Clock } from '../events/clock.ts';
import type { Controller } from './controller.ts';
import { type CarriedOut, carryOutPlan, type Errand } from './errands.ts';
import { type Turn, keyMachine } from './machine.ts';
import type { Turns } from './turns.ts';

/** What a controller runs in. */
export interface Stage<Here extends { readonly position: number }, Step extends { readonly position: number }, W> {
  readonly controller: Controller<Here, Step, W>;
  readonly world: Here;
  /** What is there at start, each as a change from nothing. */
  readonly past: Iterable<Step>;
  /** Every change from now on. */
  readonly changes: Observable<Step>;
  readonly carryOut: (errand: Errand<W>) => Promise<CarriedOut>;
  /** Resolves once the world shows this position. */
  readonly shows: (position: number) => Promise<void>;
  readonly clock: Clock;
  readonly turns: Turns;
  /** Told of every failure: a controller that throws, a log that cannot be reached, a command that is refused. */
  readonly report: (failure: Failure) => void;
}

export interface Failure {
  readonly controller: string;
  /** Empty when it was not about one key. */
  readonly key: string;
  readonly error: unknown;
  /** In a row. */
  readonly failures: number;
}

/** A controller at work. */
export interface Running {
  readonly name: string;
  /** Keys in flight or waiting for their turn; those that wait for a time to come are not counted. */
  readonly busy: number;
  touch(key: string): void;
  stop(): void;
}

/** How many causes one command names; the newest are kept. */
const causesMax = 8;

/** Runs one controller: a root actor per key in flight; an untouched key costs nothing. */
export const runController = <
  Here extends { readonly position: number },
  Step extends { readonly position: number },
  W,
>(
  stage: Stage<Here, Step, W>,
): Running => {
  const { controller, world, clock, carryOut, turns } = stage;
  const { name } = controller;
  const actors = new Map<string, ActorRefFrom<typeof keyMachine>>();
  const causes = new Map<string, number[]>();
  let stopped = false;

  const work = async (key: string): Promise<Turn> => {
    await turns();
    const because = causes.get(key) ?? [];
    causes.delete(key);
    const now = clock.now();
    const mark = `${name}/${key}@${world.position}`;
    const plan = controller.reconcile(world, key, now);
    const refused: Parameters<typeof carryOutPlan<W>>[0]['refused'] = (command, rejection) =>
      controller.refused?.(world, key, command, rejection, now) ?? [];
    const written = await carryOutPlan<W>({ mark, at: now, causes: because, carryOut, refused }, plan);
    return { written, recheckAt: plan.recheckAt };
  };

  const start = (key: string) => {
    const actor = createActor(keyMachine, {
      input: {
        clock,
        work: () => work(key),
        shows: stage.shows,
        failed: (error, failures) => stage.report({ controller: name, key, error, failures }),
      },
      clock,
      id: `${name}/${key}`,
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

  /** A controller that cannot say whose turn it is must not silence the others that hear of the same change. */
  const touchedBy = (step: Step): readonly string[] => {
    try {
      return controller.touches(step, world);
    } catch (error) {
      stage.report({ controller: name, key: '', error, failures: 1 });
      return [];
    }
  };

  const take = (step: Step) => {
    for (const key of touchedBy(step)) {
      const because = causes.get(key) ?? [];
      causes.set(key, [...because, step.position].slice(-causesMax));
      touch(key);
    }
  };

  for (const key of controller.first ?? []) touch(key);
  for (const step of stage.past) take(step);
  const subscription: Subscription = stage.changes.subscribe(take);

  return {
    name,
    get busy() {
      let busy = 0;
      for (const actor of actors.values()) {
        const snapshot = actor.getSnapshot();
        if (snapshot.matches('working') || snapshot.matches('catchingUp')) busy++;
      }
      return busy;
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
