import type { Event } from '../events/event.ts';
import type { Command, DeleteOptions } from './command.ts';
import { ageColumn, nameColumn, none, text } from './columns/column.ts';
import { gatesText, restartsText, summaryOf } from './columns/pod-cells.ts';
import { defaultPod } from './defaults/pod.ts';
import { defineKind, type Kind } from './kind.ts';
import { controllerOf, type Stored, timestamp } from './object.ts';
import { changeTo } from './lifecycle.ts';
import { requestsOf, weightsOf } from './pod-resources.ts';
import { qosClassOf } from './qos-class.ts';
import { conflict, notFound } from './rejection.ts';
import type { PodCondition, Pod as Schema } from './schema/api/core-v1.ts';
import { validatePod, validatePodCreate } from './validation/pod.ts';
import { validatePodUpdate } from './validation/pod-update.ts';

export type Pod = Stored<Schema>;

/** Why a pod went where it went: kept with the event for whoever asks later. */
export interface Placement {
  /** How many nodes there were, and how many could run it. */
  readonly nodes: number;
  readonly feasible: number;
  /** Why the others could not: upstream's words, with how many nodes each ruled out. */
  readonly refused: Readonly<Record<string, number>>;
  /** The best nodes with their points per score, best first; a few of them. */
  readonly scores: readonly {
    readonly node: string;
    readonly total: number;
    readonly by: Readonly<Record<string, number>>;
  }[];
}

/** Gives an unbound pod a node, for good. */
export interface Bind extends Command {
  readonly type: 'Bind';
  readonly node: string;
  /** When set: that very pod, not another of its name. */
  readonly uid?: string;
  readonly placement?: Placement;
}

/** No node can run the pod now. */
export interface Postpone extends Command {
  readonly type: 'Postpone';
  readonly uid: string;
  /** Why, node by node, in upstream's words. */
  readonly message: string;
}

/** The pod's node is not ready, so the pod is not either. */
export interface MarkNotReady extends Command {
  readonly type: 'MarkNotReady';
  readonly uid: string;
}

/** The pod's node is ready again: so is the pod, if that was all, until its node says otherwise. */
export interface RestoreReady extends Command {
  readonly type: 'RestoreReady';
  readonly uid: string;
}

const nodeNotReady = 'NodeNotReady';

/** The pod has a node. */
export interface Bound extends Event {
  readonly type: 'Bound';
  readonly node: string;
  /** RFC 3339. */
  readonly since: string;
  readonly placement?: Placement;
}

const graceSecondsDefault = 30;

/** It will never run again. */
export const isFinished = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** The node on which it takes up room. */
const busyNode = (pod: Pod): string | undefined => (isFinished(pod) ? undefined : pod.spec.nodeName || undefined);

/** A pod nobody runs goes at once; any other gets the grace that was asked for, or its own. */
const graceOf = (pod: Pod, { gracePeriodSeconds }: DeleteOptions): number => {
  if (!pod.spec.nodeName || isFinished(pod)) return 0;
  const grace = gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? graceSecondsDefault;
  return grace < 0 ? 1 : grace;
};

const conditionOf = ({ status }: Pod, type: string) => status?.conditions?.find((one) => one.type === type);

/** The pod with this condition in the place of its type's; the time of the last transition stays while the status does. */
const withCondition = (pod: Pod, next: PodCondition): Pod => {
  const before = conditionOf(pod, next.type);
  const kept = before?.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next;
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== next.type);
  return { ...pod, status: { ...pod.status, conditions: [...others, kept as PodCondition] } };
};

/** It is not ready for no other reason than that its node is not. */
export const isMarkedNotReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.reason === nodeNotReady;

const readiness = (status: 'True' | 'False', since: string, reason?: string): PodCondition => ({
  type: 'Ready',
  status,
  lastTransitionTime: since,
  ...(reason !== undefined && { reason }),
});

const bound = (pod: Pod, { node, since }: Bound): Pod =>
  withCondition(
    { ...pod, spec: { ...pod.spec, nodeName: node } },
    { type: 'PodScheduled', status: 'True', lastTransitionTime: since },
  );

