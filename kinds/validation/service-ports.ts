import { fault } from '../fault.ts';
import type { Service, ServicePort } from '../schema/api/core-v1.ts';
import { check, checkPort } from '../values/names.ts';
import {
  checkNumber,
  checkOptional,
  checkPortNumberOrName,
  checkText,
  type Faults,
  fine,
  protocols,
  repeated,
  requireText,
  requireWord,
  type Unchecked,
} from './field-checks.ts';
import { type GoMembers, goStruct, plain, pointer } from './go-struct.ts';

type Port = Unchecked<ServicePort>;

const portMembers: GoMembers = {
  Name: plain('name', ''),
  Protocol: plain('protocol', ''),
  AppProtocol: pointer('appProtocol'),
  Port: plain('port', 0),
  TargetPort: plain('targetPort', 0),
  NodePort: plain('nodePort', 0),
};

const validatePort = (at: string, port: Port, isNameTaken: boolean): Faults => [
  ...checkOptional(`${at}.name`, port.name, check.dns1123Label),
  ...(isNameTaken ? [fault.duplicate(`${at}.name`, port.name)] : fine),
  ...checkNumber(`${at}.port`, port.port ?? 0, checkPort),
  ...requireWord(`${at}.protocol`, port.protocol, protocols),
  ...checkPortNumberOrName(`${at}.targetPort`, port.targetPort),
  ...(port.appProtocol === undefined ? fine : checkText(`${at}.appProtocol`, port.appProtocol, check.qualifiedName)),
];

type Spec = NonNullable<Unchecked<Service>['spec']>;

/** Faults of each of a Service's ports: several need names, which differ. */
export const validateServicePorts = (at: string, { ports = [] }: Spec): Faults => {
  const again = new Set(repeated(ports, ({ name }) => name || undefined));
  return ports.flatMap((port, i) => [
    ...(ports.length > 1 ? requireText(`${at}[${i}].name`, port.name) : fine),
    ...validatePort(`${at}[${i}]`, port, again.has(i)),
  ]);
};

const pair = (protocol: string | undefined, number: number | undefined) => `${protocol ?? ''}/${number ?? 0}`;

/** Faults of a Service's ports together: no two may be the same, in the cluster and on its nodes. */
export const validatePortPairs = (at: string, { ports = [], type }: Spec): Faults => [
  ...ports.flatMap(({ nodePort }, i) =>
    nodePort && type === 'ClusterIP'
      ? [fault.forbidden(`${at}[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'")]
      : [],
  ),
  ...repeated(ports, ({ protocol, nodePort }) => (nodePort ? pair(protocol, nodePort) : undefined)).map((i) =>
    fault.duplicate(`${at}[${i}].nodePort`, ports[i]?.nodePort),
  ),
  ...repeated(ports, ({ protocol, port }) => pair(protocol, port)).map((i) =>
    fault.duplicate(`${at}[${i}]`, goStruct({ protocol: ports[i]?.protocol, port: ports[i]?.port }, portMembers)),
  ),
];
