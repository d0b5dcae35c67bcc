import { isDeepStrictEqual } from 'node:util';
import { type Fault, fault } from '../fault.ts';
import type { ApiObject, Metadata, OwnerReference } from '../object.ts';
import { asPrefix, type Check, check } from '../values/names.ts';
import { quote } from '../values/quote.ts';
import { validateAnnotations, validateLabels } from './labels.ts';

/** What a kind says of its objects' metadata. */
export interface MetadataRules {
  readonly namespaced: boolean;
  /** What is wrong with a name. */
  readonly nameCheck: Check;
}

const validateName = ({ name, generateName }: Metadata, { nameCheck }: MetadataRules): readonly Fault[] => [
  ...(generateName ? asPrefix(nameCheck)(generateName) : []).map((why) =>
    fault.invalid('metadata.generateName', generateName, why),
  ),
  ...(name
    ? nameCheck(name).map((why) => fault.invalid('metadata.name', name, why))
    : [fault.required('metadata.name', 'name or generateName is required')]),
];

const validateNamespace = ({ namespace = '' }: Metadata, { namespaced }: MetadataRules): readonly Fault[] => {
  const field = 'metadata.namespace';
  if (!namespaced) return namespace === '' ? [] : [fault.forbidden(field, 'not allowed on this type')];
  if (namespace === '') return [fault.required(field)];
  return check.dns1123Label(namespace).map((why) => fault.invalid(field, namespace, why));
};

/** The version in `group/version`; empty when there is none, or when it is no such text. */
const versionIn = (apiVersion: string): string => {
  const parts = apiVersion.split('/');
  return parts.length > 2 ? '' : (parts.at(-1) ?? '');
};

/** A reference as messages show it: its fields in upstream's order, whatever the client's. */
const shownOwner = ({ apiVersion = '', kind = '', name = '', uid = '', ...flags }: Partial<OwnerReference>) => ({
  apiVersion,
  kind,
  name,
  uid,
  ...(flags.controller !== undefined && { controller: flags.controller }),
  ...(flags.blockOwnerDeletion !== undefined && { blockOwnerDeletion: flags.blockOwnerDeletion }),
});

// A client may leave out what every reference must have.
const validateOwner = (owner: Partial<OwnerReference>, field: string): readonly Fault[] => {
  const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
  const empty = [
    { at: 'apiVersion', value: versionIn(apiVersion), why: 'version must not be empty' },
    { at: 'kind', value: kind, why: 'must not be empty' },
    { at: 'name', value: name, why: 'must not be empty' },
    { at: 'uid', value: uid, why: 'must not be empty' },
  ].filter(({ value }) => value === '');
  return [
    ...empty.map(({ at, why }) => fault.invalid(`${field}.${at}`, at === 'apiVersion' ? apiVersion : '', why)),
    ...(apiVersion === 'v1' && kind === 'Event'
      ? [fault.invalid(field, shownOwner(owner), '/v1, Kind=Event is disallowed from being an owner')]
      : []),
  ];
};

const named = (owner: OwnerReference | undefined) => `${owner?.kind}/${owner?.name}`;

const validateOwners = (owners: readonly OwnerReference[], field: string): readonly Fault[] => {
  const [first, ...others] = owners.filter(({ controller }) => controller === true);
  return [
    ...owners.flatMap((owner) => validateOwner(owner, field)),
    ...others.map((other) =>
      fault.invalid(
        field,
        owners.map(shownOwner),
        `Only one reference can have Controller set to true. Found "true" in references for ${named(first)} and ${named(other)}`,
      ),
    ),
  ];
};

/** Finalizers of Kubernetes' own: the only ones without a domain. */
export const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion'];

const validateFinalizers = (finalizers: readonly string[], field: string): readonly Fault[] => {
  const both = finalizers.includes('orphan') && finalizers.includes('foregroundDeletion');
  return [
    ...finalizers.flatMap((name) => check.qualifiedName(name).map((why) => fault.invalid(field, name, why))),
    ...(both ? [fault.invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')] : []),
    ...finalizers.flatMap((name, i) =>
      name.includes('/') || standardFinalizers.includes(name)
        ? []
        : [
            fault.invalid(
              `${field}[${i}]`,
              name,
              'name is neither a standard finalizer name nor is it fully qualified',
            ),
          ],
    ),
  ];
};

/** An entry of managedFields, as far as it has rules. */
interface Managed {
  readonly operation?: string;
  readonly fieldsType?: string;
  readonly manager?: string;
  readonly subresource?: string;
}

const managerMax = 128;
const subresourceMax = 256;

const validateManaged = ({ operation = '', fieldsType, manager = '', subresource = '' }: Managed, field: string) => [
  ...(operation === 'Apply' || operation === 'Update'
    ? []
    : [fault.invalid(`${field}.operation`, operation, 'must be `Apply` or `Update`')]),
  ...(fieldsType && fieldsType !== 'FieldsV1'
    ? [fault.invalid(`${field}.fieldsType`, fieldsType, 'must be `FieldsV1`')]
    : []),
  ...(Buffer.byteLength(manager) > managerMax ? [fault.tooLong(`${field}.manager`, managerMax)] : []),
  ...(Buffer.byteLength(subresource) > subresourceMax ? [fault.tooLong(`${field}.subresource`, subresourceMax)] : []),
];

/** Faults of an object's metadata, in upstream's order. System fields (uid, timestamps) are set by the lifecycle, not checked. */
export const validateMetadata = (rules: MetadataRules, { metadata }: ApiObject): readonly Fault[] => [
  ...validateName(metadata, rules),
  ...validateNamespace(metadata, rules),
  ...validateLabels(metadata.labels, 'metadata.labels'),
  ...validateAnnotations(metadata.annotations, 'metadata.annotations'),
  ...validateOwners(metadata.ownerReferences ?? [], 'metadata.ownerReferences'),
  ...validateFinalizers(metadata.finalizers ?? [], 'metadata.finalizers'),
  ...(metadata.managedFields ?? []).flatMap((entry, i) =>
    // Its shape was checked when the request was decoded.
    validateManaged(entry as Managed, `metadata.managedFields[${i}]`),
  ),
];

const fixed = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

const validateNoNewFinalizers = (after: Metadata, before: Metadata): readonly Fault[] => {
  const extra = [...new Set(after.finalizers).difference(new Set(before.finalizers))].sort();
  if (!before.deletionTimestamp || extra.length === 0) return [];
  return [
    fault.forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${extra.map(quote).join(', ')}}`,
    ),
  ];
};

/** Faults of what a write does to an object's metadata; {@link validateMetadata} of the object after it comes beside. */
export const validateMetadataUpdate = (
  { metadata: after }: ApiObject,
  { metadata: before }: ApiObject,
): readonly Fault[] => [
  ...validateNoNewFinalizers(after, before),
  ...fixed
    .filter((name) => !isDeepStrictEqual(after[name], before[name]))
    .map((name) => fault.invalid(`metadata.${name}`, after[name], 'field is immutable')),
];
