import type { Event } from '../events/event.ts';
import type { Command, Delete, DeleteOptions, Lifecycle, Preconditions, Replace, ReportStatus } from './command.ts';
import { type Delta, deltaBetween } from './delta.ts';
import type { Changed, Created, Deleted, Whole } from './evolve.ts';
import type { Decision, Kind } from './kind.ts';
import { type ApiObject, type Metadata, timestamp } from './object.ts';
import { type Rejection, alreadyExists, conflict, invalid, notFound, reject } from './rejection.ts';
import { validateMetadata, validateMetadataUpdate } from './validation/metadata.ts';

type Fields = ApiObject & Readonly<Record<string, unknown>>;

/** What a main write may not change: who the object is, where it is in its life. */
const systemFields = (before: Metadata): Partial<Metadata> => ({
  name: before.name,
  ...(before.namespace !== undefined && { namespace: before.namespace }),
  uid: before.uid,
  resourceVersion: before.resourceVersion,
  creationTimestamp: before.creationTimestamp,
  ...(before.generateName !== undefined && { generateName: before.generateName }),
  ...(before.generation !== undefined && { generation: before.generation }),
  ...(before.deletionTimestamp !== undefined && { deletionTimestamp: before.deletionTimestamp }),
  ...(before.deletionGracePeriodSeconds !== undefined && {
    deletionGracePeriodSeconds: before.deletionGracePeriodSeconds,
  }),
});

const withoutSystemFields = ({
  generateName: _g,
  generation: _n,
  deletionTimestamp: _t,
  deletionGracePeriodSeconds: _s,
  managedFields: _m,
  ...metadata
}: Metadata): Metadata => metadata;

