// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { ResourceList, Toleration } from './core-v1.ts';
import type { ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';

export interface RuntimeClass extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly handler: string;
  readonly overhead?: Overhead;
  readonly scheduling?: Scheduling;
}
export interface Overhead {
  readonly podFixed?: ResourceList;
}
export interface Scheduling {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
}
export interface RuntimeClassList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly RuntimeClass[];
}
