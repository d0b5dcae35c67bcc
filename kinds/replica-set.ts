import { ageColumn, count, nameColumn } from './columns/column.ts';
import { workloadColumns } from './columns/workload.ts';
import { defaultReplicaSet } from './defaults/replica-set.ts';
import { defineKind, type Kind } from './kind.ts';
import { controllerOf, type Stored } from './object.ts';
import type { ReplicaSet as Schema } from './schema/api/apps-v1.ts';
import { validateReplicaSet, validateReplicaSetUpdate } from './validation/replica-set.ts';

export type ReplicaSet = Stored<Schema>;

export const replicaSet: Kind = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  generation: true,
  subresources: ['status', 'scale'],
  statusKeepsLabels: true,
  prepare: (object) => ({ ...object, status: { replicas: 0 } }),
  defaults: defaultReplicaSet,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  selectable: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  indexes: { uncontrolled: (object) => (controllerOf(object) ? [] : [object.metadata.namespace ?? '']) },
  columns: [
    nameColumn,
    count('Desired', 'How many pods are asked for.', ({ spec }) => spec.replicas ?? 1),
    count('Current', 'How many pods there are.', ({ status }) => status?.replicas ?? 0),
    count('Ready', 'How many of them are ready.', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    ...workloadColumns,
  ],
});
