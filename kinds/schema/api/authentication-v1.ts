// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { Time } from './scalars.ts';

export interface TokenReview extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec: TokenReviewSpec;
  readonly status?: TokenReviewStatus;
}
export interface TokenReviewSpec {
  readonly token?: string;
  readonly audiences?: readonly string[];
}
export interface TokenReviewStatus {
  readonly authenticated?: boolean;
  readonly user?: UserInfo;
  readonly audiences?: readonly string[];
  readonly error?: string;
}
export interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, ExtraValue>>;
}
export type ExtraValue = readonly string[];
export interface TokenRequest extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec: TokenRequestSpec;
  readonly status?: TokenRequestStatus;
}
export interface TokenRequestSpec {
  readonly audiences: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: BoundObjectReference;
}
export interface TokenRequestStatus {
  readonly token: string;
  readonly expirationTimestamp: Time;
}
export interface BoundObjectReference {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}
export interface SelfSubjectReview extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly status?: SelfSubjectReviewStatus;
}
export interface SelfSubjectReviewStatus {
  readonly userInfo?: UserInfo;
}
