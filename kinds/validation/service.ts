import { isExternal } from '../defaults/service.ts';
import { fault } from '../fault.ts';
import type { Service } from '../schema/api/core-v1.ts';
import { check, checkPort } from '../values/names.ts';
import type { Labels } from '../values/selector.ts';
import { checkEndpointAddress, checkLegacyAddress, checkLegacyCidr } from './address.ts';
import { checkNumber, checkText, checkWord, type Faults, fine, requireWord, type Unchecked } from './field-checks.ts';
import { validateLabels } from './labels.ts';
import { isHeadless, type Spec, validateAddresses, validateAddressesUpdate } from './service-addresses.ts';
import { validatePortPairs, validateServicePorts } from './service-ports.ts';

const onlyBalanced = "may only be used when `type` is 'LoadBalancer'";
const modeAnnotation = 'service.kubernetes.io/topology-mode';
const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints';
const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';

const validateTopology = (annotations: Labels): Faults => {
  const [mode, hints] = [annotations[modeAnnotation], annotations[hintsAnnotation]];
  if (mode === undefined || hints === undefined || mode === hints) return fine;
  const why = `must match annotations[${hintsAnnotation}] when both are specified`;
  return [fault.invalid(`metadata.annotations[${modeAnnotation}]`, mode, why)];
};

/** A name from outside, which has none of what a Service in the cluster has. */
const validateExternalName = (spec: Spec): Faults => {
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  const set = [
    ...((spec.clusterIPs ?? []).length > 0 ? ['clusterIPs'] : []),
    ...((spec.ipFamilies ?? []).length > 0 ? ['ipFamilies'] : []),
    ...(spec.ipFamilyPolicy === undefined ? [] : ['ipFamilyPolicy']),
  ];
  return [
    ...set.map((field) => fault.forbidden(`spec.${field}`, 'may not be set for ExternalName services')),
    ...(name === ''
      ? [fault.required('spec.externalName')]
      : checkText('spec.externalName', name, check.dns1123Subdomain)),
  ];
};

