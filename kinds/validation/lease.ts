import { fault } from '../fault.ts';
import type { Lease } from '../schema/api/coordination-v1.ts';
import { check } from '../values/names.ts';
import { checkNotNegative, checkText, checkWord, type Faults, fine, type Unchecked } from './field-checks.ts';

// Upstream names the field twice.
const strategyField = 'spec.strategy.strategy';

const checkStrategy = (strategy: string): Faults =>
  strategy.includes('/')
    ? checkText(strategyField, strategy, check.qualifiedName)
    : checkWord(strategyField, strategy, ['OldestEmulationVersion']);

/** Faults of a Lease, its metadata's aside, in upstream's order. */
export const validateLease = ({ spec = {} }: Unchecked<Lease>): Faults => {
  const { leaseDurationSeconds: seconds, leaseTransitions, strategy, preferredHolder } = spec;
  return [
    ...(seconds !== undefined && seconds <= 0
      ? [fault.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]
      : fine),
    ...checkNotNegative('spec.leaseTransitions', leaseTransitions),
    ...(strategy === undefined ? fine : checkStrategy(strategy)),
    ...(preferredHolder && !strategy
      ? [fault.forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined')]
      : fine),
  ];
};
