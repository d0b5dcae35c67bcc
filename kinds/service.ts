import { ageColumn, labelsText, nameColumn, none, text } from './columns/column.ts';
import { defaultService } from './defaults/service.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { Service as Schema, ServicePort } from './schema/api/core-v1.ts';
import { keepService, prepareService } from './service-update.ts';
import { validateService, validateServiceUpdate } from './validation/service.ts';
import { check } from './values/names.ts';

export type Service = Stored<Schema>;

/** Names of the claims that a Service holds; a port's is the number alone, whatever its protocol, as upstream's. */
export const addressClaim = (address: string): string => `clusterip-${address}`;
export const portClaim = (port: number): string => `nodeport-${port}`;

/** Every claim that a Service needs as it stands. */
export const claimsOf = ({ spec }: Service): readonly string[] => {
  const addresses = (spec.clusterIPs ?? []).filter((address) => address !== '' && address !== 'None');
  const ports = [...(spec.ports ?? []).map(({ nodePort }) => nodePort ?? 0), spec.healthCheckNodePort ?? 0];
  return [...addresses.map(addressClaim), ...new Set(ports.filter((port) => port !== 0).map(portClaim))];
};

const externalText = ({ spec, status }: Service): string => {
  const asked = spec.externalIPs ?? [];
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  if (spec.type !== 'LoadBalancer') return asked.join(',') || none;
  const given = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  return [...given, ...asked].join(',') || '<pending>';
};

const portText = ({ port, nodePort, protocol }: ServicePort): string =>
  `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`;

export const service: Kind = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status'],
  prepare: prepareService,
  keep: keepService,
  defaults: defaultService,
  nameCheck: check.dns1035Label,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  selectable: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
  columns: [
    nameColumn,
    text('Type', 'How it is reached.', ({ spec }) => spec.type ?? ''),
    text(
      'Cluster-IP',
      'Its address within the cluster.',
      ({ spec }) => spec.clusterIPs?.[0] ?? (spec.clusterIP || none),
    ),
    text('External-IP', 'Its address from outside.', externalText),
    text(
      'Port(s)',
      'Ports, with their node ports and protocols.',
      ({ spec }) => (spec.ports ?? []).map(portText).join(',') || none,
    ),
    ageColumn,
    text('Selector', 'Which pods stand behind it.', ({ spec }) => labelsText(spec.selector), 1),
  ],
});
