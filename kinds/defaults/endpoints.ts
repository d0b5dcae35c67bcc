import type { EndpointSubset, Endpoints } from '../schema/api/core-v1.ts';
import { each, fillEmpty, within } from './fill.ts';

const defaultSubset = (subset: EndpointSubset): EndpointSubset =>
  within(
    subset,
    'ports',
    each((port) => fillEmpty(port, { protocol: 'TCP' })),
  );

/** Endpoints with upstream's defaults of v1.34. */
export const defaultEndpoints = <E extends Endpoints>(endpoints: E): E =>
  within(endpoints, 'subsets', each(defaultSubset));
