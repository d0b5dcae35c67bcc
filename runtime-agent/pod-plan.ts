import type { Plan } from '../actors/controller.ts';
import { deltaBetween } from '../kinds/delta.ts';
import { retryBackoffMs } from './back-off.ts';
import { type Step, nameOf } from './deed.ts';
import type { NodeWorld } from './node-world.ts';
import type { PodOf } from './pod.ts';
import { planRun } from './pod-run.ts';
import { statusOf } from './pod-status.ts';
import { planStop } from './pod-stop.ts';
import { toldOf } from './runs.ts';

/** A plan in the making: what to do now, and when to look again. */
export interface Draft {
  readonly world: NodeWorld;
  readonly pod: PodOf;
  readonly now: number;
  readonly steps: Step[];
  /** Looks again at this time, or sooner. */
  recheck(at: number): void;
  /** True once the deed is done; until then it is begun, waited for, or tried again after a pause. */
  did(step: Step): boolean;
}

const draftFor = (world: NodeWorld, pod: PodOf, now: number): Draft & { readonly plan: () => Plan<Step> } => {
  const steps: Step[] = [];
  let recheckAt: number | undefined;
  const recheck = (at: number) => {
    recheckAt = Math.min(at, recheckAt ?? at);
  };
  return {
    world,
    pod,
    now,
    steps,
    recheck,
    did: (step) => {
      const name = nameOf(step);
      const deed = world.deeds(pod.metadata.uid).get(name);
      if (deed?.state === 'done') return true;
      if (deed?.state === 'underWay') return false;
      const again = deed ? deed.at + retryBackoffMs(name, deed.failures) : now;
      if (again > now) recheck(again);
      else steps.push(step);
      return false;
    },
    plan: () => ({ commands: steps, recheckAt }),
  };
};

/**
 * What to do about one pod: brings the runtime to what was ordered, and says what is seen. Without an order nothing is done:
 * what runs without one is never killed.
 */
export const planPod = (world: NodeWorld, uid: string, now: number): Plan<Step> => {
  const order = world.order(uid);
  if (!order || !world.sighted) return { commands: [] };
  const draft = draftFor(world, order.pod, now);
  if (order.type === 'RunPod') planRun(draft);
  else planStop(draft, order);

  const before = toldOf(world, order.pod);
  const status = statusOf(world, order.pod, before, now, order.type === 'StopPod');
  const gone = order.type === 'StopPod' && order.gone;
  // What is being removed has been told of: that its parts vanish now is no news.
  const news = !gone && !world.deeds(uid).has('remove') && deltaBetween(before, status).length > 0;
  const report: Step = { do: 'report', pod: order.pod, status };
  const { commands, ...rest } = draft.plan();
  return { ...rest, commands: news ? [report, ...commands] : commands };
};
