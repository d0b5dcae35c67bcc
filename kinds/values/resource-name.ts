const native = 'kubernetes.io/';
const requests = 'requests.';

/** A resource of Kubernetes' own, rather than an extension's: its name has no domain, or Kubernetes' domain. */
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes(native);

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-');

/** May more be asked for in all than there is? */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

/** Amounts that a pod as a whole may ask for. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

/** An extension's resource: a qualified name of a domain that is not Kubernetes'. `isName` checks the name with `requests.` before it. */
export const isExtendedResource = (name: string, isName: (name: string) => boolean): boolean =>
  !isNativeResource(name) && !name.startsWith(requests) && isName(`${requests}${name}`);
