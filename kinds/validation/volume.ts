import { fault } from '../fault.ts';
import type { Volume, VolumeSource } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { quote } from '../values/quote.ts';
import { checkRequired, type Faults, fine, type Unchecked } from './field-checks.ts';
import { storageChecks } from './storage-volume.ts';
import { type SourceChecks, sourceChecks } from './volume-source.ts';

const checks: SourceChecks = { ...sourceChecks, ...storageChecks };

/** Upstream's order, with the name below which it looks for faults, and its name for what is one too many. */
const order: readonly (readonly [name: keyof VolumeSource, field?: string, extra?: string])[] = [
  ['emptyDir'],
  ['hostPath'],
  ['gitRepo'],
  ['gcePersistentDisk', 'persistentDisk', 'gcePersistentDisk'],
  ['awsElasticBlockStore'],
  ['secret'],
  ['nfs'],
  ['iscsi'],
  ['glusterfs'],
  ['flocker'],
  ['persistentVolumeClaim'],
  ['rbd'],
  ['cinder'],
  ['cephfs', 'cephfs', 'cephFS'],
  ['quobyte'],
  ['downwardAPI', 'downwardAPI', 'downwarAPI'],
  ['fc'],
  ['flexVolume'],
  ['configMap'],
  ['azureFile'],
  ['vsphereVolume'],
  ['photonPersistentDisk'],
  ['portworxVolume'],
  ['azureDisk'],
  ['storageos'],
  ['projected'],
  ['scaleIO'],
  ['csi'],
  ['ephemeral'],
];

const portalMax = 64;

/** Rules that concern the volume's name together with what it is. */
const validateNamed = (at: string, { name = '', iscsi, ephemeral }: Unchecked<Volume>, podName: string): Faults => {
  if (iscsi?.initiatorName !== undefined && `${name}:${iscsi.targetPortal ?? ''}`.length > portalMax) {
    const why =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    return [fault.invalid(`${at}.name`, name, why)];
  }
  if (!ephemeral || podName === '' || name === '') return fine;
  const claim = `${podName}-${name}`;
  return check
    .dns1123Subdomain(claim)
    .map((why) => fault.invalid(`${at}.name`, name, `PVC name ${quote(claim)}: ${why}`));
};

const validateSource = (at: string, volume: Unchecked<Volume>, podName: string): Faults => {
  const [first, ...others] = order.filter(([name]) => volume[name] !== undefined);
  if (!first) return [fault.required(at, 'must specify a volume type')];
  const [name, field = name] = first;
  // The check is the one of that name's source.
  const of = checks[name] as ((at: string, source: unknown) => Faults) | undefined;
  return [
    ...(of?.(`${at}.${field}`, volume[name]) ?? fine),
    ...validateNamed(at, volume, podName),
    ...others.map(([other, , extra = other]) =>
      fault.forbidden(`${at}.${extra}`, 'may not specify more than 1 volume type'),
    ),
  ];
};

/** What containers need to know of a pod's volumes: those without faults, by name. */
export type Volumes = ReadonlyMap<string, Unchecked<Volume>>;

/** `podName` is empty in a template, whose pods have no names yet. */
export const validateVolumes = (
  at: string,
  volumes: readonly Unchecked<Volume>[] = [],
  podName = '',
): { readonly volumes: Volumes; readonly faults: Faults } => {
  const claims = new Set(
    volumes.filter(({ ephemeral }) => podName !== '' && ephemeral).map(({ name }) => `${podName}-${name}`),
  );
  const known = new Map<string, Unchecked<Volume>>();
  const faults = volumes.flatMap((volume, i) => {
    const { name = '', persistentVolumeClaim } = volume;
    const field = `${at}[${i}]`;
    const own = [
      ...validateSource(field, volume, podName),
      ...checkRequired(`${field}.name`, name, check.dns1123Label),
      ...(known.has(name) ? [fault.duplicate(`${field}.name`, name)] : fine),
    ];
    if (own.length === 0) known.set(name, volume);
    const claim = persistentVolumeClaim?.claimName ?? '';
    if (!claims.has(claim)) return own;
    const why = 'must not reference a PVC that gets created for an ephemeral volume';
    return [...own, fault.invalid(`${field}.persistentVolumeClaim.claimName`, claim, why)];
  });
  return { volumes: known, faults };
};
