import { isRejection } from '../../kinds/rejection.ts';
import { writeOptionsOf } from '../query.ts';
import { answerObject } from '../show.ts';
import type { Verb } from '../visit.ts';
import { checkName, heldOf, placed, readAs, refOf, sentObject, submit, warn } from '../write.ts';

/** Puts an object, or what a subresource of its own kind holds of it, in place of what is there. */
export const update: Verb = async (visit, target, here) => {
  const { kind, subresource } = target;
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'UpdateOptions');
  if (isRejection(options)) return options;
  const decoded = await readAs(visit, kind, options);
  if (isRejection(decoded)) return decoded;
  const sent = sentObject(decoded, target);
  const refused = checkName(sent, target);
  if (refused) return refused;
  const outcome = await submit(visit, here, options, {
    type: 'Replace',
    ref: refOf(target),
    object: placed(sent, target),
    ...(subresource !== '' && { subresource }),
  });
  if (isRejection(outcome)) return outcome;
  if (outcome.warnings.length > 0) warn(visit, [...decoded.warnings, ...outcome.warnings]);
  return answerObject(visit, kind, heldOf(outcome, target, here), here);
};
