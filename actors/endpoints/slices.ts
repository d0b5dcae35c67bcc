import { nameFrom } from '../../commands/draft.ts';
import { deltaBetween } from '../../kinds/delta.ts';
import { type EndpointSlice, serviceNameLabel, sliceKeeperLabel } from '../../kinds/endpoint-slice.ts';
import { type ApiObject, controllerReference } from '../../kinds/object.ts';
import type { Endpoint } from '../../kinds/schema/api/discovery-v1.ts';
import type { Service } from '../../kinds/service.ts';
import type { World } from '../../projections/world.ts';
import { type Controller, nobody, nothing, type Wanted } from '../controller.ts';
import { isHeadless, readServiceKey, serviceKey, servicesOfPod } from './service-pods.ts';
import { type Group, groupsOf } from './slice-contents.ts';

const resource = 'endpointslices.discovery.k8s.io';
export const sliceKeeper = 'endpointslice-controller.k8s.io';
export const headlessLabel = 'service.kubernetes.io/headless';
/** As many endpoints as one slice holds: a change then moves little. */
const endpointsMax = 100;

const idOf = ({ targetRef, addresses }: Endpoint): string => targetRef?.uid ?? addresses.join(',');

const labelsOf = (service: Service): Readonly<Record<string, string>> => {
  const { [headlessLabel]: _h, [serviceNameLabel]: _n, [sliceKeeperLabel]: _k, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    [serviceNameLabel]: service.metadata.name,
    [sliceKeeperLabel]: sliceKeeper,
    ...(isHeadless(service) && { [headlessLabel]: '' }),
  };
};

/** A slice as it is and what it shall hold; without `slice` it is to be made. */
interface Filling {
  readonly slice: EndpointSlice | undefined;
  readonly ports: Group['ports'];
  readonly endpoints: readonly Endpoint[];
}

/** Spreads a group over the slices that serve its ports: who is in one stays there, newcomers fill gaps, the rest gets new ones. */
const fill = ({ ports, endpoints }: Group, slices: readonly EndpointSlice[]): readonly Filling[] => {
  const waiting = new Map(endpoints.map((one) => [idOf(one), one]));
  const fillings = slices.map((slice) => {
    const kept = (slice.endpoints ?? []).flatMap((one) => {
      const now = waiting.get(idOf(one));
      waiting.delete(idOf(one));
      return now ? [now] : [];
    });
    return { slice, ports, endpoints: kept };
  });
  const newcomers = [...waiting.values()];
  // The fullest first, so that the others run empty and go.
  for (const filling of fillings.toSorted((a, b) => b.endpoints.length - a.endpoints.length))
    filling.endpoints.push(...newcomers.splice(0, endpointsMax - filling.endpoints.length));
  const more: Filling[] = [];
  while (newcomers.length > 0) more.push({ slice: undefined, ports, endpoints: newcomers.splice(0, endpointsMax) });
  return [...fillings.filter((one) => one.endpoints.length > 0), ...more];
};

const sameJson = (a: unknown, b: unknown) => deltaBetween(a, b).length === 0;

const write = (
  world: World,
  service: Service,
  { slice, ports, endpoints }: Filling,
  nth: number,
): readonly Wanted[] => {
  const { namespace = '', name: serviceName, uid } = service.metadata;
  const labels = labelsOf(service);
  if (slice) {
    const isSo =
      sameJson(slice.endpoints ?? [], endpoints) &&
      sameJson(slice.ports ?? [], ports) &&
      sameJson(slice.metadata.labels, labels);
    const object = { ...slice, metadata: { ...slice.metadata, labels }, ports, endpoints } as ApiObject;
    return isSo ? [] : [{ type: 'Replace', ref: { resource, namespace, name: slice.metadata.name }, object }];
  }
  const generateName = `${serviceName}-`;
  const name = nameFrom(generateName, `${uid}@${world.position}/${nth}`, 0);
  const metadata = { name, generateName, namespace, labels, ownerReferences: [controllerReference(service)] };
  const object = { metadata, addressType: 'IPv4', ports, endpoints } as unknown as ApiObject; // the door adds the system fields
  return [{ type: 'Create', ref: { resource, namespace, name }, object }];
};

const keptSlices = (world: World, key: string): readonly EndpointSlice[] =>
  world
    .indexed<EndpointSlice>(resource, 'service', key)
    .filter(({ metadata }) => metadata.labels?.[sliceKeeperLabel] === sliceKeeper && !metadata.deletionTimestamp);

/** A Service nobody stands behind keeps one slice that says so. */
const emptyGroup: Group = { ports: [], endpoints: [] };

const fillingsOf = (groups: readonly Group[], slices: readonly EndpointSlice[]): readonly Filling[] => {
  if (groups.length === 0) return [{ ...emptyGroup, slice: slices[0] }];
  const left = new Set(slices);
  const fillings = groups.flatMap((group) => {
    const fitting = [...left].filter(({ ports }) => sameJson(ports ?? [], group.ports));
    for (const slice of fitting) left.delete(slice);
    return fill(group, fitting);
  });
  // A slice of other ports serves again before a new one is made.
  const spare = [...left];
  return fillings.map((filling) => (filling.slice ? filling : { ...filling, slice: spare.shift() }));
};

const remove = (slice: EndpointSlice): Wanted => ({
  type: 'Delete',
  ref: { resource, namespace: slice.metadata.namespace ?? '', name: slice.metadata.name },
  options: { preconditions: { uid: slice.metadata.uid } },
});

/** Keeps the EndpointSlices of each Service that selects pods. */
export const endpointSlice: Controller = {
  name: 'endpoint-slice',

  touches: (change, world) => {
    const { ref, before, after } = change;
    if (ref.resource === 'pods') return servicesOfPod(change, world);
    if (ref.resource === 'services') return [serviceKey(ref.namespace, ref.name)];
    if (ref.resource !== resource) return nobody;
    const names = new Set([before, after].map((slice) => slice?.metadata.labels?.[serviceNameLabel]));
    return [...names].flatMap((name) => (name ? [serviceKey(ref.namespace, name)] : []));
  },

  reconcile: (world, key) => {
    const service = world.get<Service>({ resource: 'services', ...readServiceKey(key) });
    const slices = keptSlices(world, key);
    // Slices of a Service that is gone are the garbage collector's.
    if (!service || service.metadata.deletionTimestamp !== undefined) return nothing;
    const isKept = service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector ?? {}).length > 0;
    if (!isKept) return { commands: slices.map(remove) };

    const fillings = fillingsOf(groupsOf(world, service), slices);
    const used = new Set(fillings.map(({ slice }) => slice));
    return {
      commands: [
        ...fillings.flatMap((filling, nth) => write(world, service, filling, nth)),
        ...slices.filter((slice) => !used.has(slice)).map(remove),
      ],
    };
  },
};
