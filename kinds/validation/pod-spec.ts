import { fault } from '../fault.ts';
import type { PodResourceClaim, PodSpec } from '../schema/api/core-v1.ts';
import { check, checkRange } from '../values/names.ts';
import { compareQuantities, quantityOf, textOfQuantity } from '../values/quantity.ts';
import { isHugePages } from '../values/resource-name.ts';
import { sumOfContainers } from '../values/resource-sums.ts';
import { validateAffinity } from './affinity.ts';
import type { PodFacts } from './container.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './container-lists.ts';
import { validateDnsConfig, validateHostAliases } from './dns-config.ts';
import {
  checkNumber,
  checkOptional,
  checkText,
  checkWord,
  type Faults,
  fine,
  requireWord,
  type Unchecked,
} from './field-checks.ts';
import { type GoMembers, goStruct, plain, pointer } from './go-struct.ts';
import { validateLabels } from './labels.ts';
import { containersOf, validateHostProcess, validateOs } from './pod-os.ts';
import { validateResources } from './resources.ts';
import { validateSchedulingGates, validateSpread, validateTolerations } from './scheduling.ts';
import { validatePodSecurityContext } from './security-context.ts';
import { validateVolumes } from './volume.ts';

type Spec = Unchecked<PodSpec>;

/** Whose spec it is: a pod's own, or that of a template, whose pods have no names yet. */
export interface PodRole {
  readonly isPod: boolean;
  /** Empty in a template. */
  readonly podName: string;
  readonly isMirror: boolean;
}

const claimMembers: GoMembers = {
  Name: plain('name', ''),
  ResourceClaimName: pointer('resourceClaimName'),
  ResourceClaimTemplateName: pointer('resourceClaimTemplateName'),
};

const validateClaims = (at: string, claims: readonly Unchecked<PodResourceClaim>[] = [], isMirror: boolean): Faults => {
  const names = new Set<string>();
  return claims.flatMap((claim, i) => {
    // Upstream names no field here, and prints that so.
    if (isMirror) return [fault.forbidden('[]', 'static pods do not support resource claims')];
    const { name = '', resourceClaimName: own, resourceClaimTemplateName: made } = claim;
    const field = `${at}[${i}]`;
    const again = names.has(name);
    if (name !== '') names.add(name);
    const wrong = (why: string) => [fault.invalid(field, goStruct(claim, claimMembers), why)];
    return [
      ...(name === '' ? [fault.required(`${field}.name`)] : fine),
      ...(again ? [fault.duplicate(`${field}.name`, name)] : fine),
      ...(name !== '' && !again ? checkText(`${field}.name`, name, check.dns1123Label) : fine),
      ...(own !== undefined && made !== undefined
        ? wrong('at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified')
        : fine),
      ...(own === undefined && made === undefined
        ? wrong('must specify one of: `resourceClaimName`, `resourceClaimTemplateName`')
        : fine),
      ...(own === undefined ? fine : checkText(`${field}.resourceClaimName`, own, check.dns1123Subdomain)),
      ...(made === undefined ? fine : checkText(`${field}.resourceClaimTemplateName`, made, check.dns1123Subdomain)),
    ];
  });
};

/** What a pod as a whole asks for must cover what its containers ask for. */
const checkCover = (at: string, spec: Spec): Faults => {
  const { requests = {}, limits = {} } = spec.resources ?? {};
  const covers = (
    field: string,
    list: typeof requests,
    what: 'requests' | 'limits',
    counts: (name: string) => boolean,
  ) =>
    [...sumOfContainers(spec, what)].flatMap(([name, sum]) => {
      const own = list[name];
      if (own === undefined || !counts(name) || compareQuantities(sum, quantityOf(own)) <= 0) return [];
      const why = `must be greater than or equal to aggregate container ${what} of ${textOfQuantity(sum)}`;
      return [fault.invalid(`${at}.${field}[${name}]`, textOfQuantity(quantityOf(own)), why)];
    });
  const singles = (spec.containers ?? []).flatMap(({ resources }, i) =>
    Object.entries(resources?.limits ?? {}).flatMap(([name, limit]) => {
      const most = limits[name];
      if (most === undefined || compareQuantities(quantityOf(limit), quantityOf(most)) <= 0) return [];
      const why = `must be less than or equal to pod limits of ${textOfQuantity(quantityOf(most))}`;
      return [fault.invalid(`${at}.containers[${i}][${name}].limits`, textOfQuantity(quantityOf(limit)), why)];
    }),
  );
  return [
    ...covers('requests', requests, 'requests', () => true),
    ...covers('limits', limits, 'limits', isHugePages),
    ...singles,
  ];
};

const validatePodResources = (at: string, spec: Spec, claimNames: readonly string[]): Faults => {
  if (!spec.resources) return fine;
  if (spec.os?.name === 'windows') return [fault.forbidden(at, 'may not be set for a windows pod')];
  return [
    ...(spec.resources.claims
      ? [fault.forbidden(`${at}.claims`, 'claims may not be set for Resources at pod-level')]
      : fine),
    ...validateResources(at, spec.resources, claimNames, 'pod'),
    ...checkCover(at, spec),
  ];
};

