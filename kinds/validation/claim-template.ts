import { fault } from '../fault.ts';
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { quantityOf, textOfQuantity } from '../values/quantity.ts';
import { checkOptional, checkText, checkWord, type Faults, fine, requireText, type Unchecked } from './field-checks.ts';
import { validateAnnotations, validateLabelSelector, validateLabels } from './labels.ts';

type Spec = Unchecked<PersistentVolumeClaimSpec>;

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const alone = 'ReadWriteOncePod';

const validateAccess = (at: string, modes: readonly string[] = []): Faults => [
  ...modes.flatMap((mode) => checkWord(at, mode, accessModes)),
  ...(modes.includes(alone) && modes.some((mode) => mode !== alone && accessModes.includes(mode))
    ? [fault.forbidden(at, 'may not use ReadWriteOncePod with other access modes')]
    : fine),
];

const validateStorage = (at: string, storage: string | number | undefined): Faults => {
  if (storage === undefined) return [fault.required(at)];
  const quantity = quantityOf(storage);
  return quantity.nanos > 0n ? fine : [fault.invalid(at, textOfQuantity(quantity), 'must be greater than zero')];
};

const validateDataSource = (at: string, source: NonNullable<Spec['dataSourceRef']>): Faults => {
  const { apiGroup = '', kind = '', name, namespace } = source;
  return [
    ...requireText(`${at}.name`, name),
    ...requireText(`${at}.kind`, kind),
    ...(apiGroup === '' && kind !== 'PersistentVolumeClaim'
      ? [fault.invalid(at, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
      : fine),
    ...checkOptional(`${at}.apiGroup`, apiGroup, check.dns1123Subdomain),
    ...checkOptional(`${at}.namespace`, namespace, check.dns1123Label),
  ];
};

/** Upstream prints where the field is, as Go has it, rather than what it holds. */
const unprintable = {};

const validateBothSources = (at: string, { dataSource, dataSourceRef }: Spec): Faults => {
  if (!dataSource || !dataSourceRef) return fine;
  if (dataSourceRef.namespace)
    return [fault.invalid(at, unprintable, 'may not be specified when dataSourceRef.namespace is specified')];
  const same = (['apiGroup', 'kind', 'name'] as const).every((name) => dataSource[name] === dataSourceRef[name]);
  return same ? fine : [fault.invalid(at, unprintable, 'must match dataSourceRef')];
};

const validateSpec = (at: string, spec: Spec): Faults => [
  ...((spec.accessModes ?? []).length > 0
    ? fine
    : [fault.required(`${at}.accessModes`, 'at least 1 access mode is required')]),
  ...validateLabelSelector(spec.selector, `${at}.selector`),
  ...validateAccess(`${at}.accessModes`, spec.accessModes),
  ...validateStorage(`${at}.resources[storage]`, spec.resources?.requests?.['storage']),
  ...checkOptional(`${at}.storageClassName`, spec.storageClassName, check.dns1123Subdomain),
  ...(spec.volumeMode === undefined ? fine : checkWord(`${at}.volumeMode`, spec.volumeMode, ['Block', 'Filesystem'])),
  ...(spec.dataSource ? validateDataSource(`${at}.dataSource`, spec.dataSource) : fine),
  ...(spec.dataSourceRef ? validateDataSource(`${at}.dataSourceRef`, spec.dataSourceRef) : fine),
  ...validateBothSources(at, spec),
  ...(spec.volumeAttributesClassName
    ? checkText(`${at}.volumeAttributesClassName`, spec.volumeAttributesClassName, check.dns1123Subdomain)
    : fine),
];

/** The claim that is made with each pod; of its metadata only labels and annotations may be set. */
export const validateClaimTemplate = (at: string, template: Unchecked<PersistentVolumeClaimTemplate>): Faults => {
  const { labels, annotations, ...others } = template.metadata ?? {};
  return [
    ...validateAnnotations(annotations, `${at}.metadata.annotations`),
    ...validateLabels(labels, `${at}.metadata.labels`),
    ...Object.entries(others)
      .filter(([, value]) => value !== undefined)
      .map(([name]) => fault.forbidden(`${at}.metadata.${name}`, 'cannot be set')),
    ...validateSpec(`${at}.spec`, template.spec ?? {}),
  ];
};
