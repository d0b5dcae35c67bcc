import fc from 'fast-check';
import type {
  Endpoint,
  HostPort,
  NodeRules,
  ServiceRules,
} from '../../../runtime-agent/packet-filter/packet-filter.ts';
import { endpoint, nodeWith, port, web } from './samples.ts';

const anyEndpoint: fc.Arbitrary<Endpoint> = fc
  .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 40 }), fc.boolean(), fc.boolean(), fc.boolean())
  .map(([net, last, ready, serving, terminating]) =>
    endpoint(`10.244.${net}.${last}`, { ready, serving: ready || serving, terminating: !ready && terminating }),
  );

/** `default/web` with up to 30 endpoints in any state, under any policy, with or without affinity and addresses outside. */
export const anyWeb: fc.Arbitrary<ServiceRules> = fc
  .record({
    endpoints: fc.uniqueArray(anyEndpoint, { maxLength: 30, selector: ({ ip }) => ip }),
    protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
    externalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
    internalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
    affinitySeconds: fc.option(fc.constant(60), { nil: undefined }),
    externalIPs: fc.subarray(['192.0.2.9']),
    loadBalancerIPs: fc.subarray(['203.0.113.7']),
    loadBalancerSourceRanges: fc.subarray(['198.51.100.0/24', '0.0.0.0/0']),
  })
  .map(({ endpoints, protocol, affinitySeconds, ...more }) =>
    web([port(endpoints, { protocol, nodePort: 30080 })], {
      ...more,
      ...(affinitySeconds !== undefined && { affinitySeconds }),
    }),
  );

/** One of 20 Services or 20 host ports becomes something else, or goes away. */
export type Step =
  | { readonly slot: number; readonly service: ServiceRules | undefined }
  | { readonly slot: number; readonly hostPort: HostPort | undefined };

const slot = fc.integer({ min: 0, max: 19 });

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ slot, service: fc.option(anyWeb, { nil: undefined, freq: 6 }) })
      .map(({ slot, service }) => ({
        slot,
        service: service && {
          ...service,
          name: `web-${slot}`,
          clusterIPs: [`10.96.1.${slot}`],
          ports: service.ports.map((one) => ({ ...one, nodePort: 30_000 + slot })),
        },
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ slot, last: fc.option(fc.integer({ min: 2, max: 40 }), { nil: undefined }) })
      .map(({ slot, last }) => ({
        slot,
        hostPort:
          last === undefined
            ? undefined
            : {
                namespace: 'default',
                name: `pod-${slot}`,
                protocol: 'TCP' as const,
                hostPort: 8000 + slot,
                podIP: `10.244.1.${last}`,
                containerPort: 80,
              },
      })),
  },
);

/** What a node is asked after each of `steps`. */
export function* after(steps: readonly Step[]): Generator<NodeRules> {
  const services = new Map<number, ServiceRules>();
  const hostPorts = new Map<number, HostPort>();
  for (const step of steps) {
    if ('service' in step) step.service ? services.set(step.slot, step.service) : services.delete(step.slot);
    else step.hostPort ? hostPorts.set(step.slot, step.hostPort) : hostPorts.delete(step.slot);
    yield nodeWith([...services.values()], [...hostPorts.values()]);
  }
}
