import { fault } from '../fault.ts';
import type { Service } from '../schema/api/core-v1.ts';
import { parseLegacyAddress } from '../values/cidr.ts';
import { areBothFamilies, checkLegacyAddress } from './address.ts';
import { checkWord, type Faults, fine, repeated, type Unchecked } from './field-checks.ts';

export type Spec = NonNullable<Unchecked<Service>['spec']>;

/** A Service without an address of its own: its name stands for its pods. */
export const isHeadless = ({ clusterIPs = [] }: Spec): boolean => clusterIPs.length === 1 && clusterIPs[0] === 'None';

const at = 'spec.clusterIPs';
const familiesAt = 'spec.ipFamilies';
const policyAt = 'spec.ipFamilyPolicy';

/** The one address and the list must say the same. */
const checkFirst = ({ clusterIP = '', clusterIPs = [] }: Spec): Faults => {
  if (clusterIP === '')
    return clusterIPs.length === 0
      ? fine
      : [fault.invalid(at, clusterIPs, 'must be empty when `clusterIP` is not specified')];
  if (clusterIPs.length === 0) return [fault.required(at)];
  return clusterIPs[0] === clusterIP ? fine : [fault.invalid(at, clusterIPs, 'first value must match `clusterIP`')];
};

const checkFamilies = ({ ipFamilies = [], ipFamilyPolicy }: Spec): Faults => [
  ...ipFamilies.flatMap((family, i) => checkWord(`${familiesAt}[${i}]`, family, ['IPv4', 'IPv6'])),
  ...repeated(ipFamilies, (family) => family).map((i) => fault.duplicate(`${familiesAt}[${i}]`, ipFamilies[i])),
  ...(ipFamilyPolicy === undefined
    ? fine
    : checkWord(policyAt, ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack'])),
];

const checkAddresses = (clusterIPs: readonly string[]): Faults =>
  clusterIPs.flatMap((address, i) => {
    if (i > 0 || address !== 'None') return checkLegacyAddress(`${at}[${i}]`, address);
    return clusterIPs.length > 1 ? [fault.invalid(at, clusterIPs, "'None' must be the first and only value")] : fine;
  });

/** Each address must be of the family that stands at its place. */
const checkMatch = ({ clusterIPs = [], ipFamilies = [] }: Spec): Faults =>
  clusterIPs.flatMap((address, i) => {
    const family = parseLegacyAddress(address)?.family === 6 ? 'IPv6' : 'IPv4';
    const asked = ipFamilies[i];
    return (asked === 'IPv4' || asked === 'IPv6') && asked !== family
      ? [fault.invalid(`${at}[${i}]`, address, `expected an ${asked} value as indicated by \`ipFamilies[${i}]\``)]
      : [];
  });

/** Faults of a Service's own addresses and their families. Of wrong addresses nothing is said beside that they are. */
export const validateAddresses = (spec: Spec): Faults => {
  const { clusterIPs = [] } = spec;
  const wrong = checkAddresses(clusterIPs);
  const faults = [
    ...checkFirst(spec),
    ...checkFamilies(spec),
    ...wrong,
    ...(clusterIPs.length > 2 ? [fault.invalid(at, clusterIPs, 'may only hold up to 2 values')] : fine),
  ];
  if (wrong.length > 0) return faults;
  return [
    ...faults,
    ...(clusterIPs.length > 1 && !areBothFamilies(clusterIPs, parseLegacyAddress)
      ? [fault.invalid(at, clusterIPs, 'may specify no more than one IP for each IP family')]
      : fine),
    ...(isHeadless(spec) ? fine : checkMatch(spec)),
  ];
};

const notOnce = 'may not change once set';

/** A second address or family goes only on request. */
const checkRelease = ({ ipFamilyPolicy }: Spec, left: number, what: string): Faults =>
  left === 1 && ipFamilyPolicy !== 'SingleStack'
    ? [fault.invalid(policyAt, ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${what}`)]
    : fine;

const checkAddressesUpdate = (after: Spec, before: Spec): Faults => {
  const [now, were] = [after.clusterIPs ?? [], before.clusterIPs ?? []];
  if (isHeadless(after) && isHeadless(before)) return fine;
  const changed = (i: number) =>
    were[i] !== undefined && now[i] !== undefined && were[i] !== now[i]
      ? [fault.invalid(`${at}[${i}]`, after.clusterIPs, notOnce)]
      : [];
  if (were.length === now.length) return were.flatMap((_, i) => changed(i));
  if (were.length < now.length) return changed(0);
  return [
    ...(now.length === 0 ? [fault.invalid(`${at}[0]`, after.clusterIPs, 'primary clusterIP can not be unset')] : fine),
    ...changed(0),
    ...checkRelease(after, now.length, 'clusterIP'),
  ];
};

const checkFamiliesUpdate = (after: Spec, before: Spec): Faults => {
  const [now, were] = [after.ipFamilies ?? [], before.ipFamilies ?? []];
  if (isHeadless(after) || isHeadless(before)) return fine;
  const field = `${familiesAt}[0]`;
  // Upstream shows the addresses for the families where their number changes.
  const first =
    were[0] !== undefined && now[0] !== undefined && were[0] !== now[0]
      ? [fault.invalid(field, after.clusterIPs, notOnce)]
      : [];
  if (were.length === now.length)
    return were.flatMap((family, i) => (family === now[i] ? [] : [fault.invalid(field, now, notOnce)]));
  if (were.length < now.length) return first;
  return [
    ...((after.clusterIPs ?? []).length === 0
      ? [fault.invalid(field, after.ipFamilies, 'primary ipFamily can not be unset')]
      : fine),
    ...first,
    ...checkRelease(after, now.length, 'ipFamily'),
  ];
};

/** Faults of a change of a Service's own addresses: a second one may come and go, the first stays. */
export const validateAddressesUpdate = (after: Spec, before: Spec): Faults =>
  after.type === 'ExternalName' || before.type === 'ExternalName'
    ? fine
    : [...checkAddressesUpdate(after, before), ...checkFamiliesUpdate(after, before)];
