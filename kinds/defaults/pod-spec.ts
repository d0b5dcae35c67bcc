import { withDeclaredDefaults } from '../schema/declared-defaults.ts';
import type { PodSpec, PodTemplateSpec } from '../schema/api/core-v1.ts';
import { structType } from '../schema/table.ts';
import { defaultContainer } from './container.ts';
import { each, fill, fillEmpty, inTurn, within } from './fill.ts';
import { defaultResourceList, defaultResources } from './resources.ts';
import { defaultVolume } from './volume.ts';

/** `serviceAccount` is the old name of `serviceAccountName`; both are served, and the new one counts. */
const defaultServiceAccount = (spec: PodSpec): PodSpec => {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name || (name === spec.serviceAccountName && name === spec.serviceAccount)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
};

/** Defaults of a pod's spec, in a pod and in a template of pods alike. */
export const defaultPodSpec = inTurn<PodSpec>(
  (spec) => withDeclaredDefaults(structType('core/v1', 'PodSpec'), spec),
  (spec) => fillEmpty(spec, { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' }),
  (spec) => fill(spec, { terminationGracePeriodSeconds: 30, securityContext: {} }),
  defaultServiceAccount,
  (spec) => within(spec, 'volumes', each(defaultVolume)),
  (spec) => within(spec, 'containers', each(defaultContainer)),
  (spec) => within(spec, 'initContainers', each(defaultContainer)),
  (spec) => within(spec, 'ephemeralContainers', each(defaultContainer)),
  (spec) => within(spec, 'overhead', defaultResourceList),
  (spec) => within(spec, 'resources', defaultResources),
);

const noSpec: PodSpec = { containers: [] };

export const defaultPodTemplate = (template: PodTemplateSpec): PodTemplateSpec => {
  const spec = defaultPodSpec(template.spec ?? noSpec);
  return spec === template.spec ? template : { ...template, spec };
};
