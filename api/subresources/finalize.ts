import { isRejection } from '../../kinds/rejection.ts';
import type { Namespace } from '../../kinds/schema/api/core-v1.ts';
import { writeOptionsOf } from '../query.ts';
import { answerObject } from '../show.ts';
import type { Verb } from '../visit.ts';
import { checkName, heldOf, readAs, refOf, sentObject, submit } from '../write.ts';

/** Says who still holds a namespace back from going. */
export const finalize: Verb = async (visit, target, here) => {
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'UpdateOptions');
  if (isRejection(options)) return options;
  const decoded = await readAs(visit, target.kind, options);
  if (isRejection(decoded)) return decoded;
  const refused = checkName(sentObject(decoded, target), target);
  if (refused) return refused;
  const { spec } = decoded.object as Namespace; // of its type: see decode
  const outcome = await submit(visit, here, options, {
    type: 'Finalize',
    ref: refOf(target),
    finalizers: spec?.finalizers ?? [],
  });
  return isRejection(outcome) ? outcome : answerObject(visit, target.kind, heldOf(outcome, target, here), here);
};
