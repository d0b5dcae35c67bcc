import { fault } from '../fault.ts';
import type { PodTemplateSpec } from '../schema/api/core-v1.ts';
import type { LabelSelector } from '../values/selector.ts';
import { labelSelector } from '../values/selector.ts';
import { type Faults, fine, type Unchecked } from './field-checks.ts';
import { validateAnnotations, validateLabelSelector, validateLabels } from './labels.ts';
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

/** A workload's selector: there, not empty, and well formed. */
export const validateWorkloadSelector = (at: string, selector: LabelSelector | undefined): Faults => {
  if (!selector) return [fault.required(at)];
  const count = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;
  return [
    ...validateLabelSelector(selector, at),
    ...(count === 0 ? [fault.invalid(at, selector, 'empty selector is invalid for deployment')] : fine),
  ];
};

/** The template of pods that run for ever, and that their workload's selector finds. */
export const validateSelectedTemplate = (
  at: string,
  template: Template,
  selector: LabelSelector | undefined,
): Faults => {
  const labels = template.metadata?.labels;
  const selected = labelSelector(selector);
  const found = selected.requirements.length === 0 && selector ? true : selected.matches(labels);
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  return [
    ...(found ? fine : [fault.invalid(`${at}.metadata.labels`, labels, '`selector` does not match template `labels`')]),
    ...validatePodTemplate(at, template),
    ...(restartPolicy === 'Always'
      ? fine
      : [fault.notSupported(`${at}.spec.restartPolicy`, restartPolicy ?? '', ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? fine
      : [fault.forbidden(`${at}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported')]),
  ];
};
