import { check } from './names.ts';

const compute = ['cpu', 'memory', 'ephemeral-storage'] as const;
const counted = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const known = new Set([
  ...compute.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
  ...counted,
  'storage',
  'requests.storage',
]);

/** A resource of Kubernetes' own, rather than an extension's: its name has no domain, or Kubernetes' domain. */
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-');

/** A name that Kubernetes knows without a domain. */
export const isStandardResource = (name: string): boolean =>
  known.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');

/** A standard resource that a container may ask for. */
export const isContainerResource = (name: string): boolean => compute.some((one) => one === name) || isHugePages(name);

/** May all together be promised more than there is? */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

/** What a pod as a whole may ask for. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

/** A resource of an extension: a qualified name, short enough to be asked for in a quota. */
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith('requests.') && check.qualifiedName(`requests.${name}`).length === 0;

/** A resource that comes in whole pieces. */
export const isWholeResource = (name: string): boolean => counted.includes(name) || isExtendedResource(name);
