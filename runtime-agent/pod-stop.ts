import type { StopPod } from '../commands/orders/order.ts';
import { containersOf, isSidecar } from './pod.ts';
import type { Draft } from './pod-plan.ts';

/** Whether something is under way that would bring to life what is to stop: it is waited for. A hook of what runs already is not. */
const isCreating = ({ world, pod }: Draft): boolean => {
  const { containers } = world.seen(pod.metadata.uid);
  const runs = new Set(
    containers.filter(({ state }) => state !== 'created').map(({ name, attempt }) => `start/${name}/${attempt}`),
  );
  return [...world.deeds(pod.metadata.uid)].some(
    ([name, { state }]) => state === 'underWay' && /^(?:start\/|sandbox\/|volumes$)/.test(name) && !runs.has(name),
  );
};

const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

/** What it takes to stop the pod: its containers, then its sidecars, then all that is left; and to say so. */
export const planStop = (draft: Draft, order: StopPod): void => {
  const { world, pod, now } = draft;
  const { uid, deletionTimestamp } = pod.metadata;
  if (isCreating(draft)) return;

  const { sandboxes, containers } = world.seen(uid);
  const grace = order.gone ? 0 : order.gracePeriodSeconds;
  const until = deletionTimestamp ? Date.parse(deletionTimestamp) : now;
  const graceMs = grace === 0 ? 0 : Math.max(until - now, 0);
  const specs = new Map(containersOf(pod.spec).map((spec) => [spec.name, spec]));
  const running = containers.filter(({ state }) => state === 'running');
  const sidecar = (name: string) => {
    const spec = specs.get(name);
    return spec !== undefined && isSidecar(spec);
  };
  const others = running.filter(({ name }) => !sidecar(name));
  for (const { id, name } of others.length > 0 ? others : running) {
    // A shorter grace than the one under way: its hook has been begun.
    const hook = ![...world.deeds(uid).keys()].some((deed) => deed.startsWith(`stop/${id}/`));
    const why = `Stopping container ${name}`;
    draft.did({ do: 'stop', pod, container: specs.get(name), id, grace, graceMs, hook, why });
  }
  if (running.length > 0) return;

  for (const { id, name, state, startedAt, exitCode } of containers) {
    const container = specs.get(name);
    const silent = order.gone || !container || state !== 'exited' || startedAt === undefined;
    if (!silent && !draft.did({ do: 'lastWords', pod, container, id, failed: exitCode !== 0 })) return;
  }
  if (!draft.did({ do: 'remove', pod, sandboxIds: idsOf(sandboxes), containerIds: idsOf(containers) })) return;
  draft.did({ do: 'confirm', pod });
};
