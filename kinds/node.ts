import { ageColumn, nameColumn, none, text } from './columns/column.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { Node as Schema } from './schema/api/core-v1.ts';

export type Node = Stored<Schema>;

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

export const node: Kind = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  subresources: ['status'],
  prepare: (object) => ({ ...object, spec: object.spec ?? {} }),
  validate: () => [],
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
});
