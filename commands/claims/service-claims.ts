import { fault, type Fault } from '../../kinds/fault.ts';
import { internalError, invalid, isRejection, type Rejection } from '../../kinds/rejection.ts';
import type { ServicePort } from '../../kinds/schema/api/core-v1.ts';
import { addressClaim, claimsOf, portClaim, type Service } from '../../kinds/service.ts';
import type { Review } from '../admission/admission.ts';
import type { AddressRange } from './address-range.ts';
import { addressBand, type Band, choicesIn } from './band.ts';
import { type Claiming, claimFor } from './claiming.ts';
import type { Reservation } from './reservation.ts';

/** Where Services' addresses and node ports come from. */
export interface ServiceRanges {
  readonly addresses: AddressRange;
  readonly nodePorts: { readonly first: number; readonly last: number; readonly band: Band };
}

interface Asking {
  readonly service: Service;
  readonly claiming: Claiming;
  readonly ranges: ServiceRanges;
  /** What choices follow from. */
  readonly seed: string;
}

type Got<T> = { readonly value: T } | { readonly fault: Fault } | Rejection;

/** A free number of the band, claimed; `undefined` when all are taken. */
const takeAny = async (
  { claiming, seed }: Asking,
  band: Band,
  claimOf: (n: number) => string,
): Promise<number | undefined | Rejection> => {
  for (const choice of choicesIn(band, seed)) {
    if (claiming.isTaken(claimOf(choice))) continue;
    const took = await claiming.take(claimOf(choice));
    if (took === true) return choice;
    if (took !== false) return took;
  }
  return undefined;
};

const takeAddress = async (asking: Asking): Promise<Got<string>> => {
  const { service, claiming, ranges } = asking;
  const { addresses } = ranges;
  const asked = service.spec.clusterIPs?.[0] || service.spec.clusterIP || '';
  if (asked === '') {
    const claimOf = (offset: number) => addressClaim(addresses.addressAt(offset));
    const offset = await takeAny(asking, addressBand(addresses.size), claimOf);
    if (offset === undefined) return internalError('failed to allocate a serviceIP: range is full');
    return isRejection(offset) ? offset : { value: addresses.addressAt(offset) };
  }
  const wrong = (why: string) => ({
    fault: fault.invalid('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${why}`),
  });
  if (addresses.offsetOf(asked) === undefined)
    return wrong(`the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${addresses.cidr}`);
  const took = await claiming.take(addressClaim(asked));
  if (typeof took !== 'boolean') return took;
  return took ? { value: asked } : wrong('provided IP is already allocated');
};

const takePort = async (asking: Asking, field: string, asked: number): Promise<Got<number>> => {
  const { claiming, ranges } = asking;
  const { first, last, band } = ranges.nodePorts;
  if (asked === 0) {
    const port = await takeAny(asking, band, portClaim);
    if (port === undefined) return internalError('failed to allocate a nodePort: range is full');
    return isRejection(port) ? port : { value: port };
  }
  const wrong = (why: string) => ({ fault: fault.invalid(field, asked, why) });
  if (asked < first || asked > last)
    return wrong(`provided port is not in the valid range. The range of valid ports is ${first}-${last}`);
  const took = await claiming.take(portClaim(asked));
  if (typeof took !== 'boolean') return took;
  return took ? { value: asked } : wrong('provided port is already allocated');
};

const isAddressed = ({ spec }: Service) => spec.type !== 'ExternalName';
const isHeadless = ({ spec }: Service) => spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None';
const hasNodePorts = ({ spec }: Service) =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
const isChecked = ({ spec }: Service) => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

const singleStack = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' } as const;

const withAddress = async (asking: Asking): Promise<Service | Fault | Rejection> => {
  const { service } = asking;
  if (!isAddressed(service)) return service;
  const spec = { ...singleStack, ...service.spec };
  if (isHeadless(service)) return { ...service, spec: { ...spec, clusterIP: 'None', clusterIPs: ['None'] } };
  const got = await takeAddress(asking);
  if (!('value' in got)) return 'fault' in got ? got.fault : got;
  return { ...service, spec: { ...spec, clusterIP: got.value, clusterIPs: [got.value] } };
};

const withPorts = async (asking: Asking): Promise<Service | Fault | Rejection> => {
  const { service } = asking;
  if (!hasNodePorts(service)) return service;
  const ports: ServicePort[] = [];
  for (const [i, port] of (service.spec.ports ?? []).entries()) {
    // One number over several protocols is one node port.
    const twin = ports.find((other) => other.port === port.port && other.protocol !== port.protocol);
    const asked = port.nodePort || twin?.nodePort || 0;
    const own = { ...asking, seed: `${asking.seed}/${i}` };
    const got = await takePort(own, `spec.ports[${i}].nodePort`, asked);
    if (!('value' in got)) return 'fault' in got ? got.fault : got;
    ports.push({ ...port, nodePort: got.value });
  }
  const spec = { ...service.spec, ports };
  if (!isChecked(service)) return { ...service, spec };
  const seed = `${asking.seed}/check`;
  const got = await takePort({ ...asking, seed }, 'spec.healthCheckNodePort', service.spec.healthCheckNodePort ?? 0);
  if (!('value' in got)) return 'fault' in got ? got.fault : got;
  return { ...service, spec: { ...spec, healthCheckNodePort: got.value } };
};

const isService = (answer: Service | Fault | Rejection): answer is Service => 'spec' in answer;

const nothing = async () => undefined;

/** Gives each Service an address and node ports that no other has. */
export const serviceClaims = (ranges: ServiceRanges): Reservation => ({
  resource: 'services',
  provisional: (object) => {
    const service = object as Service; // the reservation is for this resource only
    if (!isChecked(service) || service.spec.healthCheckNodePort) return service;
    const spec = { ...service.spec, healthCheckNodePort: ranges.nodePorts.first };
    return { ...service, spec } as Service;
  },
  reserve: async ({ command, kind, before, object, subresource, world }: Review, submit) => {
    const service = object as Service; // the reservation is for this resource only
    if (subresource !== '') return { object: service, release: nothing };
    const { name } = command.ref;
    const uid = before?.metadata.uid ?? service.metadata.uid;
    const held = before ? claimsOf(before as Service) : [];
    const claiming = claimFor({ command, holder: { ...command.ref, uid }, held }, world, submit);
    const asking = { service, claiming, ranges, seed: command.id };

    let answer = await withAddress(asking);
    if (isService(answer)) answer = await withPorts({ ...asking, service: answer });
    if (isService(answer)) return { object: answer, release: claiming.release };
    await claiming.release();
    return isRejection(answer) ? answer : invalid(kind, name, [answer]);
  },
});
