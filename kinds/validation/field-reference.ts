import { fault } from '../fault.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { quantityOf, textOfQuantity } from '../values/quantity.ts';
import { checkText, type Faults, fine, type Unchecked } from './field-checks.ts';

const fieldPaths = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);
/** Old clients write the one for the other. */
const renamed: Readonly<Record<string, string>> = { 'spec.host': 'spec.nodeName' };

/** `metadata.labels['app']` in its parts; `undefined` when it has no subscript. */
const subscripted = (path: string): readonly [path: string, subscript: string] | undefined => {
  const [, name = '', subscript = ''] = /^(.+?)\['(.*)'\]$/s.exec(path) ?? [];
  return name === '' ? undefined : [name, subscript];
};

const validateSubscript = (at: string, path: string, [name, subscript]: readonly [string, string]): Faults => {
  if (name === 'metadata.annotations') return checkText(at, subscript.toLowerCase(), check.qualifiedName);
  if (name === 'metadata.labels') return checkText(at, subscript, check.qualifiedName);
  const why = `error converting fieldPath: field label does not support subscript: ${path}`;
  return [fault.invalid(`${at}.fieldPath`, path, why)];
};

/** A reference to a field of the pod; `allowed` lists those that may be referred to here, sorted. */
export const validateFieldRef = (
  at: string,
  { apiVersion, fieldPath: path }: Unchecked<ObjectFieldSelector>,
  allowed: readonly string[],
): Faults => {
  if (!apiVersion) return [fault.required(`${at}.apiVersion`)];
  if (!path) return [fault.required(`${at}.fieldPath`)];
  const refuse = (why: string) => [fault.invalid(`${at}.fieldPath`, path, `error converting fieldPath: ${why}`)];
  if (apiVersion !== 'v1') return refuse(`unsupported pod version: ${apiVersion}`);
  const parts = subscripted(path);
  if (parts) return validateSubscript(at, path, parts);
  const name = renamed[path] ?? path;
  if (!fieldPaths.has(name)) return refuse(`field label not supported: ${path}`);
  return allowed.includes(name) ? fine : [fault.notSupported(`${at}.fieldPath`, name, allowed)];
};

const resources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const isHugePages = (resource: string) => /^(requests|limits)\.hugepages-/.test(resource);

const bytes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const bytesText = bytes.join(', ');
const byteNames: Readonly<Record<string, string>> = {
  memory: 'memory',
  'ephemeral-storage': 'local ephemeral storage',
};

const validateDivisor = (at: string, resource: string, divisor: string | number): Faults => {
  const quantity = quantityOf(divisor);
  const text = textOfQuantity(quantity);
  if (quantity.nanos === 0n) return fine;
  const [, of = ''] = /^(?:limits|requests)\.(.*)$/s.exec(resource) ?? [];
  const name = isHugePages(resource) ? 'hugepages' : byteNames[of];
  if (of === 'cpu' && text !== '1m' && text !== '1')
    return [fault.invalid(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource")];
  if (name === undefined || bytes.includes(text)) return fine;
  return [fault.invalid(at, resource, `only divisor's values ${bytesText} are supported with the ${name} resource`)];
};

/** A reference to what a container asks for or is limited to; in a volume it must say which container's. */
export const validateResourceRef = (
  at: string,
  { containerName, resource = '', divisor = '0' }: Unchecked<ResourceFieldSelector>,
  inVolume: boolean,
): Faults => {
  const divided = validateDivisor(`${at}.divisor`, resource, divisor);
  if (inVolume && !containerName) return [fault.required(`${at}.containerName`), ...divided];
  if (resource === '') return [fault.required(`${at}.resource`), ...divided];
  if (resources.includes(resource) || isHugePages(resource)) return divided;
  return [fault.notSupported(`${at}.resource`, resource, resources), ...divided];
};
