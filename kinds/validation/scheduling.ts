import { fault } from '../fault.ts';
import type { PodSchedulingGate, Toleration, TopologySpreadConstraint } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { validateMatchLabelKeys } from './affinity.ts';
import { checkPositive, checkText, checkWord, type Faults, fine, type Unchecked } from './field-checks.ts';
import { validateLabelName, validateLabelSelector } from './labels.ts';

/** What a taint does, as messages list it. */
export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

const checkTolerated = (at: string, operator: string, value: string): Faults => {
  const field = `${at}.operator`;
  if (operator === 'Exists')
    return value === '' ? fine : [fault.invalid(field, value, "value must be empty when `operator` is 'Exists'")];
  if (operator !== '' && operator !== 'Equal') return checkWord(field, operator, ['Equal', 'Exists']);
  const wrong = check.labelValue(value);
  return wrong.length === 0 ? fine : [fault.invalid(field, value, wrong.join(';'))];
};

/** Which taints a pod puts up with. */
export const validateTolerations = (at: string, tolerations: readonly Unchecked<Toleration>[] = []): Faults =>
  tolerations.flatMap(({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, i) => {
    const field = `${at}[${i}]`;
    const all = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    const lasting = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    return [
      ...(key === '' ? fine : validateLabelName(key, `${field}.key`)),
      ...(key === '' && operator !== 'Exists' ? [fault.invalid(`${field}.operator`, operator, all)] : fine),
      ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
        ? [fault.invalid(`${field}.effect`, effect, lasting)]
        : fine),
      ...checkTolerated(field, operator, value),
      ...(effect === '' ? fine : checkWord(`${field}.effect`, effect, taintEffects)),
    ];
  });

/** What holds a pod back from being scheduled. */
export const validateSchedulingGates = (at: string, gates: readonly Unchecked<PodSchedulingGate>[] = []): Faults => {
  const seen = new Set<string>();
  return gates.flatMap(({ name = '' }, i) => {
    const again = seen.has(name);
    seen.add(name);
    return [
      ...checkText(`${at}[${i}]`, name, check.qualifiedName),
      ...(again ? [fault.duplicate(`${at}[${i}]`, name)] : fine),
    ];
  });
};

type Constraint = Unchecked<TopologySpreadConstraint>;

const actions = ['DoNotSchedule', 'ScheduleAnyway'];
const policies = ['Honor', 'Ignore'];

const checkMinDomains = (at: string, { minDomains, whenUnsatisfiable = '' }: Constraint): Faults => {
  if (minDomains === undefined) return fine;
  const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  return [
    ...checkPositive(at, minDomains),
    ...(whenUnsatisfiable === 'DoNotSchedule' ? fine : [fault.invalid(at, minDomains, why)]),
  ];
};

/** How pods are spread. */
export const validateSpread = (at: string, constraints: readonly Constraint[] = []): Faults =>
  constraints.flatMap((constraint, i) => {
    const field = `${at}[${i}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
    const again = constraints
      .slice(i + 1)
      .some(
        (other) => (other.topologyKey ?? '') === topologyKey && (other.whenUnsatisfiable ?? '') === whenUnsatisfiable,
      );
    return [
      ...checkPositive(`${field}.maxSkew`, maxSkew),
      ...(topologyKey === '' ? [fault.required(`${field}.topologyKey`, 'can not be empty')] : fine),
      ...checkWord(`${field}.whenUnsatisfiable`, whenUnsatisfiable, actions),
      ...(again
        ? [fault.duplicate(`${field}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`)]
        : fine),
      ...checkMinDomains(`${field}.minDomains`, constraint),
      ...(nodeAffinityPolicy === undefined
        ? fine
        : checkWord(`${field}.nodeAffinityPolicy`, nodeAffinityPolicy, policies)),
      ...(nodeTaintsPolicy === undefined ? fine : checkWord(`${field}.nodeTaintsPolicy`, nodeTaintsPolicy, policies)),
      ...validateMatchLabelKeys(field, constraint),
      ...validateLabelSelector(constraint.labelSelector, `${field}.labelSelector`),
    ];
  });
