import { unavailableMaxOf, replicasAsked, surgeMaxOf } from '../../actors/deployment/limits.ts';
import { isActive, isReady } from '../../actors/pod-state.ts';
import type { Recorded } from '../../events/event.ts';
import { kinds } from '../../kinds/index.ts';
import type { Deployment } from '../../kinds/deployment.ts';
import type { Pod } from '../../kinds/pod.ts';
import { projectWorld, type World } from '../../projections/world.ts';

/** The World after each event of a story, one after the other. */
export const replay = function* (
  story: readonly Recorded[],
): Generator<{ readonly world: World; readonly recorded: Recorded }> {
  const projection = projectWorld(kinds);
  for (const recorded of story) {
    projection.take(recorded);
    yield { world: projection.world, recorded };
  }
};

/** Every object of a World, for comparing two. */
export const contentOf = (world: World): readonly unknown[] =>
  [...kinds.keys()].flatMap((resource) => world.list(resource));

/** The World that a story tells, folded anew. */
export const foldOf = (story: readonly Recorded[]): World => {
  const projection = projectWorld(kinds);
  for (const recorded of story) projection.take(recorded);
  return projection.world;
};

/** A story as lines, without what is told to users: who did what to which object. */
export const linesOf = (story: readonly Recorded[]): readonly string[] =>
  story
    .filter(({ ref }) => ref.resource !== 'events')
    .map(({ event, ref, origin }) => `${origin.via} ${event.type} ${ref.resource} ${ref.namespace}/${ref.name}`);

/** Pods of an app that count, and those that take traffic. */
const countPods = (world: World, app: string): { readonly total: number; readonly available: number } => {
  const active = world
    .list<Pod>('pods', 'default')
    .filter((pod) => pod.metadata.labels?.['app'] === app && isActive(pod));
  return { total: active.length, available: active.filter(isReady).length };
};

/** Where a story breaks the promise of a rolling update, from the position `from` on; empty when nowhere. */
export const brokenPromises = (story: readonly Recorded[], name: string, from: number): readonly string[] => {
  const broken: string[] = [];
  const ref = { resource: 'deployments.apps', namespace: 'default', name };
  for (const { world, recorded } of replay(story)) {
    const deployment = world.get<Deployment>(ref);
    if (recorded.position < from || !deployment) continue;
    const { total, available } = countPods(world, name);
    const least = replicasAsked(deployment) - unavailableMaxOf(deployment);
    const most = replicasAsked(deployment) + surgeMaxOf(deployment);
    const where = `at ${recorded.position} (${recorded.event.type} ${recorded.ref.name})`;
    if (available < least) broken.push(`${where} ${available} pods are available, at least ${least} should be`);
    if (total > most) broken.push(`${where} there are ${total} pods, at most ${most} should be`);
  }
  return broken;
};
