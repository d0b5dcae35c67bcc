import { fault } from '../fault.ts';
import type { Pod } from '../schema/api/core-v1.ts';
import { checkImageSpaces } from './container.ts';
import { type Faults, fine, type Unchecked } from './field-checks.ts';
import { mirrorAnnotation, validatePodAnnotations, validateProfilesMatch } from './pod-annotations.ts';
import { validatePodSpec } from './pod-spec.ts';

type Spec = NonNullable<Unchecked<Pod>['spec']>;

/** A pod without a service account cannot have its tokens. */
const checkTokens = ({ serviceAccountName, volumes = [] }: Spec): Faults =>
  serviceAccountName
    ? fine
    : volumes.flatMap(({ projected }, v) =>
        (projected?.sources ?? []).flatMap(({ serviceAccountToken }, s) =>
          serviceAccountToken
            ? [
                fault.forbidden(
                  `spec.volumes[${v}].projected.sources[${s}].serviceAccountToken`,
                  'must not be specified when serviceAccountName is not set',
                ),
              ]
            : [],
        ),
      );

/** Faults of a pod, its metadata's aside, in upstream's order. It must have its defaults. */
export const validatePod = ({ metadata, spec = {} }: Unchecked<Pod>): Faults => {
  const annotations = metadata?.annotations;
  const role = { isPod: true, podName: metadata?.name ?? '', isMirror: annotations?.[mirrorAnnotation] !== undefined };
  return [
    ...validatePodAnnotations('metadata.annotations', annotations, spec),
    ...validatePodSpec('spec', spec, role),
    ...checkTokens(spec),
    ...(['containers', 'initContainers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap((container, i) => checkImageSpaces(`spec.${list}[${i}]`, container)),
    ),
  ];
};

/** Faults that only a new pod can have, beside {@link validatePod}. */
export const validatePodCreate = ({ metadata, spec = {} }: Unchecked<Pod>): Faults => [
  ...((spec.ephemeralContainers ?? []).length > 0
    ? [fault.forbidden('spec.ephemeralContainers', 'cannot be set on create')]
    : fine),
  ...(spec.nodeName && (spec.schedulingGates ?? []).length > 0
    ? [fault.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
    : fine),
  ...validateProfilesMatch('spec', metadata?.annotations, spec),
];
