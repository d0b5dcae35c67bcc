import { badRequest, type Rejection } from '../rejection.ts';

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value without the nulls that objects in it hold; a null in a list stays. */
export const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]));
};

const merge = (before: unknown, patch: unknown): unknown => {
  if (!isFields(before)) return withoutNulls(patch);
  if (!isFields(patch)) return patch;
  const merged = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(patch))
    if (value === null) merged.delete(name);
    else merged.set(name, merge(merged.get(name), value));
  return Object.fromEntries(merged);
};

/**
 * A JSON merge patch (RFC 7386): null takes a member away, objects are merged, all else is put in place. `before` stays
 * as it is; what the patch does not touch is shared. A patch that is no object or list is refused with upstream's words.
 */
export const jsonMerge = (before: unknown, patch: unknown): Fields | readonly unknown[] | Rejection => {
  const merged = merge(before, patch);
  if (Array.isArray(patch)) return patch.map(withoutNulls);
  return isFields(patch) && isFields(merged) ? merged : badRequest('Invalid JSON Patch');
};
