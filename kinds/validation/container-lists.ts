import { fault } from '../fault.ts';
import type { EphemeralContainer } from '../schema/api/core-v1.ts';
import { type AnyContainer, checkImageSpaces, type PodFacts, validateContainer } from './container.ts';
import { checkWord, type Faults, fine, type Unchecked } from './field-checks.ts';
import { validateLifecycle, validateProbes } from './probe.ts';

/** Two containers cannot have the same port of the host. */
const checkHostPorts = (at: string, containers: readonly AnyContainer[]): Faults => {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, c) =>
    ports.flatMap(({ protocol = '', hostIP = '', hostPort = 0 }, p) => {
      if (hostPort === 0) return [];
      const port = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(port)) return [fault.duplicate(`${at}[${c}].ports[${p}].hostPort`, port)];
      taken.add(port);
      return [];
    }),
  );
};

const validateRunning = (at: string, container: AnyContainer, pod: PodFacts): Faults => [
  ...(container.lifecycle ? validateLifecycle(`${at}.lifecycle`, container.lifecycle, pod.graceSeconds) : fine),
  ...validateProbes(at, container, pod.graceSeconds),
];

/** The containers that a pod is for. */
export const validateContainers = (at: string, containers: readonly AnyContainer[] = [], pod: PodFacts): Faults => {
  if (containers.length === 0) return [fault.required(at)];
  const names = new Set<string>();
  const faults = containers.flatMap((container, i) => {
    const field = `${at}[${i}]`;
    const { name = '' } = container;
    const again = names.has(name);
    names.add(name);
    return [
      ...validateContainer(field, container, pod),
      ...(again ? [fault.duplicate(`${field}.name`, name)] : fine),
      ...validateRunning(field, container, pod),
      ...(container.restartPolicy === undefined
        ? fine
        : [fault.forbidden(`${field}.restartPolicy`, 'may not be set for non-init containers')]),
    ];
  });
  return [...faults, ...checkHostPorts(at, containers)];
};

const onlySidecars = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** The containers that run before those, or beside them (`restartPolicy: Always`). */
export const validateInitContainers = (
  at: string,
  containers: readonly AnyContainer[] = [],
  others: readonly AnyContainer[] = [],
  pod: PodFacts,
): Faults => {
  const names = new Set(others.map(({ name }) => name ?? ''));
  return containers.flatMap((container, i) => {
    const field = `${at}[${i}]`;
    const { name = '', restartPolicy } = container;
    const again = names.has(name);
    if (name !== '') names.add(name);
    const sidecar = restartPolicy === 'Always';
    const why = 'may not be set for init containers without restartPolicy=Always';
    return [
      ...validateContainer(field, container, pod),
      ...(restartPolicy === undefined ? fine : checkWord(`${field}.restartPolicy`, restartPolicy, ['Always'])),
      ...(again ? [fault.duplicate(`${field}.name`, name)] : fine),
      // Init containers run one after the other, so that each has the ports for itself; upstream counts them from 0.
      ...checkHostPorts(at, [container]),
      ...(sidecar ? validateRunning(field, container, pod) : fine),
      ...onlySidecars
        .filter((one) => !sidecar && container[one] !== undefined)
        .map((one) => fault.forbidden(`${field}.${one}`, why)),
    ];
  });
};

/** What an ephemeral container may not have, in upstream's order. */
const notEphemeral = [
  ...([
    'ports',
    'resources',
    'resizePolicy',
    'restartPolicy',
    'livenessProbe',
    'readinessProbe',
    'startupProbe',
  ] as const),
  'lifecycle' as const,
];

const isSet = (value: unknown): boolean =>
  value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** The containers that someone starts in a running pod to look around. */
export const validateEphemeralContainers = (
  at: string,
  containers: readonly Unchecked<EphemeralContainer>[] = [],
  others: readonly AnyContainer[],
  pod: PodFacts,
): Faults => {
  const targets = new Set(others.map(({ name }) => name ?? ''));
  const names = new Set(targets);
  const cannot = 'cannot be set for an Ephemeral Container';
  return containers.flatMap((container, i) => {
    const field = `${at}[${i}]`;
    const { name = '', targetContainerName: target, volumeMounts = [] } = container;
    const again = names.has(name);
    names.add(name);
    return [
      ...validateContainer(field, container, pod),
      ...checkImageSpaces(field, container),
      ...(again ? [fault.duplicate(`${field}.name`, name)] : fine),
      ...(target && !targets.has(target) ? [fault.notFound(`${field}.targetContainerName`, target)] : fine),
      ...notEphemeral.filter((one) => isSet(container[one])).map((one) => fault.forbidden(`${field}.${one}`, cannot)),
      ...volumeMounts.flatMap(({ subPath, subPathExpr }, m) => [
        ...(subPath ? [fault.forbidden(`${field}.volumeMounts[${m}].subPath`, cannot)] : fine),
        ...(subPathExpr ? [fault.forbidden(`${field}.volumeMounts[${m}].subPathExpr`, cannot)] : fine),
      ]),
    ];
  });
};
