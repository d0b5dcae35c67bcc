import { ageColumn, count, nameColumn } from './columns/column.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { ServiceAccount as Schema } from './schema/api/core-v1.ts';

export type ServiceAccount = Stored<Schema>;

export const serviceAccount: Kind = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  answersDeleted: true,
  subresources: ['token'],
  validate: () => [],
  columns: [
    nameColumn,
    count('Secrets', 'How many Secrets it names.', ({ secrets }) => secrets?.length ?? 0),
    ageColumn,
  ],
});
