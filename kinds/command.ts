import type { Identity, Ref } from '../events/event.ts';
import type { ApiObject } from './object.ts';

/** A request to change one object. */
export interface Command {
  /** Makes it idempotent: a command that was carried out is not carried out again. Uids and generated names derive from it. */
  readonly id: string;
  /** When it was asked, ms since the Unix epoch. */
  readonly at: number;
  readonly ref: Ref;
  readonly type: string;
  readonly by: Identity;
  /** Through what it comes: `api`, `controller/<name>`, `agent/<node>`. */
  readonly via: string;
  /** The field manager, as managedFields name it. */
  readonly manager: string;
  /** Positions of the events it follows from; empty when someone outside asked. */
  readonly causes: readonly number[];
  /** Decide, and answer what would come of it, but record nothing. */
  readonly dryRun?: boolean;
}

/** What a caller says of a command; who, when and why is added by whoever carries it to the door. */
export type Wish<C extends Command = Command> = C extends Command
  ? Omit<C, 'id' | 'at' | 'by' | 'via' | 'manager' | 'causes'>
  : never;

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** metav1.DeleteOptions, as far as they decide. */
export interface DeleteOptions {
  /** Seconds; absent means the object's own default. */
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: Preconditions;
  /** Absent means the kind's default, which is Background. */
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
}

/** A change of an object in one of the forms the API knows. */
export type Patch =
  | { readonly type: 'json'; readonly operations: readonly unknown[] }
  | { readonly type: 'merge'; readonly patch: unknown }
  | { readonly type: 'strategic'; readonly patch: unknown };

/** Makes an object. A name left empty with `metadata.generateName` set is made from the command's id. */
export interface Create extends Command {
  readonly type: 'Create';
  readonly object: ApiObject;
}

/** Puts `object` in place of what is there. A resourceVersion in it must be the current one. */
export interface Replace extends Command {
  readonly type: 'Replace';
  readonly object: ApiObject;
  /** Empty for the object itself; `status` and the like only write what belongs to them. */
  readonly subresource?: string;
  /** How the event is to be named where the general names say too little, e.g. `Scaled`. */
  readonly event?: string;
}

/** Changes what is there; becomes a Replace once the object is known. */
export interface PatchObject extends Command {
  readonly type: 'Patch';
  readonly patch: Patch;
  readonly subresource?: string;
  readonly event?: string;
}

/** Says what is seen of an object: puts `status` in place. Says nothing when the object is another than `uid`. */
export interface ReportStatus extends Command {
  readonly type: 'ReportStatus';
  readonly uid?: string;
  readonly status: unknown;
}

export interface Delete extends Command {
  readonly type: 'Delete';
  readonly options: DeleteOptions;
}

/** What every kind understands. */
export type Lifecycle = Create | Replace | PatchObject | ReportStatus | Delete;
