import { isUtf8 } from 'node:buffer';
import type { Done } from '../../commands/outcome.ts';
import { streamOf } from '../../events/event.ts';
import type { Patch } from '../../kinds/command.ts';
import { fault } from '../../kinds/fault.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { applyPatch } from '../../kinds/patch/patch.ts';
import {
  badRequest,
  invalid,
  isRejection,
  notFound,
  type Rejection,
  unsupportedMediaType,
} from '../../kinds/rejection.ts';
import { checkValue } from '../../kinds/schema/check.ts';
import { typeOf } from '../../kinds/schema/kind-rows.ts';
import { readBody } from '../body.ts';
import { mediaTypeOf } from '../decode.ts';
import { type WriteOptions, writeOptionsOf } from '../query.ts';
import { answerObject } from '../show.ts';
import type { Here, Target, Verb, Visit } from '../visit.ts';
import { checkName, heldOf, placed, refOf, type Sent, submit, warn } from '../write.ts';

const patchTypes = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
} as const;

const applyType = 'application/apply-patch+yaml';
/** As often as upstream tries when someone else was faster. */
const triesMax = 5;
const operationsMax = 10_000;

const typeOfPatch = (mediaType: string): Patch['type'] | undefined =>
  Object.hasOwn(patchTypes, mediaType) ? patchTypes[mediaType as keyof typeof patchTypes] : undefined;

/** Reads a patch; what it does is found out when it is applied. */
export const readPatch = (bytes: Buffer, contentType: string | undefined): Patch | Rejection => {
  const mediaType = mediaTypeOf(contentType);
  const type = typeOfPatch(mediaType);
  if (!type) {
    const refused = unsupportedMediaType(Object.keys(patchTypes));
    if (mediaType !== applyType) return refused;
    return { ...refused, message: `server-side apply is not served yet; ${refused.message}` };
  }
  if (!isUtf8(bytes)) return badRequest('error decoding patch: invalid UTF-8');
  let patch: unknown;
  try {
    patch = JSON.parse(bytes.toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return badRequest(`error decoding patch: ${error.message}`);
  }
  if (type !== 'json') {
    const isObject = typeof patch === 'object' && patch !== null && !Array.isArray(patch);
    return isObject ? { type, patch } : badRequest('error decoding patch: it must be a JSON object');
  }
  if (!Array.isArray(patch)) return badRequest('error decoding patch: a JSON patch must be a list of operations');
  const operations: readonly unknown[] = patch;
  if (operations.length <= operationsMax) return { type, operations };
  return badRequest(`The allowed maximum operations in a JSON patch is ${operationsMax}, got ${operations.length}`);
};

/** What a patch made, read as strictly as the client asks. */
export const readPatched = (
  visit: Visit,
  { apiVersion, kind }: Pick<Kind, 'apiVersion' | 'kind'>,
  patched: unknown,
  { fieldValidation }: WriteOptions,
): Readonly<Record<string, unknown>> | Rejection => {
  const checked = checkValue(typeOf(apiVersion, kind), patched, fieldValidation !== 'Ignore');
  const refuse = (why: string) =>
    invalid({ kind: '', group: '' }, '', [fault.invalid('patch', JSON.stringify(patched), why)]);
  if ('malformed' in checked) return refuse(checked.malformed);
  if (fieldValidation === 'Strict' && checked.strict.length > 0)
    return refuse(`strict decoding error: ${checked.strict.join(', ')}`);
  warn(visit, checked.strict);
  return checked.object;
};

/** One try: what the patch makes of what is there now. */
const tryPatch = (
  visit: Visit,
  target: Target,
  before: ApiObject,
  patch: Patch,
  options: WriteOptions,
): ApiObject | Rejection => {
  const patched = applyPatch(target.kind, before, patch);
  if (isRejection(patched)) return patched;
  const object = readPatched(visit, target.kind, patched, options);
  if (isRejection(object)) return object;
  const sent = object as unknown as Sent; // of the kind's type, which every patched object keeps
  return checkName(sent, target) ?? placed(sent, target);
};

const carryOut = async (visit: Visit, target: Target, here: Here, patch: Patch, options: WriteOptions) => {
  const { kind, name, subresource } = target;
  for (let tried = 1; ; tried++) {
    const before = here.projection.world.get(refOf(target));
    if (!before) return notFound(kind, name);
    const object = tryPatch(visit, target, before, patch, options);
    if (isRejection(object)) return object;
    const outcome: Done | Rejection = await submit(visit, here, options, {
      type: 'Replace',
      ref: refOf(target),
      object,
      ...(subresource !== '' && { subresource }),
    });
    // A resourceVersion of the client's own is a condition, and failing it is an answer.
    const conditional = object.metadata.resourceVersion !== before.metadata.resourceVersion;
    const late = isRejection(outcome) && outcome.rejected === 'Conflict';
    if (!late || conditional || tried === triesMax) return outcome;
  }
};

/** Changes an object by JSON patch, merge patch or strategic merge patch. */
export const patch: Verb = async (visit, target, here) => {
  const options = writeOptionsOf(visit.query, visit.request.headers['user-agent'], 'PatchOptions');
  if (isRejection(options)) return options;
  const bytes = await readBody(visit.request);
  if (isRejection(bytes)) return bytes;
  const asked = readPatch(bytes, visit.request.headers['content-type']);
  if (isRejection(asked)) return asked;
  // Patches of one object wait for each other rather than fail each other.
  const outcome = await here.patches(streamOf(refOf(target)), () => carryOut(visit, target, here, asked, options));
  if (isRejection(outcome)) return outcome;
  if (outcome.warnings.length > 0) warn(visit, outcome.warnings);
  return answerObject(visit, target.kind, heldOf(outcome, target, here), here);
};
