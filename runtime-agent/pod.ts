import type { Stored } from '../kinds/object.ts';
import type { Container, Pod, PodSpec } from '../kinds/schema/api/core-v1.ts';

/** A pod as an order carries it. */
export type PodOf = Stored<Pod>;

/** Init containers that keep running beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

/** Every container that a pod may run, init containers first. */
export const containersOf = ({
  initContainers = [],
  containers,
  ephemeralContainers = [],
}: PodSpec): readonly Container[] => [...initContainers, ...containers, ...ephemeralContainers];

/** `web_default(3f1c…)`, as upstream's messages name a pod. */
export const podText = ({ metadata }: PodOf): string => `${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid})`;

/** The host name inside the pod: 63 characters at most, never ending in a dash or dot. */
export const hostnameOf = ({ metadata, spec }: PodOf): string =>
  (spec.hostname || metadata.name).slice(0, 63).replace(/[-.]+$/, '');
