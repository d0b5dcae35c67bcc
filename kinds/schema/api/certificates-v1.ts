// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { ConditionStatus } from './core-v1.ts';
import type { ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { Bytes, Time } from './scalars.ts';

export interface CertificateSigningRequest extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec: CertificateSigningRequestSpec;
  readonly status?: CertificateSigningRequestStatus;
}
export interface CertificateSigningRequestSpec {
  readonly request: Bytes;
  readonly signerName: string;
  readonly expirationSeconds?: number;
  readonly usages?: readonly KeyUsage[];
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, ExtraValue>>;
}
export type ExtraValue = readonly string[];
export interface CertificateSigningRequestStatus {
  readonly conditions?: readonly CertificateSigningRequestCondition[];
  readonly certificate?: Bytes;
}
export type RequestConditionType = string;
export interface CertificateSigningRequestCondition {
  readonly type: RequestConditionType;
  readonly status: ConditionStatus;
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: Time;
  readonly lastTransitionTime?: Time;
}
export interface CertificateSigningRequestList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly CertificateSigningRequest[];
}
export type KeyUsage =
  | 'any'
  | 'cert sign'
  | 'client auth'
  | 'code signing'
  | 'content commitment'
  | 'crl sign'
  | 'data encipherment'
  | 'decipher only'
  | 'digital signature'
  | 'email protection'
  | 'encipher only'
  | 'ipsec end system'
  | 'ipsec tunnel'
  | 'ipsec user'
  | 'key agreement'
  | 'key encipherment'
  | 'microsoft sgc'
  | 'netscape sgc'
  | 'ocsp signing'
  | 's/mime'
  | 'server auth'
  | 'signing'
  | 'timestamping';
