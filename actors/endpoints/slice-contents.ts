import type { Node } from '../../kinds/node.ts';
import type { Pod } from '../../kinds/pod.ts';
import type { Endpoint, EndpointPort } from '../../kinds/schema/api/discovery-v1.ts';
import type { Service } from '../../kinds/service.ts';
import type { World } from '../../projections/world.ts';
import { isReady, isTerminating } from '../pod-state.ts';
import { podsOfService, targetPort } from './service-pods.ts';

/** Endpoints that share their ports, which is what a slice can hold. */
export interface Group {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

const zoneLabel = 'topology.kubernetes.io/zone';

const portsOf = (pod: Pod, { spec }: Service): readonly EndpointPort[] =>
  (spec.ports ?? []).flatMap((asked): readonly EndpointPort[] => {
    const port = targetPort(pod, asked);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = asked;
    return [{ name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });

const endpointOf = (world: World, service: Service, pod: Pod): Endpoint => {
  const { metadata, spec, status } = pod;
  const node = world.get<Node>({ resource: 'nodes', namespace: '', name: spec.nodeName ?? '' });
  const zone = node?.metadata.labels?.[zoneLabel];
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const isNamed = spec.hostname && spec.subdomain === service.metadata.name;
  return {
    addresses: [status?.podIP ?? ''],
    conditions: { ready, serving, terminating },
    ...(isNamed && { hostname: spec.hostname }),
    targetRef: { kind: 'Pod', namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid },
    ...(spec.nodeName && { nodeName: spec.nodeName }),
    ...(zone && { zone }),
  };
};

/** Who stands behind the Service now, by the ports they serve. Empty when nobody does. */
export const groupsOf = (world: World, service: Service): readonly Group[] => {
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
  for (const pod of podsOfService(world, service)) {
    const ports = portsOf(pod, service);
    // A pod that has none of the ports is no endpoint, except behind a Service without ports.
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue;
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(world, service, pod));
  }
  return [...groups.values()];
};
