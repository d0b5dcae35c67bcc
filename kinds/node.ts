import { ageColumn, nameColumn, none, text } from './columns/column.ts';
import type { Command } from './command.ts';
import { defaultNode } from './defaults/node.ts';
import { defineKind, type Kind } from './kind.ts';
import { changeTo } from './lifecycle.ts';
import { taintsOf } from './node-taints.ts';
import { type Stored, timestamp } from './object.ts';
import { notFound } from './rejection.ts';
import type { NodeCondition, Node as Schema } from './schema/api/core-v1.ts';
import { validateNode, validateNodeUpdate } from './validation/node.ts';

export type Node = Stored<Schema>;

/** Nothing was heard of the node for too long: whatever it said of itself is unknown from now on. */
export interface LoseTouch extends Command {
  readonly type: 'LoseTouch';
}

/** The node was heard of again: it is as ready as it was until it says otherwise. */
export interface RegainTouch extends Command {
  readonly type: 'RegainTouch';
}

/** Brings the node's taints to what follows from its conditions. */
export interface Retaint extends Command {
  readonly type: 'Retaint';
}

const spoken: ReadonlySet<string> = new Set(['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']);

const withConditions = (node: Node, said: (condition: NodeCondition) => NodeCondition): Node => ({
  ...node,
  status: { ...node.status, conditions: (node.status?.conditions ?? []).map(said) },
});

const lost = (node: Node, since: string): Node => {
  const conditions = node.status?.conditions ?? [];
  const heard = conditions.some(({ type }) => type === 'Ready')
    ? node
    : {
        ...node,
        status: { ...node.status, conditions: [...conditions, { type: 'Ready', status: 'Unknown' } as const] },
      };
  return withConditions(heard, (condition) =>
    spoken.has(condition.type)
      ? {
          ...condition,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: since,
        }
      : condition,
  );
};

const regained = (node: Node, since: string): Node =>
  withConditions(node, (condition) =>
    condition.reason === 'NodeStatusUnknown'
      ? {
          ...condition,
          status: condition.type === 'Ready' ? 'True' : 'False',
          reason: condition.type === 'Ready' ? 'KubeletReady' : 'KubeletHeard',
          message: 'the agent is heard again',
          lastTransitionTime: since,
        }
      : condition,
  );

const rolePrefix = 'node-role.kubernetes.io/';
const unknown = '<unknown>';

const statusText = ({ spec, status }: Node): string => {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const text = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec.unschedulable ? `${text},SchedulingDisabled` : text;
};

const rolesText = ({ metadata }: Node): string => {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([label, value]) =>
    label.startsWith(rolePrefix) && label !== rolePrefix
      ? [label.slice(rolePrefix.length)]
      : label === 'kubernetes.io/role' && value !== ''
        ? [value]
        : [],
  );
  return roles.sort().join(',') || none;
};

const addressText = ({ status }: Node, type: string): string =>
  status?.addresses?.find((one) => one.type === type)?.address ?? none;

export const node: Kind = defineKind<Node, LoseTouch | RegainTouch | Retaint>(
  {
    group: '',
    version: 'v1',
    kind: 'Node',
    plural: 'nodes',
    shortNames: ['no'],
    namespaced: false,
    subresources: ['status'],
    prepare: (object) => ({ ...object, spec: object.spec ?? {} }),
    defaults: defaultNode,
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
    selectable: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
    columns: [
      nameColumn,
      text('Status', 'Whether it can run pods.', statusText),
      text('Roles', 'What it is for, by its labels.', rolesText),
      ageColumn,
      text('Version', 'Version of its agent.', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
      text('Internal-IP', 'Address within the cluster.', (one) => addressText(one, 'InternalIP'), 1),
      text('External-IP', 'Address from outside.', (one) => addressText(one, 'ExternalIP'), 1),
      text('OS-Image', 'Its operating system.', ({ status }) => status?.nodeInfo?.osImage || unknown, 1),
      text('Kernel-Version', 'Its kernel.', ({ status }) => status?.nodeInfo?.kernelVersion || unknown, 1),
      text(
        'Container-Runtime',
        'What runs its containers.',
        ({ status }) => status?.nodeInfo?.containerRuntimeVersion || unknown,
        1,
      ),
    ],
  },
  {
    decide: {
      LoseTouch: (before, { ref, at }) =>
        before ? changeTo(node, before, lost(before, timestamp(at)), 'TouchLost') : notFound(node, ref.name),
      RegainTouch: (before, { ref, at }) =>
        before ? changeTo(node, before, regained(before, timestamp(at)), 'TouchRegained') : notFound(node, ref.name),
      Retaint: (before, { ref, at }) => {
        if (!before) return notFound(node, ref.name);
        const { taints: _were, ...spec } = before.spec;
        const taints = taintsOf(before, timestamp(at));
        const after = { ...before, spec: { ...spec, ...(taints.length > 0 && { taints }) } };
        return changeTo(node, before, after, 'Retainted');
      },
    },
    evolve: {},
  },
);
