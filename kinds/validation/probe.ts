import { fault } from '../fault.ts';
import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../schema/api/core-v1.ts';
import { check, checkPort } from '../values/names.ts';
import {
  checkNotNegative,
  checkNumber,
  checkOneOf,
  checkPortNumberOrName,
  checkWord,
  type Faults,
  fine,
  requireText,
  type Unchecked,
} from './field-checks.ts';

const validateHttpGet = (at: string, { path, port, scheme, httpHeaders = [] }: Unchecked<HTTPGetAction>): Faults => [
  ...requireText(`${at}.path`, path),
  ...checkPortNumberOrName(`${at}.port`, port),
  ...checkWord(`${at}.scheme`, scheme, ['HTTP', 'HTTPS']),
  ...httpHeaders.flatMap(({ name = '' }) =>
    check.httpHeaderName(name).map((why) => fault.invalid(`${at}.httpHeaders`, name, why)),
  ),
];

/** What a probe or a hook does. `graceSeconds` is the pod's. */
const validateAction = (
  at: string,
  action: Unchecked<Probe & LifecycleHandler>,
  graceSeconds: number | undefined,
): Faults => {
  const { exec, httpGet, tcpSocket, grpc, sleep } = action;
  const seconds = sleep?.seconds ?? 0;
  const asleep = graceSeconds !== undefined && (seconds < 0 || seconds > graceSeconds);
  const bounds = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  return checkOneOf(
    at,
    [
      ['exec', exec, () => ((exec?.command ?? []).length > 0 ? fine : [fault.required(`${at}.exec.command`)])],
      ['httpGet', httpGet, () => validateHttpGet(`${at}.httpGet`, httpGet ?? {})],
      ['tcpSocket', tcpSocket, () => checkPortNumberOrName(`${at}.tcpSocket.port`, tcpSocket?.port)],
      ['grpc', grpc, () => checkNumber(`${at}.grpc.port`, grpc?.port ?? 0, checkPort)],
      ['sleep', sleep, () => (asleep ? [fault.invalid(`${at}.sleep`, seconds, bounds)] : fine)],
    ],
    { none: 'must specify a handler type', many: 'may not specify more than 1 handler type' },
  );
};

const numbers = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

const validateProbe = (at: string, probe: Unchecked<Probe>, graceSeconds: number | undefined): Faults => {
  const { terminationGracePeriodSeconds: own } = probe;
  return [
    ...validateAction(at, probe, graceSeconds),
    ...numbers.flatMap((name) => checkNotNegative(`${at}.${name}`, probe[name])),
    ...(own !== undefined && own <= 0
      ? [fault.invalid(`${at}.terminationGracePeriodSeconds`, own, 'must be greater than 0')]
      : fine),
  ];
};

const onlyOnce = (at: string, { successThreshold = 0 }: Unchecked<Probe>): Faults =>
  successThreshold === 1 ? fine : [fault.invalid(`${at}.successThreshold`, successThreshold, 'must be 1')];

type Probed = Pick<Unchecked<Container>, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>;

/** A container's probes. */
export const validateProbes = (at: string, container: Probed, graceSeconds: number | undefined): Faults => {
  const { livenessProbe: liveness, readinessProbe: readiness, startupProbe: startup } = container;
  const own = readiness?.terminationGracePeriodSeconds;
  const notForReadiness = 'must not be set for readinessProbes';
  return [
    ...(liveness ? validateProbe(`${at}.livenessProbe`, liveness, graceSeconds) : fine),
    ...(liveness ? onlyOnce(`${at}.livenessProbe`, liveness) : fine),
    ...(readiness ? validateProbe(`${at}.readinessProbe`, readiness, graceSeconds) : fine),
    ...(own === undefined
      ? fine
      : [fault.invalid(`${at}.readinessProbe.terminationGracePeriodSeconds`, own, notForReadiness)]),
    ...(startup ? validateProbe(`${at}.startupProbe`, startup, graceSeconds) : fine),
    ...(startup ? onlyOnce(`${at}.startupProbe`, startup) : fine),
  ];
};

/** What is done after a container's start and before its end. */
export const validateLifecycle = (
  at: string,
  { postStart, preStop }: Unchecked<Lifecycle>,
  graceSeconds: number | undefined,
): Faults => [
  ...(postStart ? validateAction(`${at}.postStart`, postStart, graceSeconds) : fine),
  ...(preStop ? validateAction(`${at}.preStop`, preStop, graceSeconds) : fine),
];
