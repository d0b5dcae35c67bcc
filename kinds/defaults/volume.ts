import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume, VolumeProjection } from '../schema/api/core-v1.ts';
import { defaultFieldRef } from './container.ts';
import { each, fill, inTurn, within } from './fill.ts';
import { defaultResources } from './resources.ts';

/** Readable by all, writable by the owner. */
const fileMode = 0o644;
const tokenSeconds = 3_600;

const defaultFiles = each<DownwardAPIVolumeFile>((file) => within(file, 'fieldRef', defaultFieldRef));

const defaultProjection = inTurn<VolumeProjection>(
  (source) => within(source, 'downwardAPI', (api) => within(api, 'items', defaultFiles)),
  (source) => within(source, 'serviceAccountToken', (token) => fill(token, { expirationSeconds: tokenSeconds })),
);

const defaultProjected = inTurn<ProjectedVolumeSource>(
  (projected) => fill(projected, { defaultMode: fileMode }),
  (projected) => within(projected, 'sources', each(defaultProjection)),
);

/** A volume that does not say what it is is an empty folder. */
const defaultSource = (volume: Volume): Volume =>
  Object.entries(volume).every(([name, value]) => name === 'name' || value === undefined)
    ? { ...volume, emptyDir: {} }
    : volume;

/** Defaults of a volume, beside those that its type declares. */
export const defaultVolume = inTurn<Volume>(
  defaultSource,
  (volume) => within(volume, 'secret', (secret) => fill(secret, { defaultMode: fileMode })),
  (volume) => within(volume, 'configMap', (configMap) => fill(configMap, { defaultMode: fileMode })),
  (volume) => within(volume, 'hostPath', (hostPath) => fill(hostPath, { type: '' })),
  (volume) => within(volume, 'projected', defaultProjected),
  (volume) =>
    within(volume, 'downwardAPI', (api) => within(fill(api, { defaultMode: fileMode }), 'items', defaultFiles)),
  (volume) =>
    within(volume, 'ephemeral', (ephemeral) =>
      within(ephemeral, 'volumeClaimTemplate', (template) =>
        within(template, 'spec', (spec) =>
          within(fill(spec, { volumeMode: 'Filesystem' }), 'resources', defaultResources),
        ),
      ),
    ),
);
