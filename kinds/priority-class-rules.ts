import { type Fault, fault } from './fault.ts';
import type { PriorityClass } from './priority-class.ts';

/** Names that begin so are the system's. */
const systemPrefix = 'system-';
/** The system's own classes, with their values. */
export const systemClasses: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};
const valueMax = 1_000_000_000;
const policies = ['Never', 'PreemptLowerPriority'];

const isSystems = ({ metadata, value, globalDefault }: PriorityClass): boolean =>
  systemClasses[metadata.name] === value && !globalDefault;

/** Faults of a PriorityClass, in upstream's words. */
export const validatePriorityClass = (object: PriorityClass): readonly Fault[] => {
  const { metadata, value, preemptionPolicy = '' } = object;
  const reserved = "priority class names with 'system-' prefix are reserved for system use only";
  const bySystem = metadata.name.startsWith(systemPrefix)
    ? isSystems(object)
      ? []
      : [fault.forbidden('metadata.name', reserved)]
    : value > valueMax
      ? [fault.forbidden('value', `maximum allowed value of a user defined priority is ${valueMax}`)]
      : [];
  return [
    ...bySystem,
    ...(policies.includes(preemptionPolicy)
      ? []
      : [fault.notSupported('preemptionPolicy', preemptionPolicy, policies)]),
  ];
};

/** Faults of a change of a PriorityClass: pods carry its number with them. */
export const validatePriorityClassUpdate = (after: PriorityClass, before: PriorityClass): readonly Fault[] => [
  ...(after.value === before.value ? [] : [fault.forbidden('value', 'may not be changed in an update.')]),
  ...(after.preemptionPolicy === before.preemptionPolicy
    ? []
    : [fault.invalid('preemptionPolicy', after.preemptionPolicy, 'field is immutable')]),
];
