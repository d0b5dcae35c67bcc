import { fault } from '../fault.ts';
import type { Container, ContainerPort } from '../schema/api/core-v1.ts';
import { check, checkPort } from '../values/names.ts';
import {
  checkNumber,
  checkRequired,
  type Faults,
  fine,
  protocols,
  requireText,
  requireWord,
  type Unchecked,
} from './field-checks.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateResources } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';
import type { Volumes } from './volume.ts';
import { validateDevices, validateMounts } from './volume-mount.ts';

/** What the rules for a container need to know of its pod. */
export interface PodFacts {
  readonly volumes: Volumes;
  /** Names of the pod's resource claims. */
  readonly claimNames: readonly string[];
  readonly graceSeconds: number | undefined;
  readonly restartPolicy: string | undefined;
  /** The pod's users are the node's. */
  readonly hostUsers: boolean;
}

/** A container of any sort. */
export type AnyContainer = Unchecked<Container>;

const validatePorts = (at: string, ports: readonly Unchecked<ContainerPort>[] = []): Faults => {
  const names = new Set<string>();
  return ports.flatMap(({ name = '', containerPort = 0, hostPort = 0, protocol }, i) => {
    const field = `${at}[${i}]`;
    const wrong = name === '' ? [] : check.portName(name);
    const again = wrong.length === 0 && name !== '' && names.has(name);
    if (wrong.length === 0) names.add(name);
    return [
      ...wrong.map((why) => fault.invalid(`${field}.name`, name, why)),
      ...(again ? [fault.duplicate(`${field}.name`, name)] : fine),
      ...(containerPort === 0
        ? [fault.required(`${field}.containerPort`)]
        : checkNumber(`${field}.containerPort`, containerPort, checkPort)),
      ...(hostPort === 0 ? fine : checkNumber(`${field}.hostPort`, hostPort, checkPort)),
      ...requireWord(`${field}.protocol`, protocol, protocols),
    ];
  });
};

const resizable = ['cpu', 'memory'];
const restarts = ['NotRequired', 'RestartContainer'];

const validateResizePolicy = (
  at: string,
  policies: AnyContainer['resizePolicy'] = [],
  podPolicy: string | undefined,
): Faults => {
  const seen = new Set<string>();
  return policies.flatMap(({ resourceName = '', restartPolicy = '' }, i) => {
    const again = seen.has(resourceName);
    seen.add(resourceName);
    return [
      ...(again ? [fault.duplicate(`${at}[${i}]`, resourceName)] : fine),
      // Upstream leaves out which policy it is from here on.
      ...requireWord(at, resourceName, resizable),
      ...requireWord(at, restartPolicy, restarts),
      ...(podPolicy === 'Never' && restartPolicy !== 'NotRequired'
        ? [fault.invalid(at, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")]
        : fine),
    ];
  });
};

const messagePolicies = ['File', 'FallbackToLogsOnError'];
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];

/** The rules for containers of any sort. */
export const validateContainer = (at: string, container: AnyContainer, pod: PodFacts): Faults => [
  ...checkRequired(`${at}.name`, container.name, check.dns1123Label),
  ...requireText(`${at}.image`, container.image),
  ...requireWord(`${at}.terminationMessagePolicy`, container.terminationMessagePolicy, messagePolicies),
  ...validatePorts(`${at}.ports`, container.ports),
  ...validateEnv(`${at}.env`, container.env),
  ...validateEnvFrom(`${at}.envFrom`, container.envFrom),
  ...validateMounts(`${at}.volumeMounts`, container, pod.volumes),
  ...validateDevices(`${at}.volumeDevices`, container, pod.volumes),
  ...requireWord(`${at}.imagePullPolicy`, container.imagePullPolicy, pullPolicies),
  ...validateResources(`${at}.resources`, container.resources ?? {}, pod.claimNames, 'container'),
  ...validateResizePolicy(`${at}.resizePolicy`, container.resizePolicy, pod.restartPolicy),
  ...validateSecurityContext(`${at}.securityContext`, container.securityContext, pod.hostUsers),
];

/** Templates may have such images, pods not. */
export const checkImageSpaces = (at: string, { image = '' }: Pick<AnyContainer, 'image'>): Faults =>
  image.trim() === image ? fine : [fault.invalid(`${at}.image`, image, 'must not have leading or trailing whitespace')];
