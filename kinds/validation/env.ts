import { fault } from '../fault.ts';
import type { EnvFromSource, EnvVar } from '../schema/api/core-v1.ts';
import { asPrefix, check } from '../values/names.ts';
import { checkOptional, checkRequired, checkText, type Faults, fine, type Unchecked } from './field-checks.ts';
import { validateFieldRef, validateResourceRef } from './field-reference.ts';

const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

interface KeyRef {
  readonly name?: string | undefined;
  readonly key?: string | undefined;
}

const validateKeyRef = (at: string, { name = '', key }: KeyRef): Faults => [
  ...checkText(`${at}.name`, name, check.dns1123Subdomain),
  ...checkRequired(`${at}.key`, key, check.configMapKey),
];

const validateValueFrom = (at: string, { value, valueFrom }: Unchecked<EnvVar>): Faults => {
  if (!valueFrom) return fine;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter((one) => one !== undefined).length;
  const wrong = (why: string) => [fault.invalid(at, '', why)];
  return [
    ...(fieldRef ? validateFieldRef(`${at}.fieldRef`, fieldRef, envFields) : fine),
    ...(resourceFieldRef ? validateResourceRef(`${at}.resourceFieldRef`, resourceFieldRef, false) : fine),
    ...(configMapKeyRef ? validateKeyRef(`${at}.configMapKeyRef`, configMapKeyRef) : fine),
    ...(secretKeyRef ? validateKeyRef(`${at}.secretKeyRef`, secretKeyRef) : fine),
    ...(count === 0
      ? wrong('must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`')
      : value
        ? wrong('may not be specified when `value` is not empty')
        : count > 1
          ? wrong('may not have more than one field specified at a time')
          : fine),
  ];
};

/** The environment of a container. */
export const validateEnv = (at: string, entries: readonly Unchecked<EnvVar>[] = []): Faults =>
  entries.flatMap((entry, i) => [
    ...checkRequired(`${at}[${i}].name`, entry.name, check.relaxedEnvVarName),
    ...validateValueFrom(`${at}[${i}].valueFrom`, entry),
  ]);

const objectName = asPrefix(check.dns1123Subdomain);

/** Environments taken whole from ConfigMaps and Secrets. */
export const validateEnvFrom = (at: string, entries: readonly Unchecked<EnvFromSource>[] = []): Faults =>
  entries.flatMap(({ prefix, configMapRef, secretRef }, i) => [
    ...checkOptional(`${at}[${i}].prefix`, prefix, check.relaxedEnvVarName),
    ...(configMapRef ? checkRequired(`${at}[${i}].configMapRef.name`, configMapRef.name, objectName) : fine),
    ...(secretRef ? checkRequired(`${at}[${i}].secretRef.name`, secretRef.name, objectName) : fine),
    ...(configMapRef || secretRef
      ? fine
      : [fault.invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`')]),
    ...(configMapRef && secretRef
      ? [fault.invalid(at, '', 'may not have more than one field specified at a time')]
      : fine),
  ]);
