import { addressRange } from './address-range.ts';
import { portBand } from './band.ts';
import type { Reservation } from './reservation.ts';
import { serviceClaims } from './service-claims.ts';

const nodePortFirst = 30_000;
const nodePortLast = 32_767;

/** Everything that kinds compete for. `serviceCidr`: an IPv4 block, `10.96.0.0/16`. */
export const reservationsIn = (serviceCidr: string): readonly Reservation[] => [
  serviceClaims({
    addresses: addressRange(serviceCidr),
    nodePorts: { first: nodePortFirst, last: nodePortLast, band: portBand(nodePortFirst, nodePortLast) },
  }),
];
