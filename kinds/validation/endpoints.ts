import { fault } from '../fault.ts';
import type { EndpointAddress, EndpointPort, Endpoints } from '../schema/api/core-v1.ts';
import { check, checkPort } from '../values/names.ts';
import { checkEndpointAddress, checkLegacyAddress } from './address.ts';
import {
  checkNumber,
  checkOptional,
  checkText,
  type Faults,
  fine,
  protocols,
  requireText,
  requireWord,
  type Unchecked,
} from './field-checks.ts';

const validateAddress = (at: string, { ip = '', hostname, nodeName }: Unchecked<EndpointAddress>): Faults => [
  ...checkLegacyAddress(`${at}.ip`, ip),
  ...checkOptional(`${at}.hostname`, hostname, check.dns1123Label),
  ...(nodeName === undefined ? fine : checkText(`${at}.nodeName`, nodeName, check.dns1123Subdomain)),
  ...checkEndpointAddress(`${at}.ip`, ip),
];

const validatePort = (at: string, port: Unchecked<EndpointPort>, mustBeNamed: boolean): Faults => [
  ...(mustBeNamed ? requireText(`${at}.name`, port.name) : fine),
  ...checkOptional(`${at}.name`, port.name, check.dns1123Label),
  ...checkNumber(`${at}.port`, port.port ?? 0, checkPort),
  ...requireWord(`${at}.protocol`, port.protocol, protocols),
  ...(port.appProtocol === undefined ? fine : checkText(`${at}.appProtocol`, port.appProtocol, check.qualifiedName)),
];

/** Faults of an Endpoints object, its metadata's aside, in upstream's order. It must have its defaults. */
export const validateEndpoints = ({ subsets = [] }: Unchecked<Endpoints>): Faults =>
  subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, s) => {
    const at = `subsets[${s}]`;
    return [
      ...(addresses.length + notReadyAddresses.length === 0
        ? [fault.required(at, 'must specify `addresses` or `notReadyAddresses`')]
        : fine),
      ...addresses.flatMap((address, i) => validateAddress(`${at}.addresses[${i}]`, address)),
      ...notReadyAddresses.flatMap((address, i) => validateAddress(`${at}.notReadyAddresses[${i}]`, address)),
      ...ports.flatMap((port, i) => validatePort(`${at}.ports[${i}]`, port, ports.length > 1)),
    ];
  });
