import type { Done } from '../../commands/outcome.ts';
import type { Kind } from '../../kinds/kind.ts';
import { isRejection, type Rejection } from '../../kinds/rejection.ts';
import { mediaTypes } from '../accept.ts';
import { type Answer, jsonAnswer } from '../answer.ts';
import { type Deletion, deletionOf } from '../delete-options.ts';
import { selectionOf, selects } from '../list-options.ts';
import { managerOf } from '../query.ts';
import { answerObject, shownTo } from '../show.ts';
import type { Here, Target, Verb, Visit } from '../visit.ts';
import { heldOf, refOf, submit } from '../write.ts';

/** What a client reads of an object that is gone. */
const success = ({ group, plural }: Kind, { object }: Done): Answer =>
  jsonAnswer(200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: object.metadata.name, ...(group !== '' && { group }), kind: plural, uid: object.metadata.uid },
  });

const carryOut = (
  visit: Visit,
  target: Target,
  here: Here,
  { options, dryRun }: Deletion,
): Promise<Done | Rejection> => {
  const manager = managerOf(visit.query, visit.request.headers['user-agent']);
  return submit(visit, here, { manager, dryRun }, { type: 'Delete', ref: refOf(target), options });
};

/** Deletes an object, or asks for its end where something keeps it yet. */
export const remove: Verb = async (visit, target, here) => {
  const deletion = await deletionOf(visit);
  if (isRejection(deletion)) return deletion;
  const outcome = await carryOut(visit, target, here, deletion);
  if (isRejection(outcome)) return outcome;
  const { kind } = target;
  if (outcome.gone && !kind.answersDeleted) return success(kind, outcome);
  return answerObject(visit, kind, heldOf(outcome, target, here), here);
};

/** Deletions under way at once for one request. */
const atOnceMax = 64;

/** Deletes what a collection holds of the selected objects when it is asked, and answers what it deleted. */
export const removeCollection: Verb = async (visit, target, here) => {
  const { kind, namespace } = target;
  const { world } = here.projection;
  const shown = shownTo(visit, kind, here);
  if (isRejection(shown)) return shown;
  const selection = selectionOf(kind, visit.query);
  if (isRejection(selection)) return selection;
  const deletion = await deletionOf(visit);
  if (isRejection(deletion)) return deletion;

  const doomed = world.list(kind.resource, namespace).filter((object) => selects(selection, object));
  const deleted = [];
  for (let next = 0; next < doomed.length; next += atOnceMax) {
    const outcomes = await Promise.all(
      doomed.slice(next, next + atOnceMax).map(({ metadata }) => {
        const one = { ...target, namespace: metadata.namespace ?? '', name: metadata.name };
        // That very object, not one of its name that came meanwhile.
        const options = { ...deletion.options, preconditions: { uid: metadata.uid } };
        return carryOut(visit, one, here, { ...deletion, options });
      }),
    );
    for (const outcome of outcomes) {
      if (!isRejection(outcome)) deleted.push(outcome.object);
      // Someone else was faster: it is gone, or another has its name.
      else if (outcome.rejected !== 'NotFound' && outcome.rejected !== 'Conflict') return outcome;
    }
  }
  const meta = { resourceVersion: String(world.position) };
  return { code: 200, type: mediaTypes[shown.format], body: shown.view.many(deleted, meta, false) };
};
