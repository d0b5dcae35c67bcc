// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { Time } from './scalars.ts';

export interface CrossVersionObjectReference {
  readonly kind: string;
  readonly name: string;
  readonly apiVersion?: string;
}
export interface HorizontalPodAutoscalerSpec {
  readonly scaleTargetRef: CrossVersionObjectReference;
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  readonly targetCPUUtilizationPercentage?: number;
}
export interface HorizontalPodAutoscalerStatus {
  readonly observedGeneration?: number;
  readonly lastScaleTime?: Time;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly currentCPUUtilizationPercentage?: number;
}
export interface HorizontalPodAutoscaler extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: HorizontalPodAutoscalerSpec;
  readonly status?: HorizontalPodAutoscalerStatus;
}
export interface HorizontalPodAutoscalerList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly HorizontalPodAutoscaler[];
}
export interface Scale extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: ScaleSpec;
  readonly status?: ScaleStatus;
}
export interface ScaleSpec {
  readonly replicas?: number;
}
export interface ScaleStatus {
  readonly replicas: number;
  readonly selector?: string;
}
