// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { Condition, DeleteOptions, LabelSelector, ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { IntOrString, Time } from './scalars.ts';

export interface PodDisruptionBudgetSpec {
  readonly minAvailable?: IntOrString;
  readonly selector?: LabelSelector;
  readonly maxUnavailable?: IntOrString;
  readonly unhealthyPodEvictionPolicy?: UnhealthyPodEvictionPolicyType;
}
export type UnhealthyPodEvictionPolicyType = 'AlwaysAllow' | 'IfHealthyBudget';
export interface PodDisruptionBudgetStatus {
  readonly observedGeneration?: number;
  readonly disruptedPods?: Readonly<Record<string, Time>>;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  readonly conditions?: readonly Condition[];
}
export interface PodDisruptionBudget extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: PodDisruptionBudgetSpec;
  readonly status?: PodDisruptionBudgetStatus;
}
export interface PodDisruptionBudgetList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly PodDisruptionBudget[];
}
export interface Eviction extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly deleteOptions?: DeleteOptions;
}
