import { badRequest, isRejection } from '../../kinds/rejection.ts';
import type { TokenRequest } from '../../kinds/schema/api/authentication-v1.ts';
import { requestToken } from '../auth/token-request.ts';
import { writeOptionsOf } from '../query.ts';
import { answerValue } from '../show.ts';
import type { Verb } from '../visit.ts';
import { readAs } from '../write.ts';

/** Issues a token for a service account. */
export const token: Verb = async (visit, target, here) => {
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'CreateOptions');
  if (isRejection(options)) return options;
  const decoded = await readAs(visit, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' }, options);
  if (isRejection(decoded)) return decoded;
  const request = decoded.object as unknown as TokenRequest; // of its type: see decode
  const { name } = request.metadata ?? {};
  if (name && name !== target.name)
    return badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  const answer = await requestToken(here.projection.world, here.tokens, target, request);
  return isRejection(answer) ? answer : answerValue(visit, 201, answer);
};
