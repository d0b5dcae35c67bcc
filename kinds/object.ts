import type { ManagedFieldsEntry } from './schema/api/meta-v1.ts';

/** Who an object belongs to. At most one owner of an object is its controller. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** What every object carries, as the World holds it: system fields are always there. Timestamps are RFC 3339 with seconds. */
export interface Metadata {
  readonly name: string;
  readonly generateName?: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly uid: string;
  /** Position of the newest event of the object, in decimal. */
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** Any object of the API: plain JSON, never changed in place; two versions of it share what is the same in both. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

type Head = ApiObject;
/** A generated interface, as objects of it stand in the World: with system fields, and with a spec where the kind has one. */
export type Stored<T> = Omit<T, keyof Head | 'spec'> &
  Head &
  (T extends { readonly spec?: infer Spec } ? { readonly spec: NonNullable<Spec> } : unknown);

/** The second that was printed last: most of what happens falls into it. */
let printed = { second: 0, text: '1970-01-01T00:00:00Z' };

/** RFC 3339 with whole seconds, as metav1.Time prints. `ms` since the Unix epoch. */
export const timestamp = (ms: number): string => {
  const second = Math.floor(ms / 1_000);
  if (second !== printed.second) printed = { second, text: `${new Date(ms).toISOString().slice(0, 19)}Z` };
  return printed.text;
};

/** The owner that controls the object, if one does. */
export const controllerOf = (object: ApiObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(({ controller }) => controller === true);

/** A reference by which `owner` controls another object. */
export const controllerReference = (owner: ApiObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});
