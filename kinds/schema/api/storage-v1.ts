// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { PersistentVolumeReclaimPolicy, PersistentVolumeSpec, TopologySelectorTerm } from './core-v1.ts';
import type { LabelSelector, ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { Quantity, Time } from './scalars.ts';

export interface StorageClass extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly provisioner: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly reclaimPolicy?: PersistentVolumeReclaimPolicy;
  readonly mountOptions?: readonly string[];
  readonly allowVolumeExpansion?: boolean;
  readonly volumeBindingMode?: VolumeBindingMode;
  readonly allowedTopologies?: readonly TopologySelectorTerm[];
}
export interface StorageClassList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly StorageClass[];
}
export type VolumeBindingMode = 'Immediate' | 'WaitForFirstConsumer';
export interface VolumeAttachment extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec: VolumeAttachmentSpec;
  readonly status?: VolumeAttachmentStatus;
}
export interface VolumeAttachmentList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly VolumeAttachment[];
}
export interface VolumeAttachmentSpec {
  readonly attacher: string;
  readonly source: VolumeAttachmentSource;
  readonly nodeName: string;
}
export interface VolumeAttachmentSource {
  readonly persistentVolumeName?: string;
  readonly inlineVolumeSpec?: PersistentVolumeSpec;
}
export interface VolumeAttachmentStatus {
  readonly attached: boolean;
  readonly attachmentMetadata?: Readonly<Record<string, string>>;
  readonly attachError?: VolumeError;
  readonly detachError?: VolumeError;
}
export interface VolumeError {
  readonly time?: Time;
  readonly message?: string;
  readonly errorCode?: number;
}
export interface CSIDriver extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec: CSIDriverSpec;
}
export interface CSIDriverList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly CSIDriver[];
}
export interface CSIDriverSpec {
  readonly attachRequired?: boolean;
  readonly podInfoOnMount?: boolean;
  readonly volumeLifecycleModes?: readonly VolumeLifecycleMode[];
  readonly storageCapacity?: boolean;
  readonly fsGroupPolicy?: FSGroupPolicy;
  readonly tokenRequests?: readonly TokenRequest[];
  readonly requiresRepublish?: boolean;
  readonly seLinuxMount?: boolean;
  readonly nodeAllocatableUpdatePeriodSeconds?: number;
}
export type FSGroupPolicy = string;
export type VolumeLifecycleMode = string;
export interface TokenRequest {
  readonly audience: string;
  readonly expirationSeconds?: number;
}
export interface CSINode extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec: CSINodeSpec;
}
export interface CSINodeSpec {
  readonly drivers: readonly CSINodeDriver[];
}
export interface CSINodeDriver {
  readonly name: string;
  readonly nodeID: string;
  readonly topologyKeys: readonly string[];
  readonly allocatable?: VolumeNodeResources;
}
export interface VolumeNodeResources {
  readonly count?: number;
}
export interface CSINodeList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly CSINode[];
}
export interface CSIStorageCapacity extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly nodeTopology?: LabelSelector;
  readonly storageClassName: string;
  readonly capacity?: Quantity;
  readonly maximumVolumeSize?: Quantity;
}
export interface CSIStorageCapacityList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly CSIStorageCapacity[];
}
export interface VolumeAttributesClass extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly driverName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}
export interface VolumeAttributesClassList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly VolumeAttributesClass[];
}
