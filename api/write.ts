import type { Done } from '../commands/outcome.ts';
import type { Ref } from '../events/event.ts';
import type { Command, Wish } from '../kinds/command.ts';
import type { ApiObject, Metadata } from '../kinds/object.ts';
import { badRequest, isRejection, type Rejection, serviceUnavailable } from '../kinds/rejection.ts';
import { LogUnavailable } from '../events/log.ts';
import { readBody } from './body.ts';
import { type Decoded, decode, type Expected } from './decode.ts';
import type { WriteOptions } from './query.ts';
import type { Here, Target, Visit } from './visit.ts';

/** The object that a target names. */
export const refOf = ({ kind, namespace, name }: Target): Ref => ({ resource: kind.resource, namespace, name });

/** Carries a client's wish to the door. */
export const submit = async (
  { who }: Visit,
  { chance, clock, submit, report }: Here,
  { manager, dryRun }: Pick<WriteOptions, 'manager' | 'dryRun'>,
  wish: Wish & Readonly<Record<string, unknown>>,
): Promise<Done | Rejection> => {
  const command: Command = {
    ...wish,
    id: chance.uuid(),
    at: clock.now(),
    by: who,
    via: 'api',
    manager,
    causes: [],
    ...(dryRun && { dryRun }),
  };
  try {
    return await submit(command);
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error;
    report({ what: `${command.type} ${command.ref.resource} ${command.ref.namespace}/${command.ref.name}`, error });
    return serviceUnavailable(error.message);
  }
};

/** The object of an outcome as the World holds it, where it does: its bytes are then made once for all. */
export const heldOf = ({ object, events }: Done, target: Target, { projection }: Here): ApiObject => {
  if (events.length === 0) return object; // a dry run's object bears the version of the one it would replace
  const held = projection.world.get({ ...refOf(target), name: object.metadata.name });
  return held?.metadata.resourceVersion === object.metadata.resourceVersion ? held : object;
};

/** Of all Warning headers together; beyond it each is cut to the second, and what does not fit is left out, as upstream does. */
const [warningsLengthMax, warningLengthMax] = [4_096, 256];

const warningOf = (text: string): string => {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').replaceAll(/["\\]/g, '\\$&');
  // Headers carry bytes; clients read these as UTF-8.
  return `299 - "${Buffer.from(line).toString('latin1')}"`;
};

/** Tells the client what it should know though it worked. */
export const warn = ({ response }: Visit, warnings: readonly string[]): void => {
  if (warnings.length === 0) return;
  const whole = warnings.join('').length <= warningsLengthMax;
  const headers: string[] = [];
  for (const text of warnings) {
    const header = warningOf(whole ? text : text.slice(0, warningLengthMax));
    if (!whole && headers.join('').length + header.length > warningsLengthMax) break;
    headers.push(header);
  }
  response.setHeader('Warning', headers);
};

/** Reads a request's body as what it is to be, and tells the client what was odd about it. */
export const readAs = async (
  visit: Visit,
  expected: Expected,
  { fieldValidation }: Pick<WriteOptions, 'fieldValidation'>,
): Promise<Decoded | Rejection> => {
  const bytes = await readBody(visit.request);
  if (isRejection(bytes)) return bytes;
  const decoded = decode(bytes, visit.request.headers['content-type'], expected, fieldValidation);
  if (!isRejection(decoded)) warn(visit, decoded.warnings);
  return decoded;
};

/** An object as a client sent it: what the system sets may be missing. */
export type Sent = Omit<ApiObject, 'metadata'> & { readonly metadata: Partial<Metadata> };

/** A decoded body as an object of the target's kind. */
export const sentObject = ({ object }: Decoded, { kind }: Pick<Target, 'kind'>): Sent => ({
  ...object,
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  // Its type was checked; upstream's zero value stands for a missing one.
  metadata: object['metadata'] ?? {},
});

/** What a client sent, named as the request names it. */
export const placed = ({ metadata, ...content }: Sent, { kind, namespace, name }: Target): ApiObject => {
  const { namespace: _namespace, ...rest } = metadata;
  // The system's own fields are set, or checked, where the command is carried out.
  return { ...content, metadata: { ...rest, name, ...(kind.namespaced && { namespace }) } } as ApiObject;
};

/** A body must name what the URL names. */
export const checkName = ({ metadata }: Sent, { kind, namespace, name }: Target): Rejection | undefined => {
  if (!metadata.name)
    return badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (metadata.name !== name)
    return badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (kind.namespaced && metadata.namespace && metadata.namespace !== namespace)
    return badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`,
    );
  return undefined;
};
