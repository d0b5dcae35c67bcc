import type { Patch } from '../command.ts';
import type { Kind } from '../kind.ts';
import type { ApiObject } from '../object.ts';
import type { Rejection } from '../rejection.ts';
import { jsonMerge } from './json-merge.ts';
import { jsonPatch } from './json-patch.ts';
import { strategicMerge } from './strategic-merge.ts';

/** What a patch makes of an object, not yet defaulted or validated; or why it does not apply. */
export const applyPatch = (kind: Kind, before: ApiObject, patch: Patch): ApiObject | Rejection => {
  switch (patch.type) {
    case 'json':
      return jsonPatch(before, patch.operations) as ApiObject | Rejection;
    case 'merge':
      return jsonMerge(before, patch.patch) as ApiObject;
    case 'strategic':
      return strategicMerge(kind.apiVersion, kind.kind, before, patch.patch) as ApiObject | Rejection;
  }
};