export const pod: Kind = defineKind<Pod, Bind | Postpone | MarkNotReady | RestoreReady, Bound>(
  {
    group: '',
    version: 'v1',
    kind: 'Pod',
    plural: 'pods',
    shortNames: ['po'],
    categories: ['all'],
    namespaced: true,
    answersDeleted: true,
    generation: true,
    subresources: ['status', 'binding', 'eviction', 'log', 'exec', 'attach', 'portforward'],
    prepare: (object) => ({ ...object, status: { phase: 'Pending', qosClass: qosClassOf(object.spec) } }),
    defaults: defaultPod,
    validate: validatePod,
    validateCreate: validatePodCreate,
    validateUpdate: validatePodUpdate,
    graceOf,
    selectable: {
      'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
      'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
      'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
      'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
      'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
      'status.phase': ({ status }) => status?.phase ?? '',
      'status.podIP': ({ status }) => status?.podIP ?? '',
      'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
    },
    indexes: {
      node: ({ spec }) => (spec.nodeName ? [spec.nodeName] : []),
      // Whoever plans for pods asks for those that still wait for a node.
      unbound: ({ spec, metadata }) => (!spec.nodeName && metadata.deletionTimestamp === undefined ? ['true'] : []),
      // A controller that looks for pods to adopt asks for those that nobody controls.
      uncontrolled: (object) => (controllerOf(object) ? [] : [object.metadata.namespace ?? '']),
      label: ({ metadata }) =>
        Object.entries(metadata.labels ?? {}).map(([key, value]) => `${metadata.namespace}/${key}=${value}`),
      // Pods that will not have certain others near them speak when a place for another is looked for.
      averse: ({ spec }) =>
        spec.nodeName && spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ? ['true'] : [],
    },
    sums: {
      requests: { under: busyNode, amounts: requestsOf },
      weights: { under: busyNode, amounts: weightsOf },
    },
    columns: [
      nameColumn,
      text('Ready', 'Containers that are ready, of all that should be.', (one) => {
        const { ready, total } = summaryOf(one);
        return `${ready}/${total}`;
      }),
      text('Status', 'What it is doing, in one word.', (one) => summaryOf(one).status),
      text('Restarts', 'How often its containers were started again.', (one, now) => restartsText(summaryOf(one), now)),
      ageColumn,
      text('IP', 'Its address.', ({ status }) => status?.podIPs?.[0]?.ip ?? (status?.podIP || none), 1),
      text('Node', 'Where it runs.', ({ spec }) => spec.nodeName || none, 1),
      text('Nominated Node', 'Where room is being made for it.', ({ status }) => status?.nominatedNodeName || none, 1),
      text('Readiness Gates', 'How many of its readiness gates are open.', gatesText, 1),
    ],
  },
  {
    decide: {
      Bind: (before, { ref, node, uid, at, placement }) => {
        if (!before || (uid !== undefined && uid !== before.metadata.uid)) return notFound(pod, ref.name);
        if (before.spec.nodeName === node) return [];
        const refused = (why: string) => conflict({ resource: 'pods/binding' }, ref.name, `pod ${ref.name} ${why}`);
        if (before.metadata.deletionTimestamp !== undefined)
          return refused('is being deleted, cannot be assigned to a host');
        if (before.spec.nodeName) return refused(`is already assigned to node "${before.spec.nodeName}"`);
        if ((before.spec.schedulingGates ?? []).length > 0) return refused('has non-empty .spec.schedulingGates');
        const event: Bound = { type: 'Bound', node, since: timestamp(at), ...(placement && { placement }) };
        return [event];
      },
      Postpone: (before, { ref, uid, at, message }) => {
        if (!before || uid !== before.metadata.uid) return notFound(pod, ref.name);
        if (before.spec.nodeName || conditionOf(before, 'PodScheduled')?.message === message) return [];
        const condition: PodCondition = {
          type: 'PodScheduled',
          status: 'False',
          lastTransitionTime: timestamp(at),
          reason: 'Unschedulable',
          message,
        };
        return changeTo(pod, before, withCondition(before, condition), 'Postponed');
      },
      MarkNotReady: (before, { ref, uid, at }) => {
        if (!before || uid !== before.metadata.uid) return notFound(pod, ref.name);
        if (conditionOf(before, 'Ready')?.status !== 'True') return [];
        const condition = readiness('False', timestamp(at), nodeNotReady);
        return changeTo(pod, before, withCondition(before, condition), 'MarkedNotReady');
      },
      RestoreReady: (before, { ref, uid, at }) => {
        if (!before || uid !== before.metadata.uid) return notFound(pod, ref.name);
        if (!isMarkedNotReady(before)) return [];
        return changeTo(pod, before, withCondition(before, readiness('True', timestamp(at))), 'ReadyRestored');
      },
    },
    evolve: { Bound: bound },
  },
);
