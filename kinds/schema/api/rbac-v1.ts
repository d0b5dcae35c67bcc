// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { LabelSelector, ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}
export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}
export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}
export interface Role extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly rules: readonly PolicyRule[];
}
export interface RoleBinding extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
}
export interface RoleBindingList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly RoleBinding[];
}
export interface RoleList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly Role[];
}
export interface ClusterRole extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly rules: readonly PolicyRule[];
  readonly aggregationRule?: AggregationRule;
}
export interface AggregationRule {
  readonly clusterRoleSelectors?: readonly LabelSelector[];
}
export interface ClusterRoleBinding extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
}
export interface ClusterRoleBindingList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly ClusterRoleBinding[];
}
export interface ClusterRoleList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly ClusterRole[];
}
