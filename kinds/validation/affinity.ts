import { fault } from '../fault.ts';
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from '../schema/api/core-v1.ts';
import type { LabelSelector } from '../values/selector.ts';
import { check } from '../values/names.ts';
import { checkText, type Faults, fine, type Unchecked } from './field-checks.ts';
import { validateLabelName, validateLabelSelector } from './labels.ts';

type Requirement = Unchecked<NodeSelectorRequirement>;

const setOperators = ['In', 'NotIn'];
const existence = ['Exists', 'DoesNotExist'];
const comparisons = ['Gt', 'Lt'];

const checkOperator = (at: string, { operator = '', values = [] }: Requirement): Faults => {
  const field = `${at}.values`;
  if (setOperators.includes(operator))
    return values.length > 0 ? fine : [fault.required(field, "must be specified when `operator` is 'In' or 'NotIn'")];
  if (existence.includes(operator))
    return values.length === 0
      ? fine
      : [fault.forbidden(field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  if (comparisons.includes(operator))
    return values.length === 1
      ? fine
      : [fault.required(field, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
  return [fault.invalid(`${at}.operator`, operator, 'not a valid selector operator')];
};

const checkValues = (at: string, values: readonly string[], of: (text: string) => readonly string[]): Faults =>
  values.flatMap((value, i) => checkText(`${at}.values[${i}]`, value, of));

/** A preferred term may ask for values that no label can have. */
const validateExpression = (at: string, expression: Requirement, required: boolean): Faults => [
  ...checkOperator(at, expression),
  ...validateLabelName(expression.key ?? '', `${at}.key`),
  ...(required ? checkValues(at, expression.values ?? [], check.labelValue) : fine),
];

const validateField = (at: string, { key = '', operator = '', values = [] }: Requirement): Faults => [
  ...(setOperators.includes(operator)
    ? values.length === 1
      ? fine
      : [
          fault.required(
            `${at}.values`,
            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
          ),
        ]
    : [fault.invalid(`${at}.operator`, operator, 'not a valid selector operator')]),
  ...(key === 'metadata.name'
    ? checkValues(at, values, check.dns1123Subdomain)
    : [fault.invalid(`${at}.key`, key, 'not a valid field selector key')]),
];

const validateNodeTerm = (at: string, term: Unchecked<NodeSelectorTerm>, required: boolean): Faults => [
  ...(term.matchExpressions ?? []).flatMap((one, i) =>
    validateExpression(`${at}.matchExpressions[${i}]`, one, required),
  ),
  ...(term.matchFields ?? []).flatMap((one, i) => validateField(`${at}.matchFields[${i}]`, one)),
];

const validateNodeSelector = (at: string, { nodeSelectorTerms: terms = [] }: Unchecked<NodeSelector>): Faults =>
  terms.length === 0
    ? [fault.required(`${at}.nodeSelectorTerms`, 'must have at least one node selector term')]
    : terms.flatMap((term, i) => validateNodeTerm(`${at}.nodeSelectorTerms[${i}]`, term, true));

const checkWeight = (at: string, weight = 0): Faults =>
  weight >= 1 && weight <= 100 ? fine : [fault.invalid(`${at}.weight`, weight, 'must be in the range 1-100')];

const checkKeyNames = (at: string, keys: readonly string[], selector: LabelSelector | undefined): Faults => {
  if (keys.length === 0) return fine;
  if (!selector) return [fault.forbidden(at, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, i) => validateLabelName(key, `${at}[${i}]`));
};

/**
 * Labels whose values are taken from the pod itself. They become expressions of the selector, so a selector that names one twice
 * named it before.
 */
export const validateMatchLabelKeys = (
  at: string,
  {
    matchLabelKeys = [],
    mismatchLabelKeys = [],
    labelSelector,
  }: Pick<Unchecked<PodAffinityTerm>, 'matchLabelKeys' | 'mismatchLabelKeys' | 'labelSelector'>,
): Faults => {
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  const twice = (labelSelector?.matchExpressions ?? []).flatMap(({ key = '' }) => {
    const again = matchLabelKeys.includes(key) && seen.has(key);
    seen.add(key);
    const why = 'exists in both matchLabelKeys and labelSelector';
    return again ? [fault.invalid(`${at}[${matchLabelKeys.lastIndexOf(key)}]`, key, why)] : [];
  });
  const both = 'exists in both matchLabelKeys and mismatchLabelKeys';
  return [
    ...checkKeyNames(`${at}.matchLabelKeys`, matchLabelKeys, labelSelector),
    ...checkKeyNames(`${at}.mismatchLabelKeys`, mismatchLabelKeys, labelSelector),
    ...twice,
    ...matchLabelKeys.flatMap((key, i) =>
      mismatchLabelKeys.includes(key) ? [fault.invalid(`${at}.matchLabelKeys[${i}]`, key, both)] : [],
    ),
  ];
};

const validatePodTerm = (at: string, term: Unchecked<PodAffinityTerm>): Faults => [
  ...validateLabelSelector(term.labelSelector, `${at}.labelSelector`),
  ...validateLabelSelector(term.namespaceSelector, `${at}.namespaceSelector`),
  ...(term.namespaces ?? []).flatMap((name) => checkText(`${at}.namespace`, name, check.dns1123Label)),
  ...validateMatchLabelKeys(at, term),
  ...(term.topologyKey ? fine : [fault.required(`${at}.topologyKey`, 'can not be empty')]),
  ...validateLabelName(term.topologyKey ?? '', `${at}.topologyKey`),
];

const requiredName = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredName = 'preferredDuringSchedulingIgnoredDuringExecution';

const validatePodAffinity = (at: string, affinity: Unchecked<PodAffinity>): Faults => [
  ...(affinity[requiredName] ?? []).flatMap((term, i) => validatePodTerm(`${at}.${requiredName}[${i}]`, term)),
  ...(affinity[preferredName] ?? []).flatMap(({ weight, podAffinityTerm = {} }, i) => [
    ...checkWeight(`${at}.${preferredName}[${i}]`, weight),
    ...validatePodTerm(`${at}.${preferredName}[${i}].podAffinityTerm`, podAffinityTerm),
  ]),
];

/** Where a pod wants to be, and near what. */
export const validateAffinity = (at: string, affinity: Unchecked<Affinity> | undefined): Faults => {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  const required = nodeAffinity?.[requiredName];
  const field = `${at}.nodeAffinity`;
  return [
    ...(required ? validateNodeSelector(`${field}.${requiredName}`, required) : fine),
    ...(nodeAffinity?.[preferredName] ?? []).flatMap(({ weight, preference = {} }, i) => [
      ...checkWeight(`${field}.${preferredName}[${i}]`, weight),
      ...validateNodeTerm(`${field}.${preferredName}[${i}].preference`, preference, false),
    ]),
    ...(podAffinity ? validatePodAffinity(`${at}.podAffinity`, podAffinity) : fine),
    ...(podAntiAffinity ? validatePodAffinity(`${at}.podAntiAffinity`, podAntiAffinity) : fine),
  ];
};
