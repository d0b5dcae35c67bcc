import { fault } from '../fault.ts';
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  VolumeProjection,
} from '../schema/api/core-v1.ts';
import { checkFileMode, checkFilePath, type Faults, fine, requireText, type Unchecked } from './field-checks.ts';
import { validateFieldRef, validateResourceRef } from './field-reference.ts';

const validateItem = (at: string, { key, path = '', mode }: Unchecked<KeyToPath>): Faults => [
  ...requireText(`${at}.key`, key),
  ...requireText(`${at}.path`, path),
  ...checkFilePath(`${at}.path`, path),
  ...checkFileMode(`${at}.mode`, mode),
];

/** Files made of the keys of a ConfigMap or Secret. */
export const validateItems = (at: string, items: readonly Unchecked<KeyToPath>[] = []): Faults =>
  items.flatMap((item, i) => validateItem(`${at}[${i}]`, item));

const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

/** A file that tells about the pod. Upstream names no file in its faults. */
export const validateDownwardFile = (at: string, file: Unchecked<DownwardAPIVolumeFile>): Faults => {
  const { path = '', fieldRef, resourceFieldRef, mode } = file;
  const both = 'fieldRef and resourceFieldRef can not be specified simultaneously';
  return [
    ...requireText(`${at}.path`, path),
    ...checkFilePath(`${at}.path`, path),
    ...(fieldRef ? validateFieldRef(`${at}.fieldRef`, fieldRef, volumeFields) : fine),
    ...(fieldRef && resourceFieldRef ? [fault.invalid(at, 'resource', both)] : fine),
    ...(!fieldRef && resourceFieldRef ? validateResourceRef(`${at}.resourceFieldRef`, resourceFieldRef, true) : fine),
    ...(!fieldRef && !resourceFieldRef
      ? [fault.required(at, 'one of fieldRef and resourceFieldRef is required')]
      : fine),
    ...checkFileMode(`${at}.mode`, mode),
  ];
};

const secondsMin = 600;
const secondsMax = 2 ** 32;

const validateToken = (
  at: string,
  projected: string,
  { expirationSeconds = 0, path }: NonNullable<Unchecked<VolumeProjection>['serviceAccountToken']>,
): Faults => {
  const field = `${at}.expirationSeconds`;
  return [
    ...(expirationSeconds < secondsMin
      ? [fault.invalid(field, expirationSeconds, 'may not specify a duration less than 10 minutes')]
      : fine),
    ...(expirationSeconds > secondsMax
      ? [fault.invalid(field, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
      : fine),
    ...(path ? checkFilePath(`${projected}.path`, path) : [fault.required(`${projected}.path`)]),
  ];
};

/** Notes a path in the volume; a fault when another file has it. `shown` is what upstream prints. */
type Take = (path: string | undefined, shown: string) => Faults;

const validateProjection = (at: string, projected: string, source: Unchecked<VolumeProjection>, take: Take): Faults => {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source;
  const keys = (name: string, from: NonNullable<typeof secret | typeof configMap>): Faults => [
    ...requireText(`${at}.${name}.name`, from.name),
    ...(from.items ?? []).flatMap((item, i) => [
      ...validateItem(`${at}.${name}.items[${i}]`, item),
      ...take(item.path, from.name ?? ''),
    ]),
  ];
  const sorts = [secret, configMap, downwardAPI, serviceAccountToken].filter((one) => one !== undefined);
  return [
    ...(secret ? keys('secret', secret) : fine),
    ...(configMap ? keys('configMap', configMap) : fine),
    ...(downwardAPI?.items ?? []).flatMap((file) => [
      ...validateDownwardFile(`${at}.downwardAPI`, file),
      ...take(file.path, file.path ?? ''),
    ]),
    ...(serviceAccountToken ? validateToken(`${at}.serviceAccountToken`, projected, serviceAccountToken) : fine),
    ...(sorts.length > 1 ? [fault.forbidden(at, 'may not specify more than 1 volume type per source')] : fine),
  ];
};

/** A volume with files from several sources. */
export const validateProjected = (
  at: string,
  { defaultMode, sources = [] }: Unchecked<ProjectedVolumeSource>,
): Faults => {
  const taken = new Set<string>();
  const take: Take = (path, shown) => {
    if (!path) return fine;
    if (taken.has(path)) return [fault.invalid(at, shown, 'conflicting duplicate paths')];
    taken.add(path);
    return fine;
  };
  return [
    ...checkFileMode(`${at}.defaultMode`, defaultMode),
    ...sources.flatMap((source, i) => validateProjection(`${at}.sources[${i}]`, at, source, take)),
  ];
};
