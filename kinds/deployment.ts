import { ageColumn, count, nameColumn, text } from './columns/column.ts';
import { workloadColumns } from './columns/workload.ts';
import { defaultDeployment } from './defaults/deployment.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { Deployment as Schema } from './schema/api/apps-v1.ts';
import { validateDeployment, validateDeploymentUpdate } from './validation/deployment.ts';

export type Deployment = Stored<Schema>;

export const deployment: Kind = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  generation: true,
  subresources: ['status', 'scale'],
  statusKeepsLabels: true,
  prepare: (object) => ({ ...object, status: {} }),
  defaults: defaultDeployment,
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  columns: [
    nameColumn,
    text(
      'Ready',
      'Pods that are ready, of those asked for.',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
    ),
    count('Up-to-date', 'Pods of the newest template.', ({ status }) => status?.updatedReplicas ?? 0),
    count('Available', 'Pods that have been ready long enough.', ({ status }) => status?.availableReplicas ?? 0),
    ageColumn,
    ...workloadColumns,
  ],
});
