import type { Ref } from '../events/event.ts';
import type { Replace, Wish } from '../kinds/command.ts';
import { type ApiObject, controllerReference, type OwnerReference } from '../kinds/object.ts';

/** Written only while the object is as it was seen: its resourceVersion goes along. */
const withOwners = (ref: Ref, object: ApiObject, owners: readonly OwnerReference[]): Wish<Replace> => {
  const { ownerReferences: _were, ...metadata } = object.metadata;
  const after = { ...object, metadata: { ...metadata, ...(owners.length > 0 && { ownerReferences: owners }) } };
  return { type: 'Replace', ref, object: after };
};

/** `owner` controls the object from now on. */
export const adopt = (ref: Ref, object: ApiObject, owner: ApiObject): Wish<Replace> =>
  withOwners(ref, object, [...(object.metadata.ownerReferences ?? []), controllerReference(owner)]);

/** The object belongs no longer to any of those. */
export const disown = (ref: Ref, object: ApiObject, ...uids: readonly string[]): Wish<Replace> =>
  withOwners(ref, object, object.metadata.ownerReferences?.filter(({ uid }) => !uids.includes(uid)) ?? []);
