import type { ApiObject } from '../../kinds/object.ts';
import { badRequest, isRejection, reject, type Rejection } from '../../kinds/rejection.ts';
import { writeOptionsOf } from '../query.ts';
import { answerObject } from '../show.ts';
import type { Target, Verb } from '../visit.ts';
import { heldOf, placed, readAs, refOf, type Sent, sentObject, submit, warn } from '../write.ts';

const faultOf = ({ metadata }: Sent, { kind, namespace }: Target): Rejection | undefined => {
  if (metadata.resourceVersion)
    return reject('InternalError', 'resourceVersion should not be set on objects to be created');
  if (metadata.namespace && metadata.namespace !== namespace && kind.namespaced)
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return undefined;
};

/** What was not recorded has no version. */
const unversioned = ({ metadata: { resourceVersion: _version, ...metadata }, ...object }: ApiObject): ApiObject =>
  ({ ...object, metadata }) as ApiObject;

/** Makes an object. */
export const create: Verb = async (visit, target, here) => {
  const { kind } = target;
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'CreateOptions');
  if (isRejection(options)) return options;
  const decoded = await readAs(visit, kind, options);
  if (isRejection(decoded)) return decoded;
  const sent = sentObject(decoded, target);
  const refused = faultOf(sent, target);
  if (refused) return refused;
  const named = { ...target, name: sent.metadata.name ?? '' };
  const outcome = await submit(visit, here, options, {
    type: 'Create',
    ref: refOf(named),
    object: placed(sent, named),
  });
  if (isRejection(outcome)) return outcome;
  if (outcome.warnings.length > 0) warn(visit, [...decoded.warnings, ...outcome.warnings]);
  const object = options.dryRun ? unversioned(outcome.object) : heldOf(outcome, target, here);
  return answerObject(visit, kind, object, here, 201);
};
