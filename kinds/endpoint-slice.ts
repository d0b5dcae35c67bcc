import { ageColumn, listText, nameColumn, text } from './columns/column.ts';
import { defaultEndpointSlice } from './defaults/endpoint-slice.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { EndpointSlice as Schema } from './schema/api/discovery-v1.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validation/endpoint-slice.ts';

export type EndpointSlice = Stored<Schema>;

/** On a slice: the name of its Service. */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** On a slice: who keeps it. */
export const sliceKeeperLabel = 'endpointslice.kubernetes.io/managed-by';

const unset = '<unset>';

export const endpointSlice: Kind = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  generation: true,
  defaults: defaultEndpointSlice,
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  indexes: {
    service: ({ metadata }) => {
      const name = metadata.labels?.[serviceNameLabel];
      return name ? [`${metadata.namespace}/${name}`] : [];
    },
  },
  columns: [
    nameColumn,
    text('AddressType', 'Of which sort its addresses are.', ({ addressType }) => addressType),
    text('Ports', 'Ports that its endpoints serve.', ({ ports }) =>
      listText(
        (ports ?? []).map(({ port, name }) => (port === undefined ? name || '*' : String(port))),
        unset,
      ),
    ),
    text('Endpoints', 'Addresses, ready or not.', ({ endpoints }) =>
      listText(
        (endpoints ?? []).flatMap(({ addresses }) => addresses),
        unset,
      ),
    ),
    ageColumn,
  ],
});
