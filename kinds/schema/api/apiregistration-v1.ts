// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { Bytes, Time } from './scalars.ts';

export interface APIServiceList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly APIService[];
}
export interface ServiceReference {
  readonly namespace?: string;
  readonly name?: string;
  readonly port?: number;
}
export interface APIServiceSpec {
  readonly service?: ServiceReference;
  readonly group?: string;
  readonly version?: string;
  readonly insecureSkipTLSVerify?: boolean;
  readonly caBundle?: Bytes;
  readonly groupPriorityMinimum: number;
  readonly versionPriority: number;
}
export type ConditionStatus = string;
export type APIServiceConditionType = string;
export interface APIServiceCondition {
  readonly type: APIServiceConditionType;
  readonly status: ConditionStatus;
  readonly lastTransitionTime?: Time;
  readonly reason?: string;
  readonly message?: string;
}
export interface APIServiceStatus {
  readonly conditions?: readonly APIServiceCondition[];
}
export interface APIService extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: APIServiceSpec;
  readonly status?: APIServiceStatus;
}
