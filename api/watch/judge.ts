import type { ApiObject } from '../../kinds/object.ts';
import type { Change } from '../../projections/world.ts';
import { type Selection, selects } from '../list-options.ts';

/** What a change is to those who watch a selection. */
export interface Verdict {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
}

/** What is gone is shown as it last was, at the position where it went. */
const lastOf = (before: ApiObject, position: number): ApiObject => ({
  ...before,
  metadata: { ...before.metadata, resourceVersion: String(position) },
});

/** The last states of one change, made once for all who see it go. */
const gone = new WeakMap<Change, ApiObject>();

const goneIn = (change: Change, before: ApiObject): ApiObject => {
  const known = gone.get(change);
  if (known) return known;
  const last = lastOf(before, change.position);
  gone.set(change, last);
  return last;
};

/** Undefined when the change is none of theirs. An object that no longer matches is deleted to them, one that now does is added. */
export const judge = (selection: Selection, change: Change): Verdict | undefined => {
  const { before, after } = change;
  const was = before !== undefined && (selection.key === '' || selects(selection, before));
  const is = after !== undefined && (selection.key === '' || selects(selection, after));
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: after };
  return was ? { type: 'DELETED', object: goneIn(change, before) } : undefined;
};
