import type { StopPod } from '../commands/orders/order.ts';
import { containersOf, isSidecar } from './pod.ts';
import type { Draft } from './pod-plan.ts';

/** Deeds that would bring something to life after the stop; they are waited for. */
const creative = /^(?:start|sandbox|volumes)(?:\/|$)/;

/** What it takes to stop the pod: its containers, then its sidecars, then all that is left; and to say so. */
export const planStop = (draft: Draft, order: StopPod): void => {
  const { world, pod, now } = draft;
  const { uid, deletionTimestamp } = pod.metadata;
  const deeds = world.deeds(uid);
  if ([...deeds].some(([name, { state }]) => creative.test(name) && state === 'underWay')) return;

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
    draft.did({ do: 'stop', pod, container: specs.get(name), id, grace, graceMs, why: `Stopping container ${name}` });
  }
  if (running.length > 0) return;

  for (const { id, name, state, startedAt, exitCode } of containers) {
    const container = specs.get(name);
    const silent = order.gone || !container || state !== 'exited' || startedAt === undefined;
    if (!silent && !draft.did({ do: 'lastWords', pod, container, id, failed: exitCode !== 0 })) return;
  }
  if (!draft.did({ do: 'remove', pod, sandboxIds: sandboxes.map(({ id }) => id) })) return;
  draft.did({ do: 'confirm', pod });
};
