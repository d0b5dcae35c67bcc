import {
  type Backend,
  everyNode,
  type Forget,
  type ServedPort,
  type ServeService,
} from '../../commands/orders/order.ts';
import { type EndpointSlice, serviceNameLabel } from '../../kinds/endpoint-slice.ts';
import type { Service } from '../../kinds/service.ts';
import type { World } from '../../projections/world.ts';
import type { Seen } from '../controller.ts';

const affinitySecondsDefault = 10_800;

/** The Service whose turn a change of it, or of one of its slices, makes it. */
export const serviceKeysOf = ({ ref, before, after }: Seen): readonly string[] => {
  if (ref.resource === 'services') return [`service/${ref.namespace}/${ref.name}`];
  const names = [before, after].map((slice) => slice?.metadata.labels?.[serviceNameLabel]);
  return [...new Set(names)].flatMap((name) => (name ? [`service/${ref.namespace}/${name}`] : []));
};

/** Who stands behind a port, in the order of their addresses: two slices may name one twice while it moves between them. */
const backendsOf = (slices: readonly EndpointSlice[], portName: string, protocol: string): readonly Backend[] => {
  const found = new Map<string, Backend>();
  for (const { addressType, ports, endpoints } of slices) {
    if (addressType !== 'IPv4') continue;
    const port = ports?.find((one) => (one.name ?? '') === portName && (one.protocol ?? 'TCP') === protocol)?.port;
    if (port === undefined) continue;
    for (const { addresses, conditions = {}, nodeName = '' } of endpoints ?? []) {
      const { ready = true, serving = ready, terminating = false } = conditions;
      for (const ip of addresses) found.set(`${ip}:${port}`, { ip, port, ready, serving, terminating, node: nodeName });
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, backend]) => backend);
};

/** How every node shall carry traffic for this Service. */
export const serviceOrder = (world: World, key: string): ServeService | Forget => {
  const [, namespace = '', name = ''] = key.split('/');
  const topic = { node: everyNode, key, position: world.position };
  const service = world.get<Service>({ resource: 'services', namespace, name });
  const clusterIPs = (service?.spec.clusterIPs ?? []).filter((ip) => ip !== '' && ip !== 'None');
  if (!service || service.spec.type === 'ExternalName' || clusterIPs.length === 0) return { ...topic, type: 'Forget' };

  const slices = world.indexed<EndpointSlice>('endpointslices.discovery.k8s.io', 'service', `${namespace}/${name}`);
  const { spec } = service;
  const ports = (spec.ports ?? []).map((port): ServedPort => {
    const protocol = port.protocol ?? 'TCP';
    return {
      name: port.name ?? '',
      protocol,
      port: port.port,
      nodePort: port.nodePort ?? 0,
      backends: backendsOf(slices, port.name ?? '', protocol),
    };
  });
  return {
    ...topic,
    type: 'ServeService',
    namespace,
    name,
    uid: service.metadata.uid,
    clusterIPs,
    externalIPs: spec.externalIPs ?? [],
    ports,
    affinitySeconds:
      spec.sessionAffinity === 'ClientIP'
        ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? affinitySecondsDefault)
        : 0,
    internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
    externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
  };
};
