import { type Fault, fault } from '../fault.ts';
import type { Node, NodeStatus, Taint } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { parseLegacyCidr } from '../values/cidr.ts';
import { areBothFamilies, checkLegacyCidr } from './address.ts';
import { checkPositive, type Faults, fine, repeated, requireWord, type Unchecked } from './field-checks.ts';
import { type GoMembers, goStruct, plain, pointer } from './go-struct.ts';
import { validateLabelName } from './labels.ts';
import { checkAmount } from './resources.ts';
import { taintEffects } from './scheduling.ts';

const taintMembers: GoMembers = {
  Key: plain('key', ''),
  Value: plain('value', ''),
  Effect: plain('effect', ''),
  TimeAdded: pointer('timeAdded'),
};

const checkTaintValue = (at: string, value: string): Faults => {
  const wrong = check.labelValue(value);
  return wrong.length === 0 ? fine : [fault.invalid(at, value, wrong.join(';'))];
};

// Upstream says they stand in metadata.
const validateTaints = (at: string, taints: readonly Unchecked<Taint>[] = []): Faults => {
  const again = new Set(repeated(taints, ({ key = '', effect = '' }) => JSON.stringify([effect, key])));
  return taints.flatMap((taint, i): Fault[] => [
    ...validateLabelName(taint.key ?? '', `${at}[${i}].key`),
    ...checkTaintValue(`${at}[${i}].value`, taint.value ?? ''),
    ...requireWord(`${at}[${i}].effect`, taint.effect, taintEffects),
    ...(again.has(i)
      ? [
          {
            ...fault.duplicate(`${at}[${i}]`, goStruct(taint, taintMembers)),
            detail: 'taints must be unique by key and effect pair',
          },
        ]
      : fine),
  ]);
};

const validateStatus = ({ capacity = {}, allocatable = {}, nodeInfo }: Unchecked<NodeStatus>): Faults => [
  ...Object.entries(capacity).flatMap(([name, amount]) => checkAmount(`status.capacity.${name}`, name, amount)),
  ...Object.entries(allocatable).flatMap(([name, amount]) => checkAmount(`status.allocatable.${name}`, name, amount)),
  ...(nodeInfo?.swap?.capacity === undefined
    ? fine
    : checkPositive('metadata.nodeSwapStatus.capacity', nodeInfo.swap.capacity)),
];

const validateRanges = (at: string, ranges: readonly string[] = []): Faults => {
  const faults = ranges.flatMap((range, i) => checkLegacyCidr(`${at}[${i}]`, range));
  if (ranges.length < 2) return faults;
  const i = ranges.findIndex((range) => !parseLegacyCidr(range));
  const unread = `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${i}]: <nil> (invalid CIDR address: ${ranges[i]})`;
  return [
    ...faults,
    ...(i < 0 ? fine : [fault.internal(at, unread)]),
    ...(ranges.length === 2 && areBothFamilies(ranges, parseLegacyCidr)
      ? fine
      : [fault.invalid(at, ranges, 'may specify no more than one CIDR for each IP family')]),
  ];
};

/** Faults of a Node, its metadata's aside, in upstream's order. */
export const validateNode = ({ spec = {}, status = {} }: Unchecked<Node>): Faults => [
  ...validateTaints('metadata.taints', spec.taints),
  ...validateStatus(status),
  ...validateRanges('spec.podCIDRs', spec.podCIDRs),
];

const setTwice = (at: string, what: string) =>
  fault.forbidden(at, `node updates may not change ${what} except from "" to valid`);

/** Faults of a change of a Node, beside those of what it became. */
export const validateNodeUpdate = (after: Unchecked<Node>, before: Unchecked<Node>): Faults => {
  const [ranges, were] = [after.spec?.podCIDRs ?? [], before.spec?.podCIDRs ?? []];
  const addresses = after.status?.addresses ?? [];
  const moved =
    were.length === ranges.length ? were.filter((range, i) => range !== ranges[i]).length : Math.min(were.length, 1);
  const provider = before.spec?.providerID;
  return [
    ...repeated(addresses, ({ type, address }) => JSON.stringify([type, address])).map((i) =>
      fault.duplicate(
        `status.addresses[${i}]`,
        goStruct(addresses[i] ?? {}, { Type: plain('type', ''), Address: plain('address', '') }),
      ),
    ),
    ...Array.from({ length: moved }, () => setTwice('spec.podCIDRs', 'podCIDR')),
    ...(provider && provider !== after.spec?.providerID ? [setTwice('spec.providerID', 'providerID')] : fine),
    ...(after.spec?.externalID === before.spec?.externalID
      ? fine
      : [fault.forbidden('spec.externalID', 'may not be updated')]),
  ];
};