/** On the host's network, a container's port is the host's. A template may leave that to be filled in. */
const checkHostPorts = (at: string, spec: Spec, isPod: boolean): Faults =>
  !spec.hostNetwork
    ? fine
    : (spec.containers ?? []).flatMap(({ ports = [] }, c) =>
        ports.flatMap(({ hostPort = 0, containerPort = 0 }, p) =>
          (isPod || hostPort !== 0) && hostPort !== containerPort
            ? [
                fault.invalid(
                  `${at}.containers[${c}].ports[${p}].hostPort`,
                  hostPort,
                  'must match `containerPort` when `hostNetwork` is true',
                ),
              ]
            : [],
        ),
      );

/** A pod with users of its own shares nothing else with its host. Upstream's names, as it prints them. */
const checkHostUsers = (at: string, spec: Spec): Faults => {
  if (spec.hostUsers !== false) return fine;
  const why = 'when `hostUsers` is false';
  return [
    ...(spec.hostNetwork ? [fault.forbidden(`${at}.hostNetwork`, why)] : fine),
    ...(spec.hostPID ? [fault.forbidden(`${at}.HostPID`, why)] : fine),
    ...(spec.hostIPC ? [fault.forbidden(`${at}.HostIPC`, why)] : fine),
    ...containersOf(at, spec)
      .filter(([, { volumeDevices = [] }]) => volumeDevices.length > 0)
      .map(([field]) => fault.forbidden(`${field}.volumeDevices`, why)),
  ];
};

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

const validateNames = (at: string, spec: Spec): Faults => [
  ...checkOptional(`${at}.serviceAccountName`, spec.serviceAccountName, check.dns1123Subdomain),
  ...checkOptional(`${at}.nodeName`, spec.nodeName, check.dns1123Subdomain),
  ...checkNumber(`${at}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, (s) => checkRange(s, 1, 2 ** 31 - 1)),
  ...checkOptional(`${at}.hostname`, spec.hostname, check.dns1123Label),
  ...checkOptional(`${at}.subdomain`, spec.subdomain, check.dns1123Label),
  ...validateTolerations(`${at}.tolerations`, spec.tolerations),
  ...validateHostAliases(`${at}.hostAliases`, spec.hostAliases),
  ...checkOptional(`${at}.priorityClassName`, spec.priorityClassName, check.dns1123Subdomain),
  ...(spec.runtimeClassName === undefined
    ? fine
    : checkText(`${at}.runtimeClassName`, spec.runtimeClassName, check.dns1123Subdomain)),
  ...(spec.preemptionPolicy === undefined
    ? fine
    : checkWord(`${at}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'])),
];

/** Faults of a pod's spec, in upstream's order. It must have its defaults. */
export const validatePodSpec = (at: string, spec: Spec, role: PodRole): Faults => {
  const { volumes, faults } = validateVolumes(`${at}.volumes`, spec.volumes, role.podName);
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const pod: PodFacts = {
    volumes,
    claimNames: [...new Set((spec.resourceClaims ?? []).flatMap(({ name }) => (name ? [name] : [])))],
    graceSeconds: spec.terminationGracePeriodSeconds,
    restartPolicy: spec.restartPolicy,
    hostUsers: spec.hostUsers !== false,
  };
  return [
    ...(pod.graceSeconds === undefined ? [fault.required(`${at}.terminationGracePeriodSeconds`)] : fine),
    ...faults,
    ...validateClaims(`${at}.resourceClaims`, spec.resourceClaims, role.isMirror),
    ...validateContainers(`${at}.containers`, spec.containers, pod),
    ...validateInitContainers(`${at}.initContainers`, spec.initContainers, spec.containers, pod),
    ...validateEphemeralContainers(`${at}.ephemeralContainers`, spec.ephemeralContainers, others, pod),
    ...validatePodResources(`${at}.resources`, spec, pod.claimNames),
    ...checkHostPorts(at, spec, role.isPod),
    ...requireWord(`${at}.restartPolicy`, spec.restartPolicy, restartPolicies),
    ...requireWord(`${at}.dnsPolicy`, spec.dnsPolicy, dnsPolicies),
    ...validateLabels(spec.nodeSelector, `${at}.nodeSelector`),
    ...validatePodSecurityContext(`${at}.securityContext`, spec),
    ...validateAffinity(`${at}.affinity`, spec.affinity),
    ...validateDnsConfig(`${at}.dnsConfig`, spec),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType = '' }, i) =>
      checkText(`${at}.readinessGates[${i}].conditionType`, conditionType, check.qualifiedName),
    ),
    ...validateSchedulingGates(`${at}.schedulingGates`, spec.schedulingGates),
    ...validateSpread(`${at}.topologySpreadConstraints`, spec.topologySpreadConstraints),
    ...validateHostProcess(at, spec),
    ...checkHostUsers(at, spec),
    ...validateNames(at, spec),
    ...(spec.overhead ? validateResources(`${at}.overhead`, { limits: spec.overhead }, [], 'container') : fine),
    ...validateOs(at, spec),
  ];
};
