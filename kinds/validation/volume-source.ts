import { fault } from '../fault.ts';
import type { VolumeSource } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { quantityOf } from '../values/quantity.ts';
import { validateClaimTemplate } from './claim-template.ts';
import {
  checkDescendingPath,
  checkFileMode,
  checkNoBacksteps,
  checkText,
  checkWord,
  type Faults,
  fine,
  requireText,
  type Unchecked,
} from './field-checks.ts';
import { validateDownwardFile, validateItems, validateProjected } from './projected-volume.ts';

export type Sources = Unchecked<VolumeSource>;
export type Source<K extends keyof VolumeSource> = NonNullable<Sources[K]>;
/** The faults of a source, whose fields stand below `at`. */
export type SourceChecks = { readonly [K in keyof VolumeSource]?: (at: string, source: Source<K>) => Faults };

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

const checkDriverName = (at: string, name: string): Faults => [
  ...requireText(at, name),
  ...(Buffer.byteLength(name) > 63 ? [fault.tooLong(at, 63)] : fine),
  ...check.dns1123Subdomain(name.toLowerCase()).map((why) => fault.invalid(at, name, why)),
];

const validateCsi = (at: string, { driver = '', nodePublishSecretRef }: Source<'csi'>): Faults => [
  ...checkDriverName(`${at}.driver`, driver),
  ...(nodePublishSecretRef
    ? nodePublishSecretRef.name
      ? checkText(`${at}.name`, nodePublishSecretRef.name, check.dns1123Subdomain)
      : [fault.required(`${at}.nodePublishSecretRef.name`)]
    : fine),
];

/** How each sort of volume that Kubernetes itself knows is checked. */
export const sourceChecks: SourceChecks = {
  emptyDir: (at, { sizeLimit }) =>
    sizeLimit !== undefined && quantityOf(sizeLimit).nanos < 0n
      ? [fault.forbidden(`${at}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : fine,
  hostPath: (at, { path, type }) =>
    path
      ? [
          ...checkNoBacksteps(`${at}.path`, path),
          ...(type === undefined ? fine : checkWord(`${at}.type`, type, hostPathTypes)),
        ]
      : [fault.required(`${at}.path`)],
  gitRepo: (at, { repository, directory = '' }) => [
    ...requireText(`${at}.repository`, repository),
    ...checkDescendingPath(`${at}.directory`, directory),
  ],
  secret: (at, { secretName, defaultMode, items }) => [
    ...requireText(`${at}.secretName`, secretName),
    ...checkFileMode(`${at}.defaultMode`, defaultMode),
    ...validateItems(`${at}.items`, items),
  ],
  nfs: (at, { server, path = '' }) => [
    ...requireText(`${at}.server`, server),
    ...requireText(`${at}.path`, path),
    ...(path.startsWith('/') ? fine : [fault.invalid(`${at}.path`, path, 'must be an absolute path')]),
  ],
  persistentVolumeClaim: (at, { claimName }) => requireText(`${at}.claimName`, claimName),
  downwardAPI: (at, { defaultMode, items = [] }) => [
    ...checkFileMode(`${at}.defaultMode`, defaultMode),
    ...items.flatMap((file) => validateDownwardFile(at, file)),
  ],
  configMap: (at, { name, defaultMode, items }) => [
    ...requireText(`${at}.name`, name),
    ...checkFileMode(`${at}.defaultMode`, defaultMode),
    ...validateItems(`${at}.items`, items),
  ],
  projected: validateProjected,
  csi: validateCsi,
  ephemeral: (at, { volumeClaimTemplate }) =>
    volumeClaimTemplate
      ? validateClaimTemplate(`${at}.volumeClaimTemplate`, volumeClaimTemplate)
      : [fault.required(`${at}.volumeClaimTemplate`)],
};
