import type { EndpointSlice } from '../schema/api/discovery-v1.ts';
import { each, fill, within } from './fill.ts';

/** An EndpointSlice with upstream's defaults of v1.34. */
export const defaultEndpointSlice = <E extends EndpointSlice>(slice: E): E =>
  within(
    slice,
    'ports',
    each((port) => fill(port, { name: '', protocol: 'TCP' })),
  );
