import { fault } from '../fault.ts';
import type { Container, VolumeDevice, VolumeMount } from '../schema/api/core-v1.ts';
import { checkDescendingPath, checkNoBacksteps, checkWord, type Faults, fine, type Unchecked } from './field-checks.ts';
import type { Volumes } from './volume.ts';

type Mount = Unchecked<VolumeMount>;
type Device = Unchecked<VolumeDevice>;

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

const validatePropagation = (at: string, { mountPropagation: how }: Mount, privileged: boolean): Faults =>
  how === undefined
    ? fine
    : [
        ...checkWord(at, how, propagations),
        ...(how === 'Bidirectional' && !privileged
          ? [fault.forbidden(at, 'Bidirectional mount propagation is available only to privileged containers')]
          : fine),
      ];

const validateRecursive = (at: string, { recursiveReadOnly: how, readOnly, mountPropagation }: Mount): Faults => {
  if (how === undefined || how === 'Disabled') return fine;
  if (how !== 'Enabled' && how !== 'IfPossible') return checkWord(at, how, ['Disabled', 'Enabled', 'IfPossible']);
  return [
    ...(readOnly ? fine : [fault.forbidden(at, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === undefined || mountPropagation === 'None'
      ? fine
      : [fault.forbidden(at, 'may only be specified when mountPropagation is None or not specified')]),
  ];
};

const validateMount = (
  at: string,
  i: number,
  mount: Mount,
  privileged: boolean,
  devices: readonly Device[],
): Faults => {
  const { name = '', mountPath = '', subPath, subPathExpr } = mount;
  const field = `${at}[${i}]`;
  return [
    ...(devices.some((device) => (device.name ?? '') === name)
      ? [fault.invalid(`${field}.name`, name, 'must not already exist in volumeDevices')]
      : fine),
    ...(devices.some((device) => (device.devicePath ?? '') === mountPath)
      ? [fault.invalid(`${field}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices')]
      : fine),
    // Upstream leaves out which mount it is from here on.
    ...(subPath ? checkDescendingPath(`${at}.subPath`, subPath) : fine),
    ...(subPathExpr && subPath
      ? [fault.invalid(`${field}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
      : fine),
    ...(subPathExpr ? checkDescendingPath(`${at}.subPathExpr`, subPathExpr) : fine),
    ...validatePropagation(`${at}.mountPropagation`, mount, privileged),
    ...validateRecursive(`${at}.recursiveReadOnly`, mount),
  ];
};

type Mounting = Pick<Unchecked<Container>, 'volumeMounts' | 'volumeDevices' | 'securityContext'>;

/** Where a container has the pod's volumes. */
export const validateMounts = (at: string, container: Mounting, volumes: Volumes): Faults => {
  const { volumeMounts: mounts = [], volumeDevices = [], securityContext } = container;
  const paths = new Set<string>();
  return mounts.flatMap((mount, i) => {
    const { name = '', mountPath = '' } = mount;
    const taken = paths.has(mountPath);
    paths.add(mountPath);
    return [
      ...(name === '' ? [fault.required(`${at}[${i}].name`)] : fine),
      ...(volumes.has(name) ? fine : [fault.notFound(`${at}[${i}].name`, name)]),
      ...(mountPath === '' ? [fault.required(`${at}[${i}].mountPath`)] : fine),
      ...(taken ? [fault.invalid(`${at}[${i}].mountPath`, mountPath, 'must be unique')] : fine),
      ...validateMount(at, i, mount, securityContext?.privileged === true, lastByName(volumeDevices)),
    ];
  });
};

/** Upstream compares with the last of each name. */
const lastByName = <T extends { readonly name?: string | undefined }>(items: readonly T[]): readonly T[] => [
  ...new Map(items.map((item) => [item.name ?? '', item] as const)).values(),
];

const validateDevice = (field: string, { name = '', devicePath = '' }: Device, volumes: Volumes): Faults => {
  const volume = volumes.get(name);
  const isClaim = volume?.persistentVolumeClaim !== undefined || volume?.ephemeral !== undefined;
  const onlyClaims = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
  return [
    ...(volume && !isClaim ? [fault.invalid(`${field}.name`, name, onlyClaims)] : fine),
    ...(volume ? fine : [fault.notFound(`${field}.name`, name)]),
    ...(devicePath === '' ? [fault.required(`${field}.devicePath`)] : fine),
  ];
};

/** Where a container has the pod's volumes as block devices. */
export const validateDevices = (at: string, container: Mounting, volumes: Volumes): Faults => {
  const { volumeDevices: devices = [], volumeMounts = [] } = container;
  const mounts = lastByName(volumeMounts);
  const names = new Set<string>();
  const paths = new Set<string>();
  return devices.flatMap((device, i) => {
    const { name = '', devicePath = '' } = device;
    const field = `${at}[${i}]`;
    const leaves = devicePath !== '' && checkNoBacksteps(field, devicePath).length > 0;
    const faults = [
      ...(name === '' ? [fault.required(`${field}.name`)] : fine),
      ...(names.has(name) ? [fault.invalid(`${field}.name`, name, 'must be unique')] : fine),
      ...validateDevice(field, device, volumes),
      ...(paths.has(devicePath) ? [fault.invalid(`${field}.devicePath`, devicePath, 'must be unique')] : fine),
      ...(leaves ? [fault.invalid(`${field}.devicePath`, devicePath, "can not contain backsteps ('..')")] : fine),
      ...(mounts.some((mount) => (mount.name ?? '') === name)
        ? [fault.invalid(`${field}.name`, name, 'must not already exist in volumeMounts')]
        : fine),
      ...(mounts.some((mount) => (mount.mountPath ?? '') === devicePath)
        ? [fault.invalid(`${field}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts')]
        : fine),
    ];
    if (!leaves) paths.add(devicePath);
    if (name !== '') names.add(name);
    return faults;
  });
};
