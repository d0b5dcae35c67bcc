import { streamOf } from '../../events/event.ts';
import { fault } from '../../kinds/fault.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { jsonPatch } from '../../kinds/patch/json-patch.ts';
import { jsonMerge } from '../../kinds/patch/json-merge.ts';
import { invalid, isRejection, notFound, type Rejection } from '../../kinds/rejection.ts';
import type { Scale } from '../../kinds/schema/api/autoscaling-v1.ts';
import { type LabelSelector, labelSelector } from '../../kinds/values/selector.ts';
import { readBody } from '../body.ts';
import { type WriteOptions, writeOptionsOf } from '../query.ts';
import { answerValue } from '../show.ts';
import { findObject } from '../verbs/get.ts';
import { readPatch, readPatched } from '../verbs/patch.ts';
import type { Here, Target, Verb, Visit } from '../visit.ts';
import { checkName, readAs, refOf, submit } from '../write.ts';

/** What a scale is read from and written to: every kind that has one has these. */
interface Scalable extends ApiObject {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector };
  readonly status?: { readonly replicas?: number };
}

const body = { apiVersion: 'autoscaling/v1', kind: 'Scale' } as const;
/** As often as upstream tries when someone else was faster. */
const triesMax = 5;

const scaleOf = ({ metadata, spec, status }: Scalable): Scale => {
  const { name, namespace = '', uid, resourceVersion, creationTimestamp } = metadata;
  const selector = labelSelector(spec.selector).text;
  return {
    kind: 'Scale',
    apiVersion: body.apiVersion,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { ...(spec.replicas && { replicas: spec.replicas }) },
    status: { replicas: status?.replicas ?? 0, ...(selector !== '' && { selector }) },
  };
};

const get: Verb = async (visit, target, here) => {
  const found = await findObject(visit, target, here);
  if (!found) return notFound(target.kind, target.name);
  return isRejection(found) ? found : answerValue(visit, 200, scaleOf(found as Scalable)); // the kind has a scale
};

const faultOf = ({ spec }: Scale, { name }: Target): Rejection | undefined => {
  const replicas = spec?.replicas ?? 0;
  if (replicas >= 0) return undefined;
  const why = 'must be greater than or equal to 0';
  return invalid({ kind: 'Scale', group: 'autoscaling' }, name, [fault.invalid('spec.replicas', replicas, why)]);
};

/** Writes what `wanted` makes of the scale that is there, again while others are faster. */
const write = async (
  visit: Visit,
  target: Target,
  here: Here,
  options: WriteOptions,
  wanted: (scale: Scale) => Scale | Rejection,
) => {
  for (let tried = 1; ; tried++) {
    const before = here.projection.world.get<Scalable>(refOf(target));
    if (!before) return notFound(target.kind, target.name);
    const scale = wanted(scaleOf(before));
    if (isRejection(scale)) return scale;
    const refused = checkName({ ...body, metadata: {}, ...scale }, target) ?? faultOf(scale, target);
    if (refused) return refused;
    const { resourceVersion } = before.metadata;
    const asked = scale.metadata?.resourceVersion || resourceVersion;
    const outcome = await submit(visit, here, options, {
      type: 'Replace',
      ref: refOf(target),
      event: 'Scaled',
      object: {
        ...before,
        metadata: { ...before.metadata, resourceVersion: asked },
        spec: { ...before.spec, replicas: scale.spec?.replicas ?? 0 },
      },
    });
    const late = isRejection(outcome) && outcome.rejected === 'Conflict' && asked === resourceVersion;
    if (late && tried < triesMax) continue;
    return isRejection(outcome) ? outcome : answerValue(visit, 200, scaleOf(outcome.object as Scalable)); // as before
  }
};

const update: Verb = async (visit, target, here) => {
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'UpdateOptions');
  if (isRejection(options)) return options;
  const decoded = await readAs(visit, body, options);
  if (isRejection(decoded)) return decoded;
  return write(visit, target, here, options, () => decoded.object);
};

const patch: Verb = async (visit, target, here) => {
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'PatchOptions');
  if (isRejection(options)) return options;
  const bytes = await readBody(visit.request);
  if (isRejection(bytes)) return bytes;
  const asked = readPatch(bytes, visit.request.headers['content-type']);
  if (isRejection(asked)) return asked;
  const patched = (scale: Scale): Scale | Rejection => {
    // A Scale has no list, so a strategic merge is a merge.
    const made =
      asked.type === 'json' ? jsonPatch({ ...scale }, asked.operations) : jsonMerge({ ...scale }, asked.patch);
    return isRejection(made) ? made : readPatched(visit, body, made, options);
  };
  return here.patches(streamOf(refOf(target)), () => write(visit, target, here, options, patched));
};

/** How many replicas an object asks for and has, whatever its kind. */
export const scale = {
  GET: { verb: 'get', run: get },
  PUT: { verb: 'update', run: update },
  PATCH: { verb: 'patch', run: patch },
};
