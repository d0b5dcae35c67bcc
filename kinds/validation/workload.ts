import { fault } from '../fault.ts';
import type { PodTemplateSpec } from '../schema/api/core-v1.ts';
import { type LabelSelector, labelSelector } from '../values/selector.ts';
import { checkWord, type Faults, fine, type Unchecked } from './field-checks.ts';
import { checkSame } from './immutable.ts';
import { shownLabels, shownSelector, validateLabelSelector } from './labels.ts';
import { validatePodTemplate } from './pod-template.ts';

/** What a workload selects, and what it makes: the one must find the other. */
export interface Selecting {
  readonly selector?: LabelSelector | undefined;
  readonly template?: Unchecked<PodTemplateSpec> | undefined;
}

const checkNotEmpty = (at: string, selector: LabelSelector): Faults =>
  labelSelector(selector).requirements.length > 0
    ? fine
    : [fault.invalid(at, shownSelector(selector), 'empty selector is invalid for deployment')];

/** Pods that run for ever: nothing else can be kept at a number. */
const checkEndless = (
  at: string,
  { restartPolicy, activeDeadlineSeconds }: NonNullable<Unchecked<PodTemplateSpec>['spec']>,
): Faults => [
  ...checkWord(`${at}.restartPolicy`, restartPolicy, ['Always']),
  ...(activeDeadlineSeconds === undefined
    ? fine
    : [fault.forbidden(`${at}.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported')]),
];

/** Faults of the selector and the template of a workload whose pods run for ever. Of a wrong selector's template nothing is said. */
export const validateSelecting = (at: string, { selector, template = {} }: Selecting): Faults => {
  const place = `${at}.selector`;
  const wrong = validateLabelSelector(selector, place);
  if (wrong.length > 0) return [...wrong, fault.invalid(place, shownSelector(selector), 'invalid label selector')];
  const field = `${at}.template`;
  const labels = template.metadata?.labels;
  return [
    ...(selector ? checkNotEmpty(place, selector) : [fault.required(place)]),
    ...(labelSelector(selector).matches(labels)
      ? fine
      : [
          fault.invalid(`${field}.metadata.labels`, shownLabels(labels), '`selector` does not match template `labels`'),
        ]),
    ...validatePodTemplate(field, template),
    ...checkEndless(`${field}.spec`, template.spec ?? {}),
  ];
};

/** A workload that selects other pods than before would leave its own behind. */
export const checkSameSelector = (after: Selecting | undefined, before: Selecting | undefined): Faults =>
  checkSame('spec.selector', shownSelector(after?.selector), shownSelector(before?.selector));