const validateByType = (spec: Spec): Faults => {
  if (spec.type === 'ExternalName') return validateExternalName(spec);
  return isHeadless(spec) && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')
    ? [fault.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`)]
    : fine;
};

const affinitySecondsMax = 86_400;

const validateAffinity = ({ sessionAffinity = '', sessionAffinityConfig: config }: Spec): Faults => {
  const at = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None')
    return config ? [fault.forbidden(at, 'must not be set when session affinity is None')] : fine;
  if (sessionAffinity !== 'ClientIP') return requireWord('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']);
  const seconds = config?.clientIP?.timeoutSeconds;
  const field = `${at}${config ? '.clientIP' : ''}${config?.clientIP ? '.timeoutSeconds' : ''}`;
  if (seconds === undefined) return [fault.required(field, 'when session affinity type is ClientIP')];
  return seconds > 0 && seconds <= affinitySecondsMax
    ? fine
    : [fault.invalid(field, seconds, `must be greater than 0 and less than ${affinitySecondsMax}`)];
};

const validateExternalAddresses = (addresses: readonly string[] = []): Faults =>
  addresses.flatMap((address, i) => {
    const wrong = checkLegacyAddress(`spec.externalIPs[${i}]`, address);
    return wrong.length > 0 ? wrong : checkEndpointAddress(`spec.externalIPs[${i}]`, address);
  });

/** From where a balancer may be reached: a field, or an older annotation. Blanks around a range are fine. */
const validateSources = ({ type, loadBalancerSourceRanges: ranges = [] }: Spec, annotations: Labels): Faults => {
  const text = annotations[rangesAnnotation];
  if (ranges.length === 0 && text === undefined) return fine;
  // Upstream writes the field so.
  const at = ranges.length > 0 ? 'spec.LoadBalancerSourceRanges' : `metadata.annotations[${rangesAnnotation}]`;
  const listed = (text ?? '').trim();
  return [
    ...(type === 'LoadBalancer' ? fine : [fault.forbidden(at, onlyBalanced)]),
    ...ranges.flatMap((range, i) => checkLegacyCidr(`${at}[${i}]`, range.trim())),
    ...(ranges.length > 0 || listed === ''
      ? fine
      : listed.split(',').flatMap((range) => checkLegacyCidr(at, range.trim()))),
  ];
};

const validateBalancer = (spec: Spec): Faults => {
  const { type, allocateLoadBalancerNodePorts: allocate, loadBalancerClass } = spec;
  if (type === 'LoadBalancer')
    return [
      // Upstream leaves out where it is.
      ...(allocate === undefined ? [fault.required('allocateLoadBalancerNodePorts')] : fine),
      ...(loadBalancerClass === undefined
        ? fine
        : checkText('spec.loadBalancerClass', loadBalancerClass, check.qualifiedName)),
    ];
  return [
    ...(allocate === undefined ? fine : [fault.forbidden('spec.allocateLoadBalancerNodePorts', onlyBalanced)]),
    ...(loadBalancerClass === undefined ? fine : [fault.forbidden('spec.loadBalancerClass', onlyBalanced)]),
  ];
};

const needsHealthCheck = ({ type, externalTrafficPolicy }: Spec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

const validateHealthCheck = (spec: Spec): Faults => {
  const at = 'spec.healthCheckNodePort';
  const { healthCheckNodePort: port = 0 } = spec;
  if (needsHealthCheck(spec)) return port === 0 ? [fault.required(at)] : checkNumber(at, port, checkPort);
  const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return port === 0 ? fine : [fault.invalid(at, port, why)];
};

const validateTraffic = (spec: Spec): Faults => {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, trafficDistribution: spread } = spec;
  const field = 'spec.externalTrafficPolicy';
  const mayBeOutside = external
    ? [fault.invalid(field, external, 'may only be set for externally-accessible services')]
    : fine;
  const needsInternal = ['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type ?? '');
  return [
    ...(isExternal(spec) ? requireWord(field, external, ['Cluster', 'Local']) : mayBeOutside),
    ...validateHealthCheck(spec),
    ...(internal === undefined && needsInternal ? [fault.required('spec.internalTrafficPolicy')] : fine),
    ...(internal === undefined ? fine : checkWord('spec.internalTrafficPolicy', internal, ['Cluster', 'Local'])),
    ...(spread === undefined
      ? fine
      : checkWord('spec.trafficDistribution', spread, ['PreferClose', 'PreferSameZone', 'PreferSameNode'])),
  ];
};

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/**
 * Faults of a Service, its metadata's aside, in upstream's order. It must have its defaults, and the ports that are given to it: one for
 * health checks is required where it needs one.
 */
export const validateService = ({ metadata, spec = {} }: Unchecked<Service>): Faults => {
  const annotations = metadata?.annotations ?? {};
  return [
    ...validateTopology(annotations),
    ...((spec.ports ?? []).length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName'
      ? [fault.required('spec.ports')]
      : fine),
    ...validateByType(spec),
    ...validateServicePorts('spec.ports', spec),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...(spec.type === 'ExternalName' ? fine : validateAddresses(spec)),
    ...validateExternalAddresses(spec.externalIPs),
    ...requireWord('spec.type', spec.type, types),
    ...validatePortPairs('spec.ports', spec),
    ...validateSources(spec, annotations),
    ...validateBalancer(spec),
    ...validateTraffic(spec),
  ];
};

/** Faults of a change of a Service, beside those of what it became. */
export const validateServiceUpdate = (
  { spec: after = {} }: Unchecked<Service>,
  { spec: before = {} }: Unchecked<Service>,
): Faults => {
  const balanced = after.type === 'LoadBalancer' && before.type === 'LoadBalancer';
  return [
    ...validateAddressesUpdate(after, before),
    ...(balanced && after.loadBalancerClass !== before.loadBalancerClass
      ? [fault.invalid('spec.loadBalancerClass', after.loadBalancerClass, 'may not change once set')]
      : fine),
    ...(needsHealthCheck(after) && needsHealthCheck(before) && after.healthCheckNodePort !== before.healthCheckNodePort
      ? [fault.forbidden('spec.healthCheckNodePort', 'field is immutable')]
      : fine),
  ];
};
