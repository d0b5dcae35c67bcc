// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { Condition, LabelSelector, ListMeta, ObjectMeta, StatusReason, TypeMeta } from './meta-v1.ts';
import type { Bytes } from './scalars.ts';

export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly scope?: ScopeType;
}
export type ScopeType = '*' | 'Cluster' | 'Namespaced';
export type FailurePolicyType = 'Fail' | 'Ignore';
export type ParameterNotFoundActionType = string;
export type MatchPolicyType = 'Equivalent' | 'Exact';
export type SideEffectClass = 'None' | 'NoneOnDryRun' | 'Some' | 'Unknown';
export interface ValidatingAdmissionPolicy extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: ValidatingAdmissionPolicySpec;
  readonly status?: ValidatingAdmissionPolicyStatus;
}
export interface ValidatingAdmissionPolicyStatus {
  readonly observedGeneration?: number;
  readonly typeChecking?: TypeChecking;
  readonly conditions?: readonly Condition[];
}
export interface TypeChecking {
  readonly expressionWarnings?: readonly ExpressionWarning[];
}
export interface ExpressionWarning {
  readonly fieldRef: string;
  readonly warning: string;
}
export interface ValidatingAdmissionPolicyList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly ValidatingAdmissionPolicy[];
}
export interface ValidatingAdmissionPolicySpec {
  readonly paramKind?: ParamKind;
  readonly matchConstraints?: MatchResources;
  readonly validations?: readonly Validation[];
  readonly failurePolicy?: FailurePolicyType;
  readonly auditAnnotations?: readonly AuditAnnotation[];
  readonly matchConditions?: readonly MatchCondition[];
  readonly variables?: readonly Variable[];
}
export interface ParamKind {
  readonly apiVersion?: string;
  readonly kind?: string;
}
export interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly messageExpression?: string;
}
export interface Variable {
  readonly name: string;
  readonly expression: string;
}
export interface AuditAnnotation {
  readonly key: string;
  readonly valueExpression: string;
}
export interface ValidatingAdmissionPolicyBinding extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly spec?: ValidatingAdmissionPolicyBindingSpec;
}
export interface ValidatingAdmissionPolicyBindingList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly ValidatingAdmissionPolicyBinding[];
}
export interface ValidatingAdmissionPolicyBindingSpec {
  readonly policyName?: string;
  readonly paramRef?: ParamRef;
  readonly matchResources?: MatchResources;
  readonly validationActions?: readonly ValidationAction[];
}
export interface ParamRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: LabelSelector;
  readonly parameterNotFoundAction?: ParameterNotFoundActionType;
}
export interface MatchResources {
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly resourceRules?: readonly NamedRuleWithOperations[];
  readonly excludeResourceRules?: readonly NamedRuleWithOperations[];
  readonly matchPolicy?: MatchPolicyType;
}
export type ValidationAction = 'Audit' | 'Deny' | 'Warn';
export interface NamedRuleWithOperations extends RuleWithOperations {
  readonly resourceNames?: readonly string[];
}
export interface ValidatingWebhookConfiguration extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly webhooks?: readonly ValidatingWebhook[];
}
export interface ValidatingWebhookConfigurationList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly ValidatingWebhookConfiguration[];
}
export interface MutatingWebhookConfiguration extends TypeMeta {
  readonly metadata?: ObjectMeta;
  readonly webhooks?: readonly MutatingWebhook[];
}
export interface MutatingWebhookConfigurationList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly MutatingWebhookConfiguration[];
}
export interface ValidatingWebhook {
  readonly name: string;
  readonly clientConfig: WebhookClientConfig;
  readonly rules?: readonly RuleWithOperations[];
  readonly failurePolicy?: FailurePolicyType;
  readonly matchPolicy?: MatchPolicyType;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly sideEffects?: SideEffectClass;
  readonly timeoutSeconds?: number;
  readonly admissionReviewVersions: readonly string[];
  readonly matchConditions?: readonly MatchCondition[];
}
export interface MutatingWebhook {
  readonly name: string;
  readonly clientConfig: WebhookClientConfig;
  readonly rules?: readonly RuleWithOperations[];
  readonly failurePolicy?: FailurePolicyType;
  readonly matchPolicy?: MatchPolicyType;
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly sideEffects?: SideEffectClass;
  readonly timeoutSeconds?: number;
  readonly admissionReviewVersions: readonly string[];
  readonly reinvocationPolicy?: ReinvocationPolicyType;
  readonly matchConditions?: readonly MatchCondition[];
}
export type ReinvocationPolicyType = 'IfNeeded' | 'Never';
export interface RuleWithOperations extends Rule {
  readonly operations?: readonly OperationType[];
}
export type OperationType = '*' | 'CONNECT' | 'CREATE' | 'DELETE' | 'UPDATE';
export interface WebhookClientConfig {
  readonly url?: string;
  readonly service?: ServiceReference;
  readonly caBundle?: Bytes;
}
export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly path?: string;
  readonly port?: number;
}
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}
