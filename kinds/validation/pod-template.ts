import { fault } from '../fault.ts';
import type { PodTemplateSpec } from '../schema/api/core-v1.ts';
import { type Faults, fine, type Unchecked } from './field-checks.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import { validatePodAnnotations, validateProfilesMatch } from './pod-annotations.ts';
import { validatePodSpec } from './pod-spec.ts';

type Template = Unchecked<PodTemplateSpec>;

const role = { isPod: false, podName: '', isMirror: false };

/** Faults of a template of pods, in upstream's order. It must have its defaults. */
export const validatePodTemplate = (at: string, { metadata, spec = {} }: Template): Faults => [
  ...validateLabels(metadata?.labels, `${at}.labels`),
  ...validateAnnotations(metadata?.annotations, `${at}.annotations`),
  ...validatePodAnnotations(`${at}.annotations`, metadata?.annotations, spec),
  ...validatePodSpec(`${at}.spec`, spec, role),
  ...validateProfilesMatch(`${at}.spec`, metadata?.annotations, spec),
  ...((spec.ephemeralContainers ?? []).length > 0
    ? [fault.forbidden(`${at}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
    : fine),
];
