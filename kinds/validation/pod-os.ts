import { fault } from '../fault.ts';
import type { PodSpec } from '../schema/api/core-v1.ts';
import type { AnyContainer } from './container.ts';
import { checkWord, type Faults, fine, type Unchecked } from './field-checks.ts';

type Spec = Unchecked<PodSpec>;

/** All containers of a pod with where they stand, in upstream's order. */
export const containersOf = (at: string, spec: Spec): readonly (readonly [at: string, container: AnyContainer])[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, i) => [`${at}.${list}[${i}]`, container] as const),
  );

const validateLinux = (at: string, spec: Spec): Faults => {
  const why = 'windows options cannot be set for a linux pod';
  const owners = [[at, spec] as const, ...containersOf(at, spec)];
  return owners.flatMap(([field, owner]) =>
    owner.securityContext?.windowsOptions ? [fault.forbidden(`${field}.securityContext.windowsOptions`, why)] : [],
  );
};

const isSet = (value: unknown) =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

/** What Windows does not know of a pod, and of a container, in upstream's order. */
const ofPod = [
  ...(['appArmorProfile', 'seLinuxOptions', 'hostUsers', 'hostPID', 'hostIPC', 'seccompProfile', 'fsGroup'] as const),
  ...(['fsGroupChangePolicy', 'sysctls', 'shareProcessNamespace', 'runAsUser', 'runAsGroup'] as const),
  ...(['supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'] as const),
];
const ofContainer = [
  ...(['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem'] as const),
  ...(['privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'] as const),
];

const validateWindows = (at: string, spec: Spec): Faults => {
  const why = 'cannot be set for a windows pod';
  const members = new Map<string, unknown>(Object.entries(spec.securityContext ?? {}));
  const own = new Map<string, unknown>(Object.entries(spec));
  return [
    ...ofPod.flatMap((name) => {
      // A pointer that says no is still set.
      if (
        isSet(own.get(name)) ||
        (own.get(name) === false && (name === 'hostUsers' || name === 'shareProcessNamespace'))
      )
        return [fault.forbidden(`${at}.${name}`, why)];
      return isSet(members.get(name)) ? [fault.forbidden(`${at}.securityContext.${name}`, why)] : [];
    }),
    ...containersOf(at, spec).flatMap(([field, { securityContext }]) =>
      ofContainer
        .filter((name) => securityContext?.[name] !== undefined)
        .map((name) => fault.forbidden(`${field}.securityContext.${name}`, why)),
    ),
  ];
};

/** The operating system that a pod is for; what it says beside must be known there. */
export const validateOs = (at: string, spec: Spec): Faults => {
  if (!spec.os) return fine;
  const { name } = spec.os;
  if (!name) return [fault.required(`${at}.os.name`)];
  if (name === 'linux') return validateLinux(at, spec);
  if (name === 'windows') return validateWindows(at, spec);
  return checkWord(`${at}.os`, name, ['linux', 'windows']);
};

/** On Windows, containers that are processes of the host: all of a pod's or none, and on the host's network. */
export const validateHostProcess = (at: string, spec: Spec): Faults => {
  const ofAll = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = containersOf(at, spec).map(([field, { securityContext }]) => ({
    field: `${field}.securityContext.windowsOptions.hostProcess`,
    own: securityContext?.windowsOptions?.hostProcess,
  }));
  const count = containers.filter(({ own }) => own ?? ofAll === true).length;
  const differs = `pod hostProcess value must be identical if both are specified, was ${ofAll}`;
  const all = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
  const network = 'hostNetwork must be true if pod contains any hostProcess containers';
  return [
    ...containers.flatMap(({ field, own }) =>
      ofAll !== undefined && own !== undefined && own !== ofAll ? [fault.invalid(field, own, differs)] : [],
    ),
    ...(count > 0 && count < containers.length ? [fault.invalid(at, '', all)] : fine),
    ...(count > 0 && !spec.hostNetwork ? [fault.invalid(`${at}.hostNetwork`, false, network)] : fine),
  ];
};
