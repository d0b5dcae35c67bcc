import type { Container, Pod, PodSpec, ResourceList } from '../schema/api/core-v1.ts';
import { textOfQuantity } from '../values/quantity.ts';
import { isHugePages, isOvercommitAllowed, isPodLevelResource } from '../values/resource-name.ts';
import { type Sums, sumOfContainers } from '../values/resource-sums.ts';
import { each, fill, fillEmpty, inTurn, within } from './fill.ts';
import { defaultPodSpec } from './pod-spec.ts';
import { requestLimits } from './resources.ts';

/** `list` with what it lacks of `more`; the same list when it lacks nothing. */
const withMore = (list: ResourceList | undefined, more: ResourceList): ResourceList | undefined =>
  Object.keys(more).every((name) => list?.[name] !== undefined) ? list : { ...more, ...list };

const textsOf = (sums: Sums, counts: (name: string) => boolean): ResourceList =>
  Object.fromEntries([...sums].filter(([name]) => counts(name)).map(([name, sum]) => [name, textOfQuantity(sum)]));

const isEmpty = (list: object | undefined) => !list || Object.keys(list).length === 0;

/** What a pod as a whole is limited to, where it says a part of it: the huge pages of its containers. */
const defaultPodLimits = (spec: PodSpec): PodSpec =>
  within(spec, 'resources', (resources) => {
    if (isEmpty(resources.limits) && isEmpty(resources.requests)) return resources;
    const counts = (name: string) => isHugePages(name) && resources.requests?.[name] === undefined;
    const limits = withMore(resources.limits, textsOf(sumOfContainers(spec, 'limits'), counts));
    return limits === undefined || limits === resources.limits ? resources : { ...resources, limits };
  });

const isSummed = (name: string) => isPodLevelResource(name) && isOvercommitAllowed(name);

/** A pod that is limited as a whole asks for what its containers ask for, else for its limits. */
const defaultPodRequests = (spec: PodSpec): PodSpec =>
  within(spec, 'resources', (resources) => {
    const limits = Object.entries(resources.limits ?? {}).filter(([name]) => isPodLevelResource(name));
    if (isEmpty(resources.limits)) return resources;
    const summed = withMore(resources.requests, textsOf(sumOfContainers(spec, 'requests'), isSummed));
    const requests = withMore(summed, Object.fromEntries(limits));
    return requests === undefined || requests === resources.requests ? resources : { ...resources, requests };
  });

const defaultHostPorts = (spec: PodSpec): PodSpec => {
  if (!spec.hostNetwork) return spec;
  const containers = each<Container>((container) =>
    within(
      container,
      'ports',
      each((port) => fillEmpty(port, { hostPort: port.containerPort })),
    ),
  );
  return within(within(spec, 'containers', containers), 'initContainers', containers);
};

/** A negative grace is the shortest there is. */
const defaultGrace = (spec: PodSpec): PodSpec =>
  within(spec, 'terminationGracePeriodSeconds', (seconds) => (seconds < 0 ? 1 : seconds));

const requestAll = each<Container>((container) => within(container, 'resources', requestLimits));

const noSpec: PodSpec = { containers: [] };

/** A pod with upstream's defaults of v1.34. */
export const defaultPod = <P extends Pod>(pod: P): P => {
  const spec = inTurn<PodSpec>(
    (one) => within(one, 'containers', requestAll),
    (one) => within(one, 'initContainers', requestAll),
    defaultPodLimits,
    defaultPodRequests,
    (one) => fill(one, { enableServiceLinks: true }),
    defaultHostPorts,
    defaultGrace,
    defaultPodSpec,
  )(pod.spec ?? noSpec);
  return spec === pod.spec ? pod : { ...pod, spec };
};
