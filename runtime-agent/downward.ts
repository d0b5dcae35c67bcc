import type { ObjectFieldSelector, ResourceFieldSelector } from '../kinds/schema/api/core-v1.ts';
import { milliValueOf, quantityOf, valueOf } from '../kinds/values/quantity.ts';
import { DeedFailed } from './deed.ts';
import { containersOf, type PodOf } from './pod.ts';

/** What a node can give at most: the answer where a container has no limit. */
export interface NodeCapacity {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** The pod's own facts that only this node knows. */
export interface Whereabouts {
  readonly podIP: string;
  readonly hostIP: string;
  readonly capacity: NodeCapacity;
}

const quote = (text: string) => JSON.stringify(text);
const lines = (map: Readonly<Record<string, string>> = {}) =>
  Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${quote(value)}`)
    .join('\n');

const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/;

/** A field of the pod, as the downward API gives it. */
export const fieldValue = (pod: PodOf, { fieldPath }: ObjectFieldSelector, { podIP, hostIP }: Whereabouts): string => {
  const { metadata, spec } = pod;
  const key = keyed.exec(fieldPath);
  if (key) return metadata[key[1] as 'labels' | 'annotations']?.[key[2] ?? ''] ?? ''; // the pattern names these two
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return lines(metadata.labels);
    case 'metadata.annotations':
      return lines(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.podIP':
    case 'status.podIPs':
      return podIP;
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP;
    default:
      throw new DeedFailed('CreateContainerConfigError', `unsupported fieldPath: ${fieldPath}`);
  }
};

const divide = (value: bigint, divisor: bigint): string =>
  String(divisor <= 0n ? value : (value + divisor - 1n) / divisor);

/** A container's request or limit in units of its divisor, rounded up; what the node has where it sets no limit. */
export const resourceValue = (
  pod: PodOf,
  container: string,
  selector: ResourceFieldSelector,
  { capacity }: Whereabouts,
): string => {
  const name = selector.containerName || container;
  const spec = containersOf(pod.spec).find((one) => one.name === name);
  if (!spec) throw new DeedFailed('CreateContainerConfigError', `container ${name} not found`);
  const [sort = '', ...rest] = selector.resource.split('.');
  const resource = rest.join('.');
  const { limits = {}, requests = {} } = spec.resources ?? {};
  const asked = sort === 'requests' ? requests[resource] : limits[resource];
  const divisor = quantityOf(selector.divisor && selector.divisor !== '0' ? selector.divisor : '1');
  if (resource === 'cpu') {
    const milli =
      asked === undefined ? (sort === 'limits' ? BigInt(capacity.cpuMilli) : 0n) : milliValueOf(quantityOf(asked));
    return divide(milli, milliValueOf(divisor));
  }
  const whole =
    asked === undefined
      ? sort === 'limits' && resource === 'memory'
        ? BigInt(capacity.memoryBytes)
        : 0n
      : valueOf(quantityOf(asked));
  return divide(whole, valueOf(divisor));
};
