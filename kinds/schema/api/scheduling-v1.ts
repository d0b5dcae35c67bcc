// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { PreemptionPolicy } from './core-v1.ts';
import type { ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';

export interface PriorityClass extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly description?: string;
  readonly preemptionPolicy?: PreemptionPolicy;
}
export interface PriorityClassList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly PriorityClass[];
}