const checkPreconditions = (kind: Kind, before: ApiObject, asked: Preconditions | undefined): Rejection | undefined => {
  const { name, uid, resourceVersion } = before.metadata;
  if (asked?.uid !== undefined && asked.uid !== uid) {
    return conflict(kind, name, `Precondition failed: UID in precondition: ${asked.uid}, UID in object meta: ${uid}`);
  }
  if (asked?.resourceVersion !== undefined && asked.resourceVersion !== resourceVersion) {
    return conflict(
      kind,
      name,
      `Precondition failed: ResourceVersion in precondition: ${asked.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
  }
  return undefined;
};

/** Nothing keeps a dying object any more. */
const mayGo = (kind: Kind, object: ApiObject): boolean =>
  object.metadata.deletionTimestamp !== undefined &&
  (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  (object.metadata.finalizers ?? []).length === 0 &&
  !kind.held(object);

const touched = (delta: Delta): ReadonlySet<string> =>
  new Set(
    delta.map(([pointer]) =>
      pointer.startsWith('/metadata/') ? pointer.split('/', 3).join('/') : (pointer.split('/', 2)[1] ?? ''),
    ),
  );

/** Names a write by what it changed: the narrowest word that is true. */
const nameOf = (delta: Delta, subresource: string): string => {
  const fields = touched(delta);
  const only = (...those: string[]) => [...fields].every((field) => those.includes(field));
  if (subresource === 'status' || only('status')) return 'StatusReported';
  if (only('/metadata/labels')) return 'Relabeled';
  if (only('/metadata/annotations')) return 'Annotated';
  if (only('/metadata/finalizers')) return 'FinalizersChanged';
  if (only('/metadata/ownerReferences')) return 'OwnersChanged';
  if (![...fields].some((field) => !field.startsWith('/metadata/'))) return 'MetadataChanged';
  return fields.has('spec') ? 'SpecReplaced' : 'ContentReplaced';
};

/** The events of a change from `before` to `after`, and of the end if nothing keeps the object any more. */
export const changeTo = (
  kind: Kind,
  before: ApiObject,
  after: ApiObject,
  name?: string,
  subresource = '',
): readonly Event[] => {
  const { managedFields: _before, ...metadataBefore } = before.metadata;
  const { managedFields: _after, ...metadataAfter } = after.metadata;
  const delta = deltaBetween({ ...before, metadata: metadataBefore }, { ...after, metadata: metadataAfter });
  if (delta.length === 0) return [];
  const type = name ?? nameOf(delta, subresource);
  const { apiVersion: _v, kind: _k, ...rest } = after;
  const object = { ...rest, metadata: metadataAfter };
  const changed: Changed | Whole = kind.retention === 'forever' ? { type, delta } : { type, object };
  const gone: Deleted = { type: 'Deleted' };
  return mayGo(kind, after) ? [changed, gone] : [changed];
};

const create = (kind: Kind, before: ApiObject | undefined, asked: ApiObject): Decision => {
  if (before) return alreadyExists(kind, before.metadata.name);
  const faults = [...validateMetadata(kind, asked), ...kind.validate(asked), ...kind.validateCreate(asked)];
  if (faults.length > 0) return invalid(kind, asked.metadata.name || asked.metadata.generateName || '', faults);
  const { apiVersion: _v, kind: _k, ...object } = asked;
  const created: Created = { type: 'Created', object };
  return [created];
};

/** What `before` becomes by a write of `asked` to the object itself. */
const mainWrite = (kind: Kind, before: ApiObject, asked: ApiObject): ApiObject => {
  const { status: _status, ...content } = asked as Fields;
  const metadata = { ...withoutSystemFields(asked.metadata), ...systemFields(before.metadata) } as Metadata;
  const status = kind.subresources.includes('status') ? (before as Fields)['status'] : (asked as Fields)['status'];
  const kept = kind.keep({ ...content, metadata, ...(status !== undefined && { status }) }, before);
  if (!kind.generation) return kept;
  const { metadata: _1, status: _2, ...is } = kept as Fields;
  const { metadata: _3, status: _4, ...was } = before as Fields;
  if (deltaBetween(was, is).length === 0) return kept;
  return { ...kept, metadata: { ...kept.metadata, generation: (before.metadata.generation ?? 0) + 1 } };
};

/** What `before` becomes by a write of `asked` to its status: spec stays, of metadata only what describes. */
const statusWrite = (kind: Kind, before: ApiObject, asked: ApiObject): ApiObject => {
  const { labels, annotations, ownerReferences, finalizers } = kind.statusKeepsLabels
    ? { ...asked.metadata, labels: before.metadata.labels }
    : asked.metadata;
  const { labels: _l, annotations: _a, ownerReferences: _o, finalizers: _f, ...rest } = before.metadata;
  const metadata: Metadata = {
    ...rest,
    ...(labels !== undefined && { labels }),
    ...(annotations !== undefined && { annotations }),
    ...(ownerReferences !== undefined && { ownerReferences }),
    ...(finalizers !== undefined && { finalizers }),
  };
  const { status: _status, ...spec } = before as Fields;
  const status = (asked as Fields)['status'];
  return { ...spec, metadata, ...(status !== undefined && { status }) };
};

const replace = (
  kind: Kind,
  before: ApiObject | undefined,
  { ref, object, subresource = '', event }: Replace,
): Decision => {
  if (!before) return notFound(kind, ref.name);
  const { resourceVersion, uid } = object.metadata;
  if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) return conflict(kind, ref.name);
  if (uid && uid !== before.metadata.uid) return checkPreconditions(kind, before, { uid }) ?? [];
  const after = subresource === 'status' ? statusWrite(kind, before, object) : mainWrite(kind, before, object);
  const faults = [
    ...validateMetadata(kind, after),
    ...validateMetadataUpdate(after, before),
    ...(subresource === 'status' ? [] : [...kind.validate(after), ...kind.validateUpdate(after, before)]),
  ];
  if (faults.length > 0) return invalid(kind, ref.name, faults);
  return changeTo(kind, before, after, event, subresource);
};

const reportStatus = (kind: Kind, before: ApiObject | undefined, { ref, uid, status }: ReportStatus): Decision => {
  if (!before || (uid !== undefined && uid !== before.metadata.uid)) return notFound(kind, ref.name);
  return changeTo(kind, before, { ...before, status } as ApiObject, 'StatusReported');
};

const propagationFinalizers = { Orphan: 'orphan', Foreground: 'foregroundDeletion', Background: undefined } as const;

const finalizersFor = (before: ApiObject, policy: DeleteOptions['propagationPolicy']): readonly string[] => {
  const others = (before.metadata.finalizers ?? []).filter((f) => f !== 'orphan' && f !== 'foregroundDeletion');
  if (policy === undefined) return before.metadata.finalizers ?? [];
  const wanted = propagationFinalizers[policy];
  return wanted === undefined ? others : [...others, wanted];
};

const remove = (kind: Kind, before: ApiObject | undefined, { ref, at, options }: Delete): Decision => {
  if (!before) return notFound(kind, ref.name);
  const refused = checkPreconditions(kind, before, options.preconditions);
  if (refused) return refused;

  const dying = before.metadata.deletionTimestamp !== undefined;
  const left = before.metadata.deletionGracePeriodSeconds;
  const asked = options.gracePeriodSeconds ?? (dying ? left : undefined);
  const grace = kind.graceOf(before, asked === undefined ? options : { ...options, gracePeriodSeconds: asked });
  const finalizers = finalizersFor(before, options.propagationPolicy);

  if (grace === 0 && finalizers.length === 0 && !kind.held(before)) return [{ type: 'Deleted' }];
  // A grace under way can only become shorter.
  if (dying && left !== undefined && grace >= left && finalizers === before.metadata.finalizers) return [];

  const shorter = !dying || left === undefined || grace < left;
  const metadata: Metadata = {
    ...before.metadata,
    ...(shorter && { deletionTimestamp: timestamp(at + grace * 1_000), deletionGracePeriodSeconds: grace }),
    ...(!dying && kind.generation && { generation: (before.metadata.generation ?? 0) + 1 }),
  };
  const { finalizers: _was, ...rest } = metadata;
  const after = {
    ...(dying ? before : kind.doom(before)),
    metadata: finalizers.length > 0 ? { ...metadata, finalizers } : rest,
  };
  return changeTo(kind, before, after, 'DeletionRequested');
};

/** Decides what every kind understands; `undefined` for a command that is not part of it. */
export const decideLifecycle = (kind: Kind, before: ApiObject | undefined, asked: Command): Decision | undefined => {
  const command = asked as Lifecycle; // anything else falls through the switch
  switch (command.type) {
    case 'Create':
      return create(kind, before, command.object);
    case 'Replace':
      return replace(kind, before, command);
    case 'ReportStatus':
      return reportStatus(kind, before, command);
    case 'Delete':
      return remove(kind, before, command);
    case 'Patch':
      return reject(
        'InternalError',
        `Cannot decide a patch of ${kind.kind} "${command.ref.name}" before it is applied`,
      );
    default:
      return undefined;
  }
};
