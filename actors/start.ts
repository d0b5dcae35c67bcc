import { createHash } from 'node:crypto';
import { merge } from 'rxjs';
import type { Orders } from '../commands/orders/orders.ts';
import type { Submit } from '../commands/outcome.ts';
import type { Clock } from '../events/clock.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Shows } from '../projections/shows.ts';
import type { Projection, World } from '../projections/world.ts';
import { carryOutFor } from './carry-out.ts';
import type { Seen } from './controller.ts';
import { dispatcher } from './dispatcher/dispatcher.ts';
import { controllers, type Givens } from './index.ts';
import { leftoverKeys } from './leftovers.ts';
import { hearNodes } from './nodes/heartbeats.ts';
import { nodeLife } from './nodes/node-life.ts';
import { carryReports } from './reports.ts';
import { type Failure, runController, type Running } from './run.ts';
import { takeTurns } from './turns.ts';

/** What controllers work in. The World must stand at the log's head. */
export interface Stand extends Givens {
  readonly projection: Projection;
  readonly shows: Shows;
  readonly submit: Submit;
  readonly orders: Orders;
  readonly clock: Clock;
  /** Told of every failure; the key it was about is tried again later. */
  readonly report: (failure: Failure) => void;
}

/** All controllers at work. */
export interface Controllers {
  /** Keys in flight or waiting for their turn, over all controllers. */
  readonly busy: number;
  /** A node's agent was heard, at this time (ms since the Unix epoch). */
  readonly heard: (node: string, at: number) => void;
  /** Ends all work at once; what is on its way to the log may still land. */
  readonly stop: () => void;
}

/** Every object there is, each as a change from nothing. */
const pastOf = function* (world: World, kinds: ReadonlyMap<string, Kind>): Generator<Seen> {
  for (const { resource } of kinds.values())
    for (const object of world.list(resource)) {
      const { name, namespace = '', resourceVersion } = object.metadata;
      yield { ref: { resource, namespace, name }, position: Number(resourceVersion), before: undefined, after: object };
    }
};

/** Starts every controller on one World. A failing one harms no other: each key has a machine of its own. */
export const startControllers = (stand: Stand): Controllers => {
  const { projection, kinds, shows, submit, orders, clock, report } = stand;
  const { world, changes } = projection;
  const turns = takeTurns();
  // No two clusters have the same authority.
  const cluster = createHash('sha256').update(stand.authority).digest('hex').slice(0, 8);
  const common = { shows, clock, turns, report };
  const past = () => pastOf(world, kinds);

  const running: Running[] = controllers(stand).map((controller) =>
    runController({
      ...common,
      controller,
      world,
      past: past(),
      changes,
      carryOut: carryOutFor(controller.name, submit, cluster),
    }),
  );

  const hearing = hearNodes(world, clock.now());
  running.push(
    runController({
      ...common,
      controller: nodeLife,
      world: hearing.world,
      past: past(),
      changes: merge(changes, hearing.beats),
      carryOut: carryOutFor(nodeLife.name, submit, cluster),
    }),
  );

  const dispatching = runController({
    ...common,
    controller: dispatcher,
    world,
    past: past(),
    changes,
    carryOut: async ({ wanted }) => {
      await orders.send(wanted);
      return { written: -1 };
    },
  });
  running.push(dispatching);
  const failed = (what: string) => (error: unknown) => report({ controller: what, key: '', error, failures: 1 });
  leftoverKeys(world, orders).then((keys) => {
    for (const key of keys) dispatching.touch(key);
  }, failed(dispatcher.name));
  const reports = carryReports(orders, submit, failed('reports'));

  return {
    get busy() {
      return running.reduce((sum, { busy }) => sum + busy, 0);
    },
    heard: hearing.heard,
    stop: () => {
      reports.unsubscribe();
      for (const one of running) one.stop();
    },
  };
};
