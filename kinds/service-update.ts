import type { Service } from './service.ts';
import type { ServicePort } from './schema/api/core-v1.ts';
import { isExternal } from './defaults/service.ts';

type Spec = Service['spec'];

const isAddressed = ({ type }: Spec): boolean => type !== 'ExternalName';
const opensPorts = ({ type }: Spec): boolean => type === 'NodePort' || type === 'LoadBalancer';
const isChecked = ({ type, externalTrafficPolicy }: Spec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

const without = (spec: Spec, ...names: readonly (keyof Spec)[]): Spec => {
  const rest = { ...spec };
  for (const name of names) delete (rest as Partial<Record<keyof Spec, unknown>>)[name];
  return rest;
};

/** One address given and the list left alone, or the other way round, means both. */
const withBothAddresses = (after: Spec, before: Spec | undefined): Spec => {
  const { clusterIP = '', clusterIPs = [] } = after;
  if (!before) return clusterIP !== '' && clusterIPs.length === 0 ? { ...after, clusterIPs: [clusterIP] } : after;
  if (clusterIP === (before.clusterIP ?? '') || !same(clusterIPs, before.clusterIPs ?? [])) return after;
  return clusterIP === ''
    ? without(after, 'clusterIPs')
    : { ...after, clusterIPs: [clusterIP, ...clusterIPs.slice(1)] };
};

const withAddress = (after: Spec, before: Spec): Spec => {
  if (!isAddressed(after) || !isAddressed(before)) return after;
  const clusterIP = after.clusterIP || before.clusterIP;
  const clusterIPs =
    (after.clusterIPs ?? []).length === 0 && clusterIP === before.clusterIP ? before.clusterIPs : after.clusterIPs;
  return {
    ...after,
    ...(clusterIP !== undefined && { clusterIP }),
    ...(clusterIPs !== undefined && { clusterIPs }),
    ...(after.ipFamilies === undefined && before.ipFamilies && { ipFamilies: before.ipFamilies }),
    ...(after.ipFamilyPolicy === undefined && before.ipFamilyPolicy && { ipFamilyPolicy: before.ipFamilyPolicy }),
  };
};

const portKey = ({ protocol = 'TCP', port }: ServicePort): string => `${protocol}/${port}`;

/** A port that names no node port keeps the one it had, unless another port asks for that now. */
const withNodePorts = (after: Spec, before: Spec): Spec => {
  if (!opensPorts(after) || !opensPorts(before)) return after;
  const asked = new Set((after.ports ?? []).map(({ nodePort }) => nodePort ?? 0));
  const had = new Map((before.ports ?? []).map((port) => [portKey(port), port.nodePort ?? 0]));
  const ports = (after.ports ?? []).map((port) => {
    const nodePort = had.get(portKey(port)) ?? 0;
    return port.nodePort || nodePort === 0 || asked.has(nodePort) ? port : { ...port, nodePort };
  });
  const check = isChecked(after) && isChecked(before) && !after.healthCheckNodePort ? before.healthCheckNodePort : 0;
  return { ...after, ports, ...(check && { healthCheckNodePort: check }) };
};

/** What only the former type needed, and the write did not speak of, goes with it. */
const withoutLeftovers = (after: Spec, before: Spec): Spec => {
  const unchanged = (name: keyof Spec) => same(after[name], before[name]);
  const drop: (keyof Spec)[] = [];
  if (isAddressed(before) && !isAddressed(after)) {
    if (unchanged('clusterIP') && unchanged('clusterIPs')) drop.push('clusterIP', 'clusterIPs');
    drop.push(...(['ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'] as const).filter(unchanged));
  }
  if (isChecked(before) && !isChecked(after) && unchanged('healthCheckNodePort')) drop.push('healthCheckNodePort');
  if (before.type === 'LoadBalancer' && after.type !== 'LoadBalancer')
    drop.push(...(['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const).filter(unchanged));
  if (isExternal(before) && !isExternal(after) && unchanged('externalTrafficPolicy'))
    drop.push('externalTrafficPolicy');
  const left = without(after, ...drop);
  if (!opensPorts(before) || opensPorts(after) || !after.ports) return left;
  const had = new Set((before.ports ?? []).map(({ nodePort }) => nodePort));
  const ports = after.ports.map(({ nodePort, ...port }) =>
    nodePort && !had.has(nodePort) ? { ...port, nodePort } : port,
  );
  return { ...left, ports };
};

/** A new Service: its address stands in both fields. */
export const prepareService = (service: Service): Service => ({
  ...service,
  spec: withBothAddresses(service.spec, undefined),
  status: { loadBalancer: {} },
});

/** What a write leaves out though it was given to the Service is kept; what its new type has no use for goes. */
export const keepService = (after: Service, before: Service): Service => {
  const both = withBothAddresses(withoutLeftovers(after.spec, before.spec), before.spec);
  return { ...after, spec: withNodePorts(withAddress(both, before.spec), before.spec) };
};
