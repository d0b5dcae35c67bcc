import type { ReplicaSet } from '../schema/api/apps-v1.ts';
import { checkNotNegative, type Faults, type Unchecked } from './field-checks.ts';
import { checkSameSelector, validateSelecting } from './workload.ts';

/** Faults of a ReplicaSet, its metadata's aside, in upstream's order. It must have its defaults. */
export const validateReplicaSet = ({ spec = {} }: Unchecked<ReplicaSet>): Faults => [
  ...checkNotNegative('spec.replicas', spec.replicas),
  ...checkNotNegative('spec.minReadySeconds', spec.minReadySeconds),
  ...validateSelecting('spec', spec),
];

/** Faults of a change of a ReplicaSet, beside those of what it became. */
export const validateReplicaSetUpdate = (after: Unchecked<ReplicaSet>, before: Unchecked<ReplicaSet>): Faults =>
  checkSameSelector(after.spec, before.spec);
