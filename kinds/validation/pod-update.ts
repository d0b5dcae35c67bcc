import { isDeepStrictEqual } from 'node:util';
import { deltaBetween } from '../delta.ts';
import { fault } from '../fault.ts';
import type { Pod, Toleration } from '../schema/api/core-v1.ts';
import { checkRange } from '../values/names.ts';
import type { Labels } from '../values/selector.ts';
import { checkNumber, type Faults, fine, type Unchecked } from './field-checks.ts';
import { checkAffinityUpdate, checkNodeSelectorUpdate, withNodeAffinityOf } from './gated-pod.ts';
import { appArmorPrefix, mirrorAnnotation } from './pod-annotations.ts';

type Spec = NonNullable<Unchecked<Pod>['spec']>;

/** The annotations of `of` that bind a pod and stand otherwise in `than`. */
const bindingOnes = (of: Labels, than: Labels) =>
  Object.keys(of).flatMap((key) => {
    const armor = key.startsWith(appArmorPrefix);
    if ((!armor && key !== mirrorAnnotation) || than[key] === of[key]) return [];
    return [
      { key, at: `metadata.annotations[${key}]`, what: armor ? 'AppArmor annotations' : 'mirror pod annotation' },
    ];
  });

const checkAnnotationsUpdate = (after: Labels, before: Labels): Faults => [
  ...bindingOnes(before, after).map(({ at, what }) => fault.forbidden(at, `may not remove or update ${what}`)),
  ...bindingOnes(after, before)
    .filter(({ key }) => before[key] === undefined)
    .map(({ at, what }) => fault.forbidden(at, `may not add ${what}`)),
];

const secondsMax = 2 ** 31 - 1;

/** A deadline may be set, and then only come nearer. */
const checkDeadline = ({ activeDeadlineSeconds: after }: Spec, { activeDeadlineSeconds: before }: Spec): Faults => {
  const at = 'spec.activeDeadlineSeconds';
  if (after === undefined)
    return before === undefined
      ? fine
      : [fault.invalid(at, undefined, 'must not update from a positive integer to nil value')];
  const wrong = checkNumber(at, after, (seconds) => checkRange(seconds, 0, secondsMax));
  if (wrong.length > 0 || before === undefined || before >= after) return wrong;
  return [fault.invalid(at, after, 'must be less than or equal to previous value')];
};

const untimed = (toleration: Unchecked<Toleration>) => ({ ...toleration, tolerationSeconds: undefined });

const checkTolerations = (after: Spec['tolerations'] = [], before: Spec['tolerations'] = []): Faults =>
  before.every((old) => after.some((one) => isDeepStrictEqual(untimed(one), untimed(old))))
    ? fine
    : [fault.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];

const checkGates = (after: Spec['schedulingGates'] = [], before: Spec['schedulingGates'] = []): Faults => {
  const places = new Map(after.map(({ name = '' }, i) => [name, i]));
  for (const { name = '' } of before) places.delete(name);
  return [...places].map(([name, i]) =>
    fault.forbidden(
      `spec.schedulingGates[${i}].name`,
      `only deletion is allowed, but found new scheduling gate '${name}'`,
    ),
  );
};

/** `after`, with these fields as they were. */
const asBefore = <T extends object>(after: T, before: T, names: readonly (keyof T & string)[]): T => {
  const named = (entry: readonly [string, unknown]) => names.some((name) => name === entry[0]);
  const entries = [...Object.entries(after).filter((entry) => !named(entry)), ...Object.entries(before).filter(named)];
  // Of the same fields, each from one of the two.
  return Object.fromEntries(entries) as T;
};

type Containers = Spec['containers'];

const withImagesOf = (after: Containers = [], before: Containers = []): NonNullable<Containers> =>
  after.map((container, i) => asBefore(container, before[i] ?? {}, ['image']));

/** What is left of a change of the spec once what may change is as it was. */
const leftover = (after: Spec, before: Spec): Spec => {
  const { terminationGracePeriodSeconds: grace } = before;
  const mended = grace !== undefined && grace < 0 && after.terminationGracePeriodSeconds === 1;
  const gated = (before.schedulingGates ?? []).length > 0;
  const { initContainers } = after;
  const left = {
    ...asBefore(after, before, [
      'activeDeadlineSeconds',
      'schedulingGates',
      'tolerations',
      ...(mended ? (['terminationGracePeriodSeconds'] as const) : []),
      ...(gated ? (['nodeSelector'] as const) : []),
    ]),
    containers: withImagesOf(after.containers, before.containers),
    ...(initContainers && { initContainers: withImagesOf(initContainers, before.initContainers) }),
  };
  return gated ? withNodeAffinityOf(left, before) : left;
};

const mayChange = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

const stepsMax = 10;
const valueCharsMax = 200;

/** What else changed, a line each: where, and what would stand there. */
const checkRest = (after: Spec, before: Spec): Faults => {
  const delta = deltaBetween(before, leftover(after, before));
  if (delta.length === 0) return fine;
  const lines = delta.slice(0, stepsMax).map(([pointer, ...values]) => {
    const at = pointer
      .slice(1)
      .replaceAll(/\/(\d+)(?=\/|$)/g, '[$1]')
      .replaceAll('/', '.');
    const text = values.length === 0 ? '(nothing)' : JSON.stringify(values[0]);
    return `spec.${at}: ${text.length > valueCharsMax ? `${text.slice(0, valueCharsMax)}...` : text}`;
  });
  return [fault.forbidden('spec', `pod updates may not change fields other than ${mayChange}\n${lines.join('\n')}\n`)];
};

const checkSpecUpdate = (after: Spec, before: Spec): Faults => {
  const list = (['containers', 'initContainers'] as const).find(
    (name) => (after[name] ?? []).length !== (before[name] ?? []).length,
  );
  if (list) return [fault.forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
  const deadline = checkDeadline(after, before);
  // Upstream says no more when the deadline is wrong, but goes on when it is gone.
  if (deadline.length > 0 && after.activeDeadlineSeconds !== undefined) return deadline;
  const gated = (before.schedulingGates ?? []).length > 0;
  return [
    ...deadline,
    ...checkTolerations(after.tolerations, before.tolerations),
    ...checkGates(after.schedulingGates, before.schedulingGates),
    ...(gated ? [...checkNodeSelectorUpdate(after, before), ...checkAffinityUpdate(after, before)] : fine),
    ...checkRest(after, before),
  ];
};

/** Faults of a change of a Pod, beside those of what it became: little of its spec may change. */
export const validatePodUpdate = (after: Unchecked<Pod>, before: Unchecked<Pod>): Faults => [
  ...checkAnnotationsUpdate(after.metadata?.annotations ?? {}, before.metadata?.annotations ?? {}),
  ...checkSpecUpdate(after.spec ?? {}, before.spec ?? {}),
];
