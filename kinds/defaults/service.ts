import type { Service, ServiceSpec } from '../schema/api/core-v1.ts';
import { each, fill, fillEmpty, inTurn, within } from './fill.ts';

const affinitySeconds = 10_800;

const defaultAffinity = (spec: ServiceSpec): ServiceSpec => {
  const filled = fillEmpty(spec, { sessionAffinity: 'None' });
  const { sessionAffinityConfig, ...rest } = filled;
  if (filled.sessionAffinity === 'None') return sessionAffinityConfig === undefined ? filled : rest;
  if (filled.sessionAffinity !== 'ClientIP' || sessionAffinityConfig?.clientIP?.timeoutSeconds !== undefined)
    return filled;
  return { ...filled, sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } } };
};

/** Whether a Service can be reached from outside the cluster. */
export const isExternal = ({
  type,
  externalIPs,
}: {
  readonly type?: string | undefined;
  readonly externalIPs?: readonly string[] | undefined;
}): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs ?? []).length > 0);

const hasInside = ({ type }: ServiceSpec) => type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer';

const defaultSpec = inTurn<ServiceSpec>(
  defaultAffinity,
  (spec) => fillEmpty(spec, { type: 'ClusterIP' }),
  (spec) =>
    within(
      spec,
      'ports',
      each((port) => fillEmpty(fillEmpty(port, { protocol: 'TCP' }), { targetPort: port.port })),
    ),
  (spec) => (isExternal(spec) ? fillEmpty(spec, { externalTrafficPolicy: 'Cluster' }) : spec),
  (spec) => (hasInside(spec) ? fill(spec, { internalTrafficPolicy: 'Cluster' }) : spec),
  (spec) => (spec.type === 'LoadBalancer' ? fill(spec, { allocateLoadBalancerNodePorts: true }) : spec),
);

/** A Service with upstream's defaults of v1.34; addresses and ports are given to it when it is admitted. */
export const defaultService = <S extends Service>(service: S): S => {
  const filled: Service = within<Service, 'spec'>(service, 'spec', defaultSpec);
  if (filled.spec?.type !== 'LoadBalancer') return filled as S;
  return within<Service, 'status'>(filled, 'status', (status) =>
    within(status, 'loadBalancer', (balancer) =>
      within(
        balancer,
        'ingress',
        each((ingress) => (ingress.ip ? fill(ingress, { ipMode: 'VIP' }) : ingress)),
      ),
    ),
  ) as S;
};
