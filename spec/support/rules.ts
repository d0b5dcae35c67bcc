import { defaultDeployment } from '../../kinds/defaults/deployment.ts';
import { defaultEndpointSlice } from '../../kinds/defaults/endpoint-slice.ts';
import { defaultEndpoints } from '../../kinds/defaults/endpoints.ts';
import { defaultNamespace } from '../../kinds/defaults/namespace.ts';
import { defaultNode } from '../../kinds/defaults/node.ts';
import { defaultPod } from '../../kinds/defaults/pod.ts';
import { defaultReplicaSet } from '../../kinds/defaults/replica-set.ts';
import { defaultSecret } from '../../kinds/defaults/secret.ts';
import { defaultService } from '../../kinds/defaults/service.ts';
import { type Fault, textOf } from '../../kinds/fault.ts';
import { checkValue } from '../../kinds/schema/check.ts';
import { typeOf } from '../../kinds/schema/kind-rows.ts';
import { validateConfigMap, validateConfigMapUpdate } from '../../kinds/validation/config-map.ts';
import { validateDeployment, validateDeploymentUpdate } from '../../kinds/validation/deployment.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../../kinds/validation/endpoint-slice.ts';
import { validateEndpoints } from '../../kinds/validation/endpoints.ts';
import { validateEvent } from '../../kinds/validation/event.ts';
import { validateLease } from '../../kinds/validation/lease.ts';
import { validateNamespace } from '../../kinds/validation/namespace.ts';
import { validateNode, validateNodeUpdate } from '../../kinds/validation/node.ts';
import { validatePodUpdate } from '../../kinds/validation/pod-update.ts';
import { validatePod, validatePodCreate } from '../../kinds/validation/pod.ts';
import { validateReplicaSet, validateReplicaSetUpdate } from '../../kinds/validation/replica-set.ts';
import { validateSecret, validateSecretUpdate } from '../../kinds/validation/secret.ts';
import { validateServiceUpdate, validateService } from '../../kinds/validation/service.ts';

/** An object as a client writes it. */
export interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: object;
  readonly [field: string]: unknown;
}

interface Rules {
  readonly defaults?: (object: Written) => Written;
  readonly validate: (object: Written) => readonly Fault[];
  readonly validateCreate?: (object: Written) => readonly Fault[];
  readonly validateUpdate?: (after: Written, before: Written) => readonly Fault[];
}

// Each takes objects of its own kind, which is how they are looked up below.
const rules = {
  Pod: {
    defaults: defaultPod,
    validate: validatePod,
    validateCreate: validatePodCreate,
    validateUpdate: validatePodUpdate,
  },
  Deployment: { defaults: defaultDeployment, validate: validateDeployment, validateUpdate: validateDeploymentUpdate },
  ReplicaSet: { defaults: defaultReplicaSet, validate: validateReplicaSet, validateUpdate: validateReplicaSetUpdate },
  Service: { defaults: defaultService, validate: validateService, validateUpdate: validateServiceUpdate },
  ConfigMap: { validate: validateConfigMap, validateUpdate: validateConfigMapUpdate },
  Secret: { defaults: defaultSecret, validate: validateSecret, validateUpdate: validateSecretUpdate },
  Namespace: { defaults: defaultNamespace, validate: validateNamespace },
  Node: { defaults: defaultNode, validate: validateNode, validateUpdate: validateNodeUpdate },
  Endpoints: { defaults: defaultEndpoints, validate: validateEndpoints },
  EndpointSlice: {
    defaults: defaultEndpointSlice,
    validate: validateEndpointSlice,
    validateUpdate: validateEndpointSliceUpdate,
  },
  ServiceAccount: { validate: () => [] },
  Event: { validate: validateEvent },
  Lease: { validate: validateLease },
} as unknown as Readonly<Record<string, Rules>>;

const rulesOf = (kind: string): Rules => {
  const found = rules[kind];
  if (!found) throw new Error(`Cannot validate a ${kind}: it has no rules here`);
  return found;
};

/** The object as it is after it was decoded. */
export const decoded = (object: Written): Written => {
  const type = typeOf(object.apiVersion, object.kind);
  const checked = type && checkValue(type, object, true);
  if (!checked || 'malformed' in checked) throw new Error(`Cannot decode ${JSON.stringify(object)}`);
  // What was an object of the API before it was checked still is one.
  return checked.object as unknown as Written;
};

/** The object with its kind's defaults. */
export const filled = (object: Written): Written => rulesOf(object.kind).defaults?.(object) ?? object;

const ready = (object: Written): Written => filled(decoded(object));

/** What is wrong with a new object, as a client reads it; its metadata's faults aside. */
export const faultsOf = (object: Written): readonly Fault[] => {
  const { validate, validateCreate } = rulesOf(object.kind);
  return [...validate(ready(object)), ...(validateCreate?.(ready(object)) ?? [])];
};

/** What is wrong with a change of an object, likewise. */
export const faultsOfChange = (after: Written, before: Written): readonly Fault[] => {
  const { validate, validateUpdate } = rulesOf(after.kind);
  return [...validate(ready(after)), ...(validateUpdate?.(ready(after), ready(before)) ?? [])];
};

export const textsOf = (object: Written): readonly string[] => faultsOf(object).map(textOf);
export const textsOfChange = (after: Written, before: Written): readonly string[] =>
  faultsOfChange(after, before).map(textOf);
