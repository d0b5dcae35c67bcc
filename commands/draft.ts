import { createHash } from 'node:crypto';
import type { Command, Create, Lifecycle, PatchObject, Replace } from '../kinds/command.ts';
import type { Kind } from '../kinds/kind.ts';
import { type ApiObject, type Metadata, timestamp } from '../kinds/object.ts';
import { applyPatch } from '../kinds/patch/patch.ts';
import { type Rejection, isRejection, notFound } from '../kinds/rejection.ts';
import { typeOf } from '../kinds/schema/kind-rows.ts';
import { uidFrom } from '../kinds/uid.ts';

/** No vowels and no look-alikes, as upstream's generated names. */
const letters = 'bcdfghjklmnpqrstvwxz2456789';
const baseMax = 58;

/** `base`, cut to 58, and five letters that follow from the command and the attempt. */
export const nameFrom = (base: string, commandId: string, attempt: number): string => {
  const bytes = createHash('sha256').update(`name/${attempt}/${commandId}`).digest();
  const suffix = Array.from(bytes.subarray(0, 5), (byte) => letters[byte % letters.length]).join('');
  return base.slice(0, baseMax) + suffix;
};

const withSpec = new Map<string, boolean>();

/** A kind with a spec has one even where a client leaves it out, as Go writes it. */
const whole = <O extends ApiObject>(kind: Kind, object: O): O => {
  const { resource, apiVersion } = kind;
  const has = withSpec.get(resource) ?? typeOf(apiVersion, kind.kind)?.fields.has('spec') ?? false;
  withSpec.set(resource, has);
  return has && !(object as { readonly spec?: unknown }).spec ? { ...object, spec: {} } : object;
};

const draftCreate = (kind: Kind, command: Create, attempt: number): Create => {
  const {
    managedFields: _m,
    deletionTimestamp: _t,
    deletionGracePeriodSeconds: _s,
    generation: _g,
    ...asked
  } = command.object.metadata;
  const name = asked.name || (asked.generateName ? nameFrom(asked.generateName, command.id, attempt) : '');
  const metadata: Metadata = {
    ...asked,
    name,
    ...(kind.namespaced && { namespace: command.ref.namespace }),
    uid: uidFrom(command.id),
    creationTimestamp: timestamp(command.at),
    ...(kind.generation && { generation: 1 }),
  };
  const { apiVersion, kind: kindName } = kind;
  return {
    ...command,
    ref: { ...command.ref, name },
    object: kind.prepare(whole(kind, { ...command.object, apiVersion, kind: kindName, metadata })),
  };
};

const draftPatch = (kind: Kind, before: ApiObject | undefined, command: PatchObject): Replace | Rejection => {
  if (!before) return notFound(kind, command.ref.name);
  const object = applyPatch(kind, before, command.patch);
  if (isRejection(object)) return object;
  const { patch: _patch, ...rest } = command;
  return { ...rest, type: 'Replace', object };
};

/**
 * The command with the whole object in it, defaults filled in: a patch becomes a Replace of what it makes of `before`.
 * `attempt` counts from 0 and varies a generated name.
 */
export const draftOf = (
  kind: Kind,
  before: ApiObject | undefined,
  asked: Command,
  attempt: number,
): Command | Rejection => {
  const command = asked as Lifecycle; // anything else is left as it is
  if (command.type === 'Create') {
    const draft = draftCreate(kind, command, attempt);
    return { ...draft, object: kind.defaults(draft.object) } as Command;
  }
  const draft = command.type === 'Patch' ? draftPatch(kind, before, command) : command;
  if (isRejection(draft) || draft.type !== 'Replace') return draft;
  return { ...draft, object: kind.defaults(whole(kind, draft.object)) } as Command;
};
