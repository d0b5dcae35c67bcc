// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { ObjectReference, Protocol } from './core-v1.ts';
import type { ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';

export interface EndpointSlice extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly addressType: AddressType;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly EndpointPort[];
}
export type AddressType = 'FQDN' | 'IPv4' | 'IPv6';
export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: EndpointConditions;
  readonly hostname?: string;
  readonly targetRef?: ObjectReference;
  readonly deprecatedTopology?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: EndpointHints;
}
export interface EndpointConditions {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}
export interface EndpointHints {
  readonly forZones?: readonly ForZone[];
  readonly forNodes?: readonly ForNode[];
}
export interface ForZone {
  readonly name: string;
}
export interface ForNode {
  readonly name: string;
}
export interface EndpointPort {
  readonly name?: string;
  readonly protocol?: Protocol;
  readonly port?: number;
  readonly appProtocol?: string;
}
export interface EndpointSliceList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly EndpointSlice[];
}
