// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { MicroTime } from './scalars.ts';

export type CoordinatedLeaseStrategy = string;
export interface Lease extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: LeaseSpec;
}
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: MicroTime;
  readonly renewTime?: MicroTime;
  readonly leaseTransitions?: number;
  readonly strategy?: CoordinatedLeaseStrategy;
  readonly preferredHolder?: string;
}
export interface LeaseList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly Lease[];
}
