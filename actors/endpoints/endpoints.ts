import { deltaBetween } from '../../kinds/delta.ts';
import type { Endpoints } from '../../kinds/endpoints.ts';
import type { ApiObject } from '../../kinds/object.ts';
import type { EndpointAddress, EndpointSubset } from '../../kinds/schema/api/core-v1.ts';
import type { Endpoint } from '../../kinds/schema/api/discovery-v1.ts';
import type { Service } from '../../kinds/service.ts';
import type { World } from '../../projections/world.ts';
import { type Controller, nobody, nothing, type Wanted } from '../controller.ts';
import { isHeadless, readServiceKey, serviceKey, servicesOfPod } from './service-pods.ts';
import { groupsOf } from './slice-contents.ts';
import { headlessLabel } from './slices.ts';

const keeperLabel = 'endpoints.kubernetes.io/managed-by';
const keeper = 'endpoint-controller';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';
/** More addresses than this one object does not show; the slices show all. */
const addressesMax = 1_000;

const addressOf = ({ addresses, hostname, nodeName, targetRef }: Endpoint): EndpointAddress => ({
  ip: addresses[0] ?? '',
  ...(hostname && { hostname }),
  ...(nodeName && { nodeName }),
  ...(targetRef && { targetRef }),
});

const byAddress = (a: EndpointAddress, b: EndpointAddress) => (a.ip < b.ip ? -1 : 1);

/** At most {@link addressesMax} addresses, the ready ones first. */
const capped = (subsets: readonly EndpointSubset[]): readonly EndpointSubset[] => {
  let left = addressesMax;
  const take = (all: readonly EndpointAddress[] | undefined) => {
    const taken = (all ?? []).slice(0, left);
    left -= taken.length;
    return taken;
  };
  const ready = subsets.map(({ addresses }) => take(addresses));
  const others = subsets.map(({ notReadyAddresses }) => take(notReadyAddresses));
  return subsets.map(({ ports }, i) => ({
    ...(ready[i]?.length && { addresses: ready[i] }),
    ...(others[i]?.length && { notReadyAddresses: others[i] }),
    ...(ports && { ports }),
  }));
};

const subsetsOf = (world: World, service: Service): readonly EndpointSubset[] =>
  groupsOf(world, service).flatMap(({ ports, endpoints }) => {
    const living = endpoints.filter(({ conditions }) => !conditions?.terminating || conditions.ready);
    if (living.length === 0) return [];
    const ready = living
      .filter(({ conditions }) => conditions?.ready)
      .map(addressOf)
      .sort(byAddress);
    const others = living
      .filter(({ conditions }) => !conditions?.ready)
      .map(addressOf)
      .sort(byAddress);
    const named = ports.map(({ name, port = 0, protocol, appProtocol }) => ({
      ...(name && { name }),
      port,
      ...(protocol && { protocol }),
      ...(appProtocol && { appProtocol }),
    }));
    return [
      {
        ...(ready.length > 0 && { addresses: ready }),
        ...(others.length > 0 && { notReadyAddresses: others }),
        ...(named.length > 0 && { ports: named }),
      },
    ];
  });

const contentOf = (world: World, service: Service) => {
  const all = subsetsOf(world, service);
  const count = all.reduce(
    (sum, { addresses = [], notReadyAddresses = [] }) => sum + addresses.length + notReadyAddresses.length,
    0,
  );
  const { [headlessLabel]: _h, ...labels } = service.metadata.labels ?? {};
  return {
    labels: { ...labels, ...(isHeadless(service) && { [headlessLabel]: '' }), [keeperLabel]: keeper },
    ...(count > addressesMax && { annotations: { [overCapacity]: 'truncated' } }),
    subsets: capped(all),
  };
};

/** Keeps the one Endpoints object of each Service that selects pods, for clients that do not read slices. */
export const endpoints: Controller = {
  name: 'endpoints',

  touches: (change, world) => {
    const { ref } = change;
    if (ref.resource === 'pods') return servicesOfPod(change, world);
    return ref.resource === 'services' || ref.resource === 'endpoints' ? [serviceKey(ref.namespace, ref.name)] : nobody;
  },

  reconcile: (world, key) => {
    const { namespace, name } = readServiceKey(key);
    const ref = { resource: 'endpoints', namespace, name };
    const service = world.get<Service>({ resource: 'services', namespace, name });
    const present = world.get<Endpoints>(ref);
    const isSelecting = Object.keys(service?.spec.selector ?? {}).length > 0 && service?.spec.type !== 'ExternalName';
    if (!service || service.metadata.deletionTimestamp !== undefined) {
      const isOurs = present?.metadata.labels?.[keeperLabel] === keeper;
      const remove: Wanted = { type: 'Delete', ref, options: {} };
      return isOurs && !service ? { commands: [remove] } : nothing;
    }
    if (!isSelecting) return nothing;

    const { labels, annotations, subsets } = contentOf(world, service);
    if (!present) {
      const metadata = { name, namespace, labels, ...(annotations && { annotations }) };
      const object = { metadata, ...(subsets.length > 0 && { subsets }) } as unknown as ApiObject; // the door adds the system fields
      return { commands: [{ type: 'Create', ref, object }] };
    }
    const { annotations: _were, ...metadata } = present.metadata;
    const { subsets: _before, ...rest } = present;
    const { [overCapacity]: _mark, ...others } = present.metadata.annotations ?? {};
    const marks = { ...others, ...annotations };
    const object = {
      ...rest,
      metadata: { ...metadata, labels, ...(Object.keys(marks).length > 0 && { annotations: marks }) },
      ...(subsets.length > 0 && { subsets }),
    };
    const isSo = deltaBetween(present, object).length === 0;
    return isSo ? nothing : { commands: [{ type: 'Replace', ref, object }] };
  },
};
