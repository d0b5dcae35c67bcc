import type { Pod } from '../../kinds/pod.ts';
import type { Rejection } from '../../kinds/rejection.ts';
import type { Admission, Review } from './admission.ts';

/** What a gate for pods is shown: the pod as it would be made. */
export interface PodReview extends Review {
  readonly pod: Pod;
}

/** A gate that looks at pods when they are made, and lets everything else through. */
export const onNewPods = (name: string, admit: (review: PodReview) => Pod | Rejection): Admission => ({
  name,
  admit: (review) =>
    review.kind.resource === 'pods' && review.command.type === 'Create'
      ? // The kind's own schema was checked before the gates.
        admit({ ...review, pod: review.object as Pod })
      : review.object,
});
