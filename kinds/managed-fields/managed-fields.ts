import type { Recorded } from '../../events/event.ts';
import { type ApiObject, type Metadata, timestamp } from '../object.ts';
import { typeOf } from '../schema/kind-rows.ts';
import type { StructRef } from '../schema/table.ts';
import { compare } from './compare.ts';
import { difference, type FieldSet, union } from './field-set.ts';

/** One manager's share of an object, as metadata.managedFields lists it. */
export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** RFC 3339. */
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: FieldSet;
  readonly subresource?: string;
}

/** Which subresource an event of this name was written through; any other came through the object itself. */
const subresourceOf: Readonly<Record<string, string | undefined>> = { StatusReported: 'status', Scaled: 'scale' };

/** Updates of more managers than this are put together under one name, the oldest first. */
const updatesMax = 10;
const ancient = 'ancient-changes';

/** Without the fields that nobody manages: what an object is and where it stands. */
const managedPart = (object: ApiObject | undefined): object => {
  if (!object) return { metadata: {} };
  const { apiVersion: _v, kind: _k, metadata, ...rest } = object;
  const {
    name: _n,
    namespace: _s,
    creationTimestamp: _t,
    selfLink: _l,
    uid: _u,
    generation: _g,
    managedFields: _m,
    resourceVersion: _r,
    ...managed
  } = metadata as Metadata & { readonly selfLink?: string };
  return { ...rest, metadata: managed };
};

const byAge = (a: ManagedFieldsEntry, b: ManagedFieldsEntry): number =>
  a.time < b.time ? -1 : a.time > b.time ? 1 : a.manager < b.manager ? -1 : 1;

const putTogether = (entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] => {
  const updates = entries.filter(({ operation, subresource }) => operation === 'Update' && subresource === undefined);
  if (updates.length <= updatesMax) return entries;
  const old = new Set([...updates].sort(byAge).slice(0, updates.length - updatesMax + 1));
  const merged = [...old].reduce((sum, one) => ({
    ...one,
    manager: ancient,
    fieldsV1: union(sum.fieldsV1, one.fieldsV1),
  }));
  return [...entries.filter((one) => !old.has(one)), { ...merged, manager: ancient }];
};

/**
 * Who set which field, after one more event: what it set is its manager's and no one else's, what it took away is nobody's.
 * Follows from the event alone, so it is never recorded. Answers the entries of `before` when nothing that is managed changed.
 */
export const managedAfter = (
  before: ApiObject | undefined,
  after: ApiObject,
  { event, at, origin }: Recorded,
): readonly ManagedFieldsEntry[] => {
  // What stands in a World was made here.
  const entries = (before?.metadata.managedFields ?? []) as readonly ManagedFieldsEntry[];
  const struct = typeOf(after.apiVersion, after.kind);
  if (!struct) return entries;
  const root: StructRef = { form: 'struct', struct, pointer: false };
  const { set, gone } = compare(root, undefined, managedPart(before), managedPart(after), true);
  if (!set && !gone) return entries;

  const subresource = subresourceOf[event.type];
  const isMine = (one: ManagedFieldsEntry) =>
    one.manager === origin.manager &&
    one.operation === 'Update' &&
    one.subresource === subresource &&
    one.apiVersion === after.apiVersion;
  const kept = entries.flatMap((one) => {
    const without = gone ? difference(one.fieldsV1, gone) : one.fieldsV1;
    const left = without && set && !isMine(one) ? difference(without, set) : without;
    return left ? [left === one.fieldsV1 ? one : { ...one, fieldsV1: left }] : [];
  });
  if (!set) return kept;
  const mine: ManagedFieldsEntry = {
    manager: origin.manager,
    operation: 'Update',
    apiVersion: after.apiVersion,
    time: timestamp(at),
    fieldsType: 'FieldsV1',
    fieldsV1: union(kept.find(isMine)?.fieldsV1 ?? {}, set),
    ...(subresource !== undefined && { subresource }),
  };
  return putTogether([...kept.filter((one) => !isMine(one)), mine].sort(byAge));
};
