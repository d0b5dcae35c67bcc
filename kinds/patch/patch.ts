import type { Patch } from '../command.ts';
import type { Kind } from '../kind.ts';
import type { ApiObject } from '../object.ts';
import { badRequest, isRejection, type Rejection } from '../rejection.ts';
import { goTypeOf } from './go-value.ts';
import { type Fields, isFields, jsonMerge } from './json-merge.ts';
import { jsonPatch } from './json-patch.ts';
import { strategicMerge } from './strategic-merge.ts';

const patched = (kind: Kind, before: Fields, patch: Patch): Fields | readonly unknown[] | Rejection => {
  switch (patch.type) {
    case 'json':
      return jsonPatch(before, patch.operations);
    case 'merge':
      return jsonMerge(before, patch.patch);
    case 'strategic':
      return strategicMerge(kind.apiVersion, kind.kind, before, patch.patch);
  }
};

/** What a patch makes of an object, not yet checked against its type, defaulted or validated; or why it does not apply. */
export const applyPatch = (kind: Kind, before: ApiObject, patch: Patch): ApiObject | Rejection => {
  const after = patched(kind, before as unknown as Fields, patch);
  if (isRejection(after)) return after;
  if (!isFields(after))
    return badRequest(
      `error decoding patch: json: cannot unmarshal ${goTypeOf(after)} into Go value of type map[string]interface {}`,
    );
  // Whoever asked for the patch checks the outcome against the type.
  return after as unknown as ApiObject;
};
