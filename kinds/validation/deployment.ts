import { fault } from '../fault.ts';
import type { Deployment, DeploymentSpec, DeploymentStrategy } from '../schema/api/apps-v1.ts';
import type { IntOrString } from '../values/int-or-string.ts';
import { parseInt64 } from '../values/integer.ts';
import { check } from '../values/names.ts';
import { checkNotNegative, checkText, type Faults, fine, type Unchecked } from './field-checks.ts';
import { type GoMembers, goStruct, plain, pointer } from './go-struct.ts';
import { checkSameSelector, validateSelecting } from './workload.ts';

type Strategy = Unchecked<DeploymentStrategy>;

const percentIn = (text: string): number | undefined =>
  check.percent(text).length === 0 ? Number(text.slice(0, -1)) : undefined;

const checkPart = (at: string, part: IntOrString): Faults =>
  typeof part === 'number' ? checkNotNegative(at, part) : checkText(at, part, check.percent);

/** Whether upstream reads a part of a whole as none; a text that is no number is none too. */
const isNone = (part: IntOrString): boolean => {
  if (typeof part === 'number') return part === 0;
  const percent = percentIn(part);
  if (percent !== undefined) return percent === 0;
  const number = parseInt64(part);
  return number === 0n || number === 'invalid syntax';
};

const validateRolling = (
  at: string,
  { maxUnavailable = 0, maxSurge = 0 }: NonNullable<Strategy['rollingUpdate']>,
): Faults => {
  const field = `${at}.maxUnavailable`;
  const percent = typeof maxUnavailable === 'string' ? percentIn(maxUnavailable) : undefined;
  return [
    ...checkPart(field, maxUnavailable),
    ...checkPart(`${at}.maxSurge`, maxSurge),
    ...(isNone(maxUnavailable) && isNone(maxSurge)
      ? [fault.invalid(field, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : fine),
    ...(percent !== undefined && percent > 100
      ? [fault.invalid(field, maxUnavailable, 'must not be greater than 100%')]
      : fine),
  ];
};

const strategyMembers: GoMembers = {
  Type: plain('type', ''),
  RollingUpdate: pointer('rollingUpdate', {
    MaxUnavailable: plain('maxUnavailable', 0),
    MaxSurge: plain('maxSurge', 0),
  }),
};

const validateStrategy = (at: string, strategy: Strategy): Faults => {
  const { type, rollingUpdate } = strategy;
  const field = `${at}.rollingUpdate`;
  if (type === 'RollingUpdate')
    return rollingUpdate
      ? validateRolling(field, rollingUpdate)
      : [fault.required(field, 'this should be defaulted and never be nil')];
  if (type !== 'Recreate')
    return [fault.notSupported(at, goStruct(strategy, strategyMembers), ['Recreate', 'RollingUpdate'])];
  return rollingUpdate ? [fault.forbidden(field, "may not be specified when strategy `type` is 'Recreate'")] : fine;
};

const validateDeadline = (
  at: string,
  { progressDeadlineSeconds, minReadySeconds = 0 }: Unchecked<DeploymentSpec>,
): Faults => [
  ...checkNotNegative(at, progressDeadlineSeconds),
  ...(progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds
    ? [fault.invalid(at, progressDeadlineSeconds, 'must be greater than minReadySeconds')]
    : fine),
];

/** Faults of a Deployment, its metadata's aside, in upstream's order. It must have its defaults. */
export const validateDeployment = ({ spec = {} }: Unchecked<Deployment>): Faults => [
  ...checkNotNegative('spec.replicas', spec.replicas),
  ...validateSelecting('spec', spec),
  ...validateStrategy('spec.strategy', spec.strategy ?? {}),
  ...checkNotNegative('spec.minReadySeconds', spec.minReadySeconds),
  ...checkNotNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ...validateDeadline('spec.progressDeadlineSeconds', spec),
];

/** Faults of a change of a Deployment, beside those of what it became. */
export const validateDeploymentUpdate = (after: Unchecked<Deployment>, before: Unchecked<Deployment>): Faults =>
  checkSameSelector(after.spec, before.spec);
