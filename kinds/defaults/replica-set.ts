import type { ReplicaSet, ReplicaSetSpec } from '../schema/api/apps-v1.ts';
import { fill, inTurn, within } from './fill.ts';
import { defaultPodTemplate } from './pod-spec.ts';

const defaultSpec = inTurn<ReplicaSetSpec>(
  (spec) => fill(spec, { replicas: 1 }),
  (spec) => within(spec, 'template', defaultPodTemplate),
);

/** A ReplicaSet with upstream's defaults of v1.34. */
export const defaultReplicaSet = <R extends ReplicaSet>(replicaSet: R): R => within(replicaSet, 'spec', defaultSpec);
