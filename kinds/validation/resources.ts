import { type Fault, fault } from '../fault.ts';
import type { ResourceClaim, ResourceList, ResourceRequirements } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import {
  compareQuantities,
  milliValueOf,
  parseQuantity,
  type Quantity,
  quantityOf,
  textOfQuantity,
  valueOf,
} from '../values/quantity.ts';
import * as resource from '../values/resource-name.ts';
import { checkText, type Faults, fine, type Unchecked } from './field-checks.ts';

/** Faults of an amount of one resource. */
export const checkAmount = (at: string, name: string, amount: string | number): Faults => {
  const quantity = quantityOf(amount);
  const text = textOfQuantity(quantity);
  return [
    ...(quantity.nanos < 0n ? [fault.invalid(at, text, 'must be greater than or equal to 0')] : fine),
    ...(resource.isWholeResource(name) && milliValueOf(quantity) % 1000n !== 0n
      ? [fault.invalid(at, text, 'must be an integer')]
      : fine),
  ];
};

const checkName = (at: string, name: string): Faults => {
  const faults = checkText(at, name, check.qualifiedName);
  if (faults.length > 0 || name.includes('/') || resource.isStandardResource(name)) return faults;
  return [fault.invalid(at, name, 'must be a standard resource type or fully qualified')];
};

const checkContainerName = (at: string, name: string): Faults => {
  const faults = checkName(at, name);
  const wrong = (why: string) => [...faults, fault.invalid(at, name, why)];
  if (!name.includes('/'))
    return resource.isContainerResource(name) ? faults : wrong('must be a standard resource for containers');
  if (resource.isNativeResource(name) || resource.isExtendedResource(name)) return faults;
  return wrong("doesn't follow extended resource name standard");
};

const checkPodName = (at: string, name: string): Faults => {
  const faults = checkName(at, name);
  if (faults.length > 0 || resource.isPodLevelResource(name)) return faults;
  return [fault.notSupported(at, name, ['cpu', 'hugepages-', 'memory'])];
};

/** Huge pages come in whole pages; the page's size is in the resource's name. */
const checkPages = (at: string, name: string, quantity: Quantity): Faults => {
  if (!resource.isHugePages(name)) return fine;
  const page = parseQuantity(name.slice('hugepages-'.length));
  const text = textOfQuantity(quantity);
  const whole =
    typeof page !== 'string' &&
    page.nanos > 0n &&
    milliValueOf(page) % 1000n === 0n &&
    valueOf(quantity) % valueOf(page) === 0n;
  return whole ? fine : [fault.invalid(at, text, `${text} is not positive integer multiple of ${name}`)];
};

/** A request against the limit of the same resource. Upstream names the list, not the resource, in the fault. */
const checkAgainstLimit = (at: string, name: string, asked: Quantity, limits: ResourceList): Faults => {
  const overcommit = resource.isOvercommitAllowed(name);
  const limit = limits[name];
  if (limit === undefined)
    return overcommit ? fine : [fault.required(`${at}.limits`, 'Limit must be set for non overcommitable resources')];
  const most = quantityOf(limit);
  const compared = compareQuantities(asked, most);
  const wrong = (relation: string): readonly Fault[] => [
    fault.invalid(
      `${at}.requests`,
      textOfQuantity(asked),
      `must be ${relation} ${name} limit of ${textOfQuantity(most)}`,
    ),
  ];
  if (!overcommit && compared !== 0) return wrong('equal to');
  return compared > 0 ? wrong('less than or equal to') : fine;
};

const checkClaims = (at: string, claims: readonly Unchecked<ResourceClaim>[], known: readonly string[]): Faults => {
  const seen = new Set<string>();
  return claims.flatMap(({ name = '', request = '' }, i) => {
    const field = `${at}[${i}]`;
    if (name === '') return [fault.required(field)];
    const faults: Fault[] = [];
    if (seen.has(name)) faults.push(fault.duplicate(field, name));
    else {
      const key = request === '' ? name : `${name}/${request}`;
      if (request !== '') faults.push(...checkText(`${field}.request`, request, check.dns1123Label));
      const overlaps = [...seen].filter((other) => (request === '' ? other.split('/', 1)[0] === name : other === key));
      faults.push(...overlaps.map(() => fault.duplicate(field, request === '' ? name : key)));
      seen.add(key);
    }
    const names = known.length === 0 ? ' which is empty' : `: ${known.toSorted().join(', ')}`;
    const detail = `must be one of the names in pod.spec.resourceClaims${names}`;
    return known.includes(name) ? faults : [...faults, { ...fault.notFound(field, name), detail }];
  });
};

/** `claimNames` are the pod's; `of` is whose resources they are, which decides what may be asked for. */
export const validateResources = (
  at: string,
  requirements: Unchecked<ResourceRequirements>,
  claimNames: readonly string[],
  of: 'container' | 'pod',
): Faults => {
  const { limits = {}, requests = {}, claims = [] } = requirements;
  const check = of === 'container' ? checkContainerName : checkPodName;
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const amounts = (field: string, list: ResourceList, more: (name: string, quantity: Quantity) => Faults) =>
    Object.entries(list).flatMap(([name, amount]) => {
      const entry = `${at}.${field}[${name}]`;
      const quantity = quantityOf(amount);
      return [
        ...check(entry, name),
        ...checkAmount(entry, name, amount),
        ...more(name, quantity),
        ...checkPages(entry, name, quantity),
      ];
    });
  return [
    ...amounts('limits', limits, () => fine),
    ...amounts('requests', requests, (name, quantity) => checkAgainstLimit(at, name, quantity, limits)),
    ...(names.some(resource.isHugePages) && !names.includes('cpu') && !names.includes('memory')
      ? [fault.forbidden(at, 'HugePages require cpu or memory')]
      : fine),
    ...checkClaims(`${at}.claims`, claims, claimNames),
  ];
};
