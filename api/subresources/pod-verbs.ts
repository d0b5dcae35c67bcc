import { badRequest, isRejection } from '../../kinds/rejection.ts';
import type { Binding } from '../../kinds/schema/api/core-v1.ts';
import type { Eviction } from '../../kinds/schema/api/policy-v1.ts';
import { answerStatus } from '../show.ts';
import { writeOptionsOf } from '../query.ts';
import type { Verb } from '../visit.ts';
import { readAs, refOf, submit } from '../write.ts';

/** Gives a pod a node, as another scheduler would. */
export const bind: Verb = async (visit, target, here) => {
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'CreateOptions');
  if (isRejection(options)) return options;
  const decoded = await readAs(visit, { apiVersion: 'v1', kind: 'Binding' }, options);
  if (isRejection(decoded)) return decoded;
  const { metadata, target: to } = decoded.object as unknown as Binding; // of its type: see decode
  const name = target.name || (metadata?.name ?? '');
  if (metadata?.name && metadata.name !== name)
    return badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (!to.name || (to.kind && to.kind !== 'Node')) return badRequest('Binding "": target must be a Node with a name');
  const outcome = await submit(visit, here, options, {
    type: 'Bind',
    ref: { resource: 'pods', namespace: target.namespace, name },
    node: to.name,
    ...(metadata?.uid && { uid: metadata.uid }),
  });
  return isRejection(outcome) ? outcome : answerStatus(visit, 201);
};

/** Deletes a pod as gently as its owner allows. */
export const evict: Verb = async (visit, target, here) => {
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'CreateOptions');
  if (isRejection(options)) return options;
  const decoded = await readAs(visit, { apiVersion: 'policy/v1', kind: 'Eviction' }, options);
  if (isRejection(decoded)) return decoded;
  const { metadata, deleteOptions } = decoded.object as Eviction; // of its type: see decode
  if (metadata?.name && metadata.name !== target.name)
    return badRequest(`name in URL does not match name in Eviction object`);
  const dryRun = options.dryRun || (deleteOptions?.dryRun ?? []).length > 0;
  const outcome = await submit(
    visit,
    here,
    { ...options, dryRun },
    {
      type: 'Delete',
      ref: refOf(target),
      options: deleteOptions ?? {},
    },
  );
  return isRejection(outcome) ? outcome : answerStatus(visit, 201);
};
