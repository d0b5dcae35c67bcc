import { fault } from '../fault.ts';
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../schema/api/discovery-v1.ts';
import { parseLegacyAddress } from '../values/cidr.ts';
import { type Check, check } from '../values/names.ts';
import { checkAddress, checkEndpointAddress, checkLegacyAddress } from './address.ts';
import {
  checkOptional,
  checkText,
  checkWord,
  type Faults,
  fine,
  protocols,
  repeated,
  requireWord,
  type Unchecked,
} from './field-checks.ts';
import { checkSame } from './immutable.ts';
import { validateLabels } from './labels.ts';

const portsMax = 20_000;
const endpointsMax = 1_000;
const addressesMax = 100;
const topologyMax = 16;
const hintsMax = 8;

/** Faults of each item, or only one when there are too many. */
const each = <T>(at: string, items: readonly T[], max: number, faultsOf: (item: T, i: number) => Faults): Faults =>
  items.length > max ? [fault.tooMany(at, items.length, max)] : items.flatMap(faultsOf);

const validatePorts = (at: string, ports: readonly Unchecked<EndpointPort>[] = []): Faults => {
  const again = new Set(repeated(ports, ({ name = '' }) => name));
  return each(at, ports, portsMax, ({ name = '', protocol, appProtocol }, i) => [
    ...checkOptional(`${at}[${i}].name`, name, check.dns1123Label),
    ...(again.has(i) ? [fault.duplicate(`${at}[${i}].name`, name)] : fine),
    ...(protocol === undefined
      ? [fault.required(`${at}[${i}].protocol`)]
      : checkWord(`${at}[${i}].protocol`, protocol, protocols)),
    ...(appProtocol === undefined ? fine : checkText(`${at}[${i}].appProtocol`, appProtocol, check.qualifiedName)),
  ]);
};

const checkDomain = (at: string, text: string): Faults => {
  if (text === '') return [fault.required(at)];
  const name = text.replace(/\.$/, '');
  const wrong = check.dns1123Subdomain(name);
  if (wrong.length > 0) return [fault.invalid(at, name, wrong.join(','))];
  const labels = name.split('.');
  if (labels.length < 2)
    return [fault.invalid(at, name, 'should be a domain with at least two segments separated by dots')];
  const label = labels.find((one) => check.dns1123Label(one).length > 0);
  return label === undefined ? fine : [fault.invalid(at, label, check.dns1123Label(label).join(','))];
};

/** `at` is where all addresses stand: upstream does not say which one is of the wrong family. */
const checkFamily = (at: string, i: number, text: string, family: 4 | 6): Faults => {
  const wrong = family === 4 ? checkLegacyAddress(`${at}[${i}]`, text) : checkAddress(`${at}[${i}]`, text);
  if (wrong.length > 0) return wrong;
  return [
    ...(parseLegacyAddress(text)?.family === family
      ? fine
      : [fault.invalid(at, text, `must be an IPv${family} address`)]),
    ...checkEndpointAddress(`${at}[${i}]`, text),
  ];
};

/** By the slice's addressType; nothing is known of the addresses of another. */
const addressChecks: Readonly<Record<string, (at: string, i: number, text: string) => Faults>> = {
  IPv4: (at, i, text) => checkFamily(at, i, text, 4),
  IPv6: (at, i, text) => checkFamily(at, i, text, 6),
  FQDN: (at, i, text) => checkDomain(`${at}[${i}]`, text),
};

const validateNamed = (
  at: string,
  items: readonly { readonly name?: string | undefined }[] = [],
  of: Check,
): Faults => {
  const again = new Set(repeated(items, ({ name = '' }) => name));
  return each(at, items, hintsMax, ({ name = '' }, i) => [
    ...(again.has(i) ? [fault.duplicate(`${at}[${i}].name`, name)] : fine),
    ...checkText(`${at}[${i}].name`, name, of),
  ]);
};

const validateHints = (at: string, { forZones = [], forNodes = [] }: Unchecked<EndpointHints>): Faults => {
  const zones = validateNamed(`${at}.forZones`, forZones, check.labelValue);
  if (forZones.length > hintsMax) return zones;
  return [...zones, ...validateNamed(`${at}.forNodes`, forNodes, check.dns1123Subdomain)];
};

const zoneLabel = 'topology.kubernetes.io/zone';

const validateTopology = (at: string, topology: Readonly<Record<string, string>> = {}): Faults => {
  const count = Object.keys(topology).length;
  return [
    ...(count > topologyMax ? [fault.tooMany(at, count, topologyMax)] : fine),
    ...validateLabels(topology, at),
    ...(topology[zoneLabel] === undefined
      ? fine
      : [fault.internal(`${at}[${zoneLabel}]`, 'reserved key was not removed in conversion')]),
  ];
};

const validateEndpoint = (at: string, endpoint: Unchecked<Endpoint>, addressType: string): Faults => {
  const { addresses = [], nodeName, hostname, hints } = endpoint;
  const place = `${at}.addresses`;
  return [
    ...(addresses.length === 0 ? [fault.required(place, 'must contain at least 1 address')] : fine),
    ...(addresses.length > addressesMax ? [fault.tooMany(place, addresses.length, addressesMax)] : fine),
    ...addresses.flatMap((text, i) => addressChecks[addressType]?.(place, i, text) ?? fine),
    ...(nodeName === undefined ? fine : checkText(`${at}.nodeName`, nodeName, check.dns1123Subdomain)),
    ...validateTopology(`${at}.deprecatedTopology`, endpoint.deprecatedTopology),
    ...(hostname === undefined ? fine : checkText(`${at}.hostname`, hostname, check.dns1123Label)),
    ...(hints ? validateHints(`${at}.hints`, hints) : fine),
  ];
};

/** Faults of an EndpointSlice, its metadata's aside, in upstream's order. It must have its defaults. */
export const validateEndpointSlice = ({ addressType, ports, endpoints = [] }: Unchecked<EndpointSlice>): Faults => [
  ...requireWord('addressType', addressType, ['FQDN', 'IPv4', 'IPv6']),
  ...validatePorts('ports', ports),
  ...each('endpoints', endpoints, endpointsMax, (endpoint, i) =>
    validateEndpoint(`endpoints[${i}]`, endpoint, addressType ?? ''),
  ),
];

/** Faults of a change of an EndpointSlice, beside those of what it became. */
export const validateEndpointSliceUpdate = (
  after: Unchecked<EndpointSlice>,
  before: Unchecked<EndpointSlice>,
): Faults => checkSame('addressType', after.addressType, before.addressType);
