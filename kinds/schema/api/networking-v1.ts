// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { Protocol, TypedLocalObjectReference } from './core-v1.ts';
import type { Condition, LabelSelector, ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { IntOrString } from './scalars.ts';

export interface NetworkPolicy extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: NetworkPolicySpec;
}
export type PolicyType = 'Egress' | 'Ingress';
export interface NetworkPolicySpec {
  readonly podSelector: LabelSelector;
  readonly ingress?: readonly NetworkPolicyIngressRule[];
  readonly egress?: readonly NetworkPolicyEgressRule[];
  readonly policyTypes?: readonly PolicyType[];
}
export interface NetworkPolicyIngressRule {
  readonly ports?: readonly NetworkPolicyPort[];
  readonly from?: readonly NetworkPolicyPeer[];
}
export interface NetworkPolicyEgressRule {
  readonly ports?: readonly NetworkPolicyPort[];
  readonly to?: readonly NetworkPolicyPeer[];
}
export interface NetworkPolicyPort {
  readonly protocol?: Protocol;
  readonly port?: IntOrString;
  readonly endPort?: number;
}
export interface IPBlock {
  readonly cidr: string;
  readonly except?: readonly string[];
}
export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IPBlock;
}
export interface NetworkPolicyList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly NetworkPolicy[];
}
export interface Ingress extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: IngressSpec;
  readonly status?: IngressStatus;
}
export interface IngressList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly Ingress[];
}
export interface IngressSpec {
  readonly ingressClassName?: string;
  readonly defaultBackend?: IngressBackend;
  readonly tls?: readonly IngressTLS[];
  readonly rules?: readonly IngressRule[];
}
export interface IngressTLS {
  readonly hosts?: readonly string[];
  readonly secretName?: string;
}
export interface IngressStatus {
  readonly loadBalancer?: IngressLoadBalancerStatus;
}
export interface IngressLoadBalancerStatus {
  readonly ingress?: readonly IngressLoadBalancerIngress[];
}
export interface IngressLoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
  readonly ports?: readonly IngressPortStatus[];
}
export interface IngressPortStatus {
  readonly port: number;
  readonly protocol: Protocol;
  readonly error?: string;
}
export interface IngressRule extends IngressRuleValue {
  readonly host?: string;
}
export interface IngressRuleValue {
  readonly http?: HTTPIngressRuleValue;
}
export interface HTTPIngressRuleValue {
  readonly paths: readonly HTTPIngressPath[];
}
export type PathType = 'Exact' | 'ImplementationSpecific' | 'Prefix';
export interface HTTPIngressPath {
  readonly path?: string;
  readonly pathType?: PathType;
  readonly backend: IngressBackend;
}
export interface IngressBackend {
  readonly service?: IngressServiceBackend;
  readonly resource?: TypedLocalObjectReference;
}
export interface IngressServiceBackend {
  readonly name: string;
  readonly port?: ServiceBackendPort;
}
export interface ServiceBackendPort {
  readonly name?: string;
  readonly number?: number;
}
export interface IngressClass extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: IngressClassSpec;
}
export interface IngressClassSpec {
  readonly controller?: string;
  readonly parameters?: IngressClassParametersReference;
}
export interface IngressClassParametersReference {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
  readonly scope?: string;
  readonly namespace?: string;
}
export interface IngressClassList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly IngressClass[];
}
export interface IPAddress extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: IPAddressSpec;
}
export interface IPAddressSpec {
  readonly parentRef?: ParentReference;
}
export interface ParentReference {
  readonly group?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}
export interface IPAddressList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly IPAddress[];
}
export interface ServiceCIDR extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: ServiceCIDRSpec;
  readonly status?: ServiceCIDRStatus;
}
export interface ServiceCIDRSpec {
  readonly cidrs?: readonly string[];
}
export interface ServiceCIDRStatus {
  readonly conditions?: readonly Condition[];
}
export interface ServiceCIDRList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly ServiceCIDR[];
}
