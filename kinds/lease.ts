import { ageColumn, nameColumn, text } from './columns/column.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { Lease as Schema } from './schema/api/coordination-v1.ts';
import { validateLease } from './validation/lease.ts';

export type Lease = Stored<Schema>;

export const lease: Kind = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  retention: 'newest',
  validate: validateLease,
  columns: [nameColumn, text('Holder', 'Who holds it.', ({ spec }) => spec.holderIdentity ?? ''), ageColumn],
});
