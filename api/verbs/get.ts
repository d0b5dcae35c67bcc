import type { ApiObject } from '../../kinds/object.ts';
import { expired, isRejection, notFound, type Rejection } from '../../kinds/rejection.ts';
import { versionOf } from '../list-options.ts';
import { positionOf, standingAt } from '../moment.ts';
import { answerObject } from '../show.ts';
import type { Here, Target, Verb, Visit } from '../visit.ts';

const objectThen = async (when: string, { kind, namespace, name }: Target, here: Here) => {
  const position = await positionOf(when, here.log, here.clock.now());
  if (isRejection(position)) return position;
  const late = await here.reading.reached(position);
  if (late) return late;
  const ref = { resource: kind.resource, namespace, name };
  if (here.history.since(kind.resource, position)?.length === 0) return here.projection.world.get(ref);
  if (kind.retention !== 'forever') return expired(`${kind.plural} of ${position} are not kept.`);
  return here.past.objectAt(ref, position);
};

/** The object that a request names, as of the moment it asks for. */
export const findObject = (
  { query, when }: Visit,
  target: Target,
  here: Here,
): ApiObject | Rejection | undefined | Promise<ApiObject | Rejection | undefined> => {
  if (when !== undefined) return objectThen(when, target, here);
  const { kind, namespace, name } = target;
  const get = () => here.projection.world.get({ resource: kind.resource, namespace, name });
  const version = query.size === 0 ? undefined : versionOf(query.get('resourceVersion'));
  if (version === undefined) return get();
  if (isRejection(version)) return version;
  return here.reading.reached(version).then((late) => late ?? get());
};

/** One object. */
export const get: Verb = (visit, target, here) => {
  const { when } = visit;
  const answer = (found: ApiObject | Rejection | undefined, sight = here) => {
    if (!found) return notFound(target.kind, target.name);
    return isRejection(found) ? found : answerObject(visit, target.kind, found, sight);
  };
  const found = findObject(visit, target, here);
  if (when !== undefined) return standingAt(when, here).then(async (then) => answer(await found, then));
  // Most gets find it at once, and are answered at once.
  return found instanceof Promise ? found.then((one) => answer(one)) : answer(found);
};
