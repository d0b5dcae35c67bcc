import type { Clock } from '../events/clock.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import type { Representation } from './accept.ts';
import { type Bytes, joined } from './bytes.ts';
import { type IncludeObject, type ListMeta, metadataOnly, tableOf } from './table.ts';

/** How objects of one kind are shown, as JSON bytes. Views of one key show the same. */
export interface View {
  readonly key: string;
  /** One object, as an answer's body. */
  one(object: ApiObject): readonly Uint8Array[];
  /** A list, as an answer's body. `whole` when `objects` is a list as the World handed it out. */
  many(objects: readonly ApiObject[], meta: ListMeta, whole: boolean): readonly Uint8Array[];
  /** An object as part of a watch event; `first` for the first event that a watcher gets. */
  part(object: ApiObject, first: boolean): Buffer;
  /** What a bookmark carries: a resourceVersion, and annotations where there are some. */
  mark(resourceVersion: string, annotations?: Readonly<Record<string, string>>): Buffer;
  /** Whether the first event of a watcher differs from the others. */
  readonly introduces: boolean;
}

/** What views are made with. */
export interface Sight {
  readonly bytes: Bytes;
  readonly clock: Clock;
}

const listEnd = Buffer.from(']}\n');

const jsonOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const bodyOf = (value: unknown) => [Buffer.from(`${JSON.stringify(value)}\n`)];

const markOf = (kind: Kind, resourceVersion: string, annotations?: Readonly<Record<string, string>>) => ({
  kind: kind.kind,
  apiVersion: kind.apiVersion,
  metadata: { resourceVersion, creationTimestamp: null, ...(annotations && { annotations }) },
});

const objectView = (kind: Kind, { bytes }: Sight): View => ({
  key: 'Object',
  introduces: false,
  one: (object) => [bytes.object(object)],
  many: (objects, meta, whole) => {
    const head = { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata: meta };
    const start = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`);
    if (objects.length === 0) return [start, listEnd];
    return [start, whole ? bytes.list(objects) : joined(objects.map(bytes.object)), listEnd];
  },
  // Without the newline: an event is one line.
  part: (object) => bytes.object(object).subarray(0, -1),
  mark: (resourceVersion, annotations) => jsonOf(markOf(kind, resourceVersion, annotations)),
});

const metadataView = (version: Representation['version']): View => ({
  key: `PartialObjectMetadata ${version}`,
  introduces: false,
  one: (object) => bodyOf(metadataOnly(object, version)),
  many: (objects, metadata) =>
    bodyOf({
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${version}`,
      metadata,
      items: objects.map((object) => metadataOnly(object, version)),
    }),
  part: (object) => jsonOf(metadataOnly(object, version)),
  mark: (resourceVersion, annotations) =>
    jsonOf({
      kind: 'PartialObjectMetadata',
      apiVersion: `meta.k8s.io/${version}`,
      metadata: { resourceVersion, creationTimestamp: null, ...(annotations && { annotations }) },
    }),
});

const metaOf = ({ metadata }: ApiObject): ListMeta => ({ resourceVersion: metadata.resourceVersion });

const tableView = (
  kind: Kind,
  version: Representation['version'],
  includeObject: IncludeObject,
  { clock }: Sight,
): View => {
  const wish = { version, includeObject };
  return {
    key: `Table ${version} ${includeObject}`,
    introduces: true,
    one: (object) => bodyOf(tableOf(kind, [object], metaOf(object), clock.now(), wish)),
    many: (objects, meta) => bodyOf(tableOf(kind, objects, meta, clock.now(), wish)),
    part: (object, first) => jsonOf(tableOf(kind, [object], metaOf(object), clock.now(), wish, first)),
    mark: (resourceVersion) => jsonOf(tableOf(kind, [], { resourceVersion }, clock.now(), wish, false)),
  };
};

/** The view that a client's representation asks for. */
export const viewOf = (
  kind: Kind,
  { as, version }: Representation,
  includeObject: IncludeObject,
  sight: Sight,
): View => {
  if (as === 'Table') return tableView(kind, version, includeObject, sight);
  return as === 'PartialObjectMetadata' ? metadataView(version) : objectView(kind, sight);
};
