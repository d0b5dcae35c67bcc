import { fault } from '../fault.ts';
import { check, checkRange } from '../values/names.ts';
import {
  checkNumber,
  checkOptional,
  checkRequired,
  checkWord,
  type Faults,
  fine,
  requireText,
} from './field-checks.ts';
import type { Source, SourceChecks } from './volume-source.ts';

const checkPartition = (at: string, partition = 0): Faults =>
  checkRange(partition, 0, 255).length === 0
    ? fine
    : [fault.invalid(at, partition, 'must be between 1 and 255, inclusive')];

const iqnForms: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.[a-zA-Z0-9.-]+:[^,;*&$|\s]+$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
};

const checkIqn = (at: string, iqn: string): Faults => {
  const form = iqnForms[iqn.slice(0, 3)];
  if (!form) return [fault.invalid(at, iqn, 'must be valid format starting with iqn, eui, or naa')];
  return form.test(iqn) ? fine : [fault.invalid(at, iqn, 'must be valid format')];
};

const validateIscsi = (at: string, source: Source<'iscsi'>): Faults => [
  ...requireText(`${at}.targetPortal`, source.targetPortal),
  ...(source.iqn ? checkIqn(`${at}.iqn`, source.iqn) : [fault.required(`${at}.iqn`)]),
  ...checkNumber(`${at}.lun`, source.lun, (lun) => checkRange(lun, 0, 255)),
  ...((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef
    ? [fault.required(`${at}.secretRef`)]
    : fine),
  ...(source.initiatorName === undefined ? fine : checkIqn(`${at}.initiatorname`, source.initiatorName)),
];

const validateFibreChannel = (at: string, { targetWWNs = [], wwids = [], lun }: Source<'fc'>): Faults => {
  const field = `${at}.targetWWNs`;
  return [
    ...(targetWWNs.length + wwids.length === 0
      ? [fault.required(field, 'must specify either targetWWNs or wwids, but not both')]
      : fine),
    ...(targetWWNs.length > 0 && wwids.length > 0
      ? [fault.invalid(field, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously')]
      : fine),
    ...(targetWWNs.length > 0 && lun === undefined
      ? [fault.required(`${at}.lun`, 'lun is required if targetWWNs is specified')]
      : fine),
    ...(targetWWNs.length > 0 ? checkNumber(`${at}.lun`, lun, (one) => checkRange(one, 0, 255)) : fine),
  ];
};

const validateFlocker = (at: string, { datasetName, datasetUUID }: Source<'flocker'>): Faults => [
  ...(datasetName || datasetUUID ? fine : [fault.required(at, 'one of datasetName and datasetUUID is required')]),
  ...(datasetName && datasetUUID
    ? [fault.invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')]
    : fine),
  ...(datasetName?.includes('/') ? [fault.invalid(`${at}.datasetName`, datasetName, "must not contain '/'")] : fine),
];

const validateFlex = (at: string, { driver, options = {} }: Source<'flexVolume'>): Faults => [
  ...requireText(`${at}.driver`, driver),
  ...Object.keys(options)
    .filter((name) => /\.(kubernetes|k8s)\.io$/.test(`.${(name.split('/', 2)[0] ?? '').toLowerCase()}`))
    .map((name) => fault.invalid(`${at}.options[${name}]`, name, 'kubernetes.io and k8s.io namespaces are reserved')),
];

const hostPorts = 'must be a host:port pair or multiple pairs separated by commas';

const validateQuobyte = (at: string, { registry = '', tenant = '', volume }: Source<'quobyte'>): Faults => {
  const pairs = registry.split(',').filter((pair) => !/^([^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair));
  const faults =
    registry === ''
      ? [fault.required(`${at}.registry`, hostPorts)]
      : tenant.length > 64
        ? [fault.required(`${at}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')]
        : pairs.map(() => fault.invalid(`${at}.registry`, registry, hostPorts));
  return [...faults, ...requireText(`${at}.volume`, volume)];
};

const validateAzureDisk = (at: string, { diskName, diskURI = '', cachingMode, kind }: Source<'azureDisk'>): Faults => {
  const managed = kind === 'Managed';
  const start = managed ? '/subscriptions/' : 'https://';
  const forms = managed
    ? '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
    : 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
  return [
    ...requireText(`${at}.diskName`, diskName),
    ...requireText(`${at}.diskURI`, diskURI),
    ...(cachingMode === undefined
      ? fine
      : checkWord(`${at}.cachingMode`, cachingMode, ['None', 'ReadOnly', 'ReadWrite'])),
    ...(kind === undefined ? fine : checkWord(`${at}.kind`, kind, ['Dedicated', 'Managed', 'Shared'])),
    ...(kind === undefined || diskURI.startsWith(start)
      ? fine
      : [fault.notSupported(`${at}.diskURI`, diskURI, [forms])]),
  ];
};

const requireSecretName = (at: string, secretRef: { readonly name?: string | undefined } | undefined): Faults =>
  secretRef ? requireText(`${at}.secretRef.name`, secretRef.name) : fine;

/** How volumes of a vendor's storage are checked. */
export const storageChecks: SourceChecks = {
  gcePersistentDisk: (at, { pdName, partition }) => [
    ...requireText(`${at}.pdName`, pdName),
    ...checkPartition(`${at}.partition`, partition),
  ],
  awsElasticBlockStore: (at, { volumeID, partition }) => [
    ...requireText(`${at}.volumeID`, volumeID),
    ...checkPartition(`${at}.partition`, partition),
  ],
  iscsi: validateIscsi,
  glusterfs: (at, { endpoints, path }) => [
    ...requireText(`${at}.endpoints`, endpoints),
    ...requireText(`${at}.path`, path),
  ],
  flocker: validateFlocker,
  rbd: (at, { monitors = [], image }) => [
    ...(monitors.length > 0 ? fine : [fault.required(`${at}.monitors`)]),
    ...requireText(`${at}.image`, image),
  ],
  cinder: (at, { volumeID, secretRef }) => [
    ...requireText(`${at}.volumeID`, volumeID),
    ...requireSecretName(at, secretRef),
  ],
  cephfs: (at, { monitors = [] }) => (monitors.length > 0 ? fine : [fault.required(`${at}.monitors`)]),
  quobyte: validateQuobyte,
  fc: validateFibreChannel,
  flexVolume: validateFlex,
  azureFile: (at, { secretName, shareName }) => [
    ...requireText(`${at}.secretName`, secretName),
    ...requireText(`${at}.shareName`, shareName),
  ],
  vsphereVolume: (at, { volumePath }) => requireText(`${at}.volumePath`, volumePath),
  photonPersistentDisk: (at, { pdID }) => requireText(`${at}.pdID`, pdID),
  portworxVolume: (at, { volumeID }) => requireText(`${at}.volumeID`, volumeID),
  azureDisk: validateAzureDisk,
  storageos: (at, { volumeName, volumeNamespace, secretRef }) => [
    ...checkRequired(`${at}.volumeName`, volumeName, check.dns1123Label),
    ...checkOptional(`${at}.volumeNamespace`, volumeNamespace, check.dns1123Label),
    ...requireSecretName(at, secretRef),
  ],
  scaleIO: (at, { gateway, system, volumeName }) => [
    ...requireText(`${at}.gateway`, gateway),
    ...requireText(`${at}.system`, system),
    ...requireText(`${at}.volumeName`, volumeName),
  ],
};
