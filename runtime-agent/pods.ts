import type { Controller } from '../actors/controller.ts';
import { type Failure, type Running, runController } from '../actors/run.ts';
import type { Turns } from '../actors/turns.ts';
import type { Clock } from '../events/clock.ts';
import type { Wish } from '../kinds/command.ts';
import type { Delete, ReportStatus } from '../kinds/command.ts';
import type { ControlPlane } from './control-plane.ts';
import { type Deed, DeedFailed, nameOf, type Step } from './deed.ts';
import type { NodeProjection, NodeStep, NodeWorld } from './node-world.ts';
import type { TellUsers } from './notes.ts';
import type { PodOf } from './pod.ts';
import { planPod } from './pod-plan.ts';

/** Brings the runtime to the orders, and tells the control plane what it sees. Key: a pod's uid. */
export const podController: Controller<NodeWorld, NodeStep, Step> = {
  name: 'pods',
  touches: ({ uid }) => [uid],
  reconcile: planPod,
};

/** What pods are run with. */
export interface PodsStage {
  readonly projection: NodeProjection;
  readonly controlPlane: ControlPlane;
  readonly perform: (step: Step) => Promise<string | undefined>;
  readonly tell: TellUsers;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly report: (failure: Failure) => void;
}

const refOf = ({ metadata }: PodOf) => ({ resource: 'pods', namespace: metadata.namespace ?? '', name: metadata.name });
/** Deeds whose failure users hear of as an Event of this reason; others speak for themselves or show in the status. */
const heard = new Set([
  'FailedMount',
  'FailedCreatePodSandBox',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'InvalidImageName',
]);

/** Runs the pods of one node until stopped. */
export const runPods = ({ projection, controlPlane, perform, tell, clock, turns, report }: PodsStage): Running => {
  const { world, changes } = projection;

  const reportStatus = (pod: PodOf, step: Extract<Step, { readonly do: 'report' }>) => {
    const { uid } = pod.metadata;
    projection.reportedStatus(uid, step.status);
    const wish: Wish<ReportStatus> = { type: 'ReportStatus', ref: refOf(pod), uid, status: step.status };
    controlPlane.tell(`status/${uid}`, wish);
  };

  /** The object may go. Answered or gone already, nothing of it needs to be known any more. */
  const confirm = (pod: PodOf) => {
    const { uid } = pod.metadata;
    const wish: Wish<Delete> = {
      type: 'Delete',
      ref: refOf(pod),
      options: { gracePeriodSeconds: 0, preconditions: { uid } },
    };
    projection.deed(uid, 'confirm', { state: 'underWay', at: clock.now(), failures: 0 });
    controlPlane.tell(`status/${uid}`, wish, (rejection) => {
      const settled = !rejection || rejection.rejected === 'NotFound' || rejection.rejected === 'Conflict';
      if (settled) projection.forgotten(uid);
      else
        projection.deed(uid, 'confirm', { state: 'failed', at: clock.now(), failures: 1, message: rejection.message });
    });
  };

  const failedWith = (error: unknown, before: Deed | undefined): Deed => ({
    state: 'failed',
    at: clock.now(),
    failures: (before?.failures ?? 0) + 1,
    ...(error instanceof DeedFailed && { reason: error.reason }),
    message: error instanceof Error ? error.message : String(error),
  });

  /** Begins a deed and lets the key go: a slow pull must not keep a pod from being stopped. */
  const begin = (step: Step) => {
    const { uid } = step.pod.metadata;
    const name = nameOf(step);
    const before = world.deeds(uid).get(name);
    const { failures = 0, reason, message } = before ?? {};
    const told = failures > 0 ? { ...(reason && { reason }), ...(message && { message }) } : {};
    projection.deed(uid, name, { state: 'underWay', at: clock.now(), failures, ...told });
    perform(step).then(
      (found) =>
        projection.deed(uid, name, { state: 'done', at: clock.now(), failures: 0, ...(found && { message: found }) }),
      (error: unknown) => {
        const failed = failedWith(error, before);
        projection.deed(uid, name, failed);
        if (!failed.reason) report({ controller: `pods/${step.do}`, key: uid, error, failures: failed.failures });
        const container = 'container' in step ? step.container?.name : undefined;
        if (failed.reason && heard.has(failed.reason)) {
          const [reason, text] =
            step.do === 'start' ? ['Failed', `Error: ${failed.message}`] : [failed.reason, failed.message ?? ''];
          tell(step.pod, 'Warning', reason, text, container);
        }
      },
    );
  };

  return runController<NodeWorld, NodeStep, Step>({
    controller: podController,
    world,
    past: Array.from(world.uids(), (uid) => ({ position: world.position, uid })),
    changes,
    carryOut: async ({ wanted }) => {
      if (wanted.do === 'report') reportStatus(wanted.pod, wanted);
      else if (wanted.do === 'confirm') confirm(wanted.pod);
      else begin(wanted);
      return { written: -1 };
    },
    shows: async () => undefined,
    clock,
    turns,
    report,
  });
};
