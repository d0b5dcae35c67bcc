import type { Event, Recorded } from '../events/event.ts';
import type { Retention } from '../events/log.ts';
import type { Command, DeleteOptions } from './command.ts';
import { decideLifecycle } from './lifecycle.ts';
import { evolveLifecycle } from './evolve.ts';
import type { ApiObject } from './object.ts';
import type { Fault } from './fault.ts';
import { type Rejection, reject } from './rejection.ts';
import { type Check, check } from './values/names.ts';

/** What came of a command: facts to record (none when it is so already), or why not. */
export type Decision = readonly Event[] | Rejection;

/** One printed column, as Table answers and `kubectl get` show it. */
export interface Column<O> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** 0 is always shown, 1 only with `-o wide`. */
  readonly priority: 0 | 1;
  readonly description: string;
  /** `now` in ms since the Unix epoch, for ages. */
  readonly cell: (object: O, now: number) => string | number | boolean;
}

/** What a kind says of itself. Whatever it leaves out is as for most kinds. */
export interface KindRow<O extends ApiObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Lower-case plural: the path segment. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** What the API lets clients do with it; what is left out is 405. */
  readonly verbs: readonly string[];
  /** A deletion answers the object as it last was, not a Status. */
  readonly answersDeleted: boolean;
  /** What is wrong with a name of such an object. */
  readonly nameCheck: Check;
  /** `status`, `scale` and the like; verbs on them follow. */
  readonly subresources: readonly string[];
  readonly retention: Retention;
  /** Whether metadata.generation counts the changes of what is asked for. */
  readonly generation: boolean;
  /** Fills in what the caller left open. Idempotent. */
  readonly defaults: (object: O) => O;
  /** On create only: clears or sets what the caller may not decide (a pod's first status). */
  readonly prepare: (object: O) => O;
  /** On a write to the object itself: keeps of `before` what that write may not change. Status is kept anyhow. */
  readonly keep: (after: O, before: O) => O;
  readonly validate: (object: O) => readonly Fault[];
  /** What only a new object can do wrong, beside {@link KindRow.validate}. */
  readonly validateCreate: (object: O) => readonly Fault[];
  readonly validateUpdate: (after: O, before: O) => readonly Fault[];
  /** Labels are changed by a write to /status too, except for those workloads whose controller owns them. */
  readonly statusKeepsLabels: boolean;
  /** Seconds between the request to delete and the end; 0 deletes at once. */
  readonly graceOf: (object: O, options: DeleteOptions) => number;
  /** True while something beside metadata.finalizers keeps the object from going (a namespace's spec.finalizers). */
  readonly held: (object: O) => boolean;
  /** On the request to delete: what changes at once beside metadata (a namespace's phase). */
  readonly doom: (object: O) => O;
  /** Fields that a field selector may name, beside metadata.name and metadata.namespace. */
  readonly selectable: Readonly<Record<string, (object: O) => string>>;
  /** Lookups the World keeps: the values under which an object is found. */
  readonly indexes: Readonly<Record<string, (object: O) => readonly string[]>>;
  /**
   * Sums the World keeps: under which value an object counts (`undefined`: under none), and with which amounts. Amounts of one
   * object are one and the same object as long as they do not change.
   */
  readonly sums: Readonly<
    Record<
      string,
      {
        readonly under: (object: O) => string | undefined;
        readonly amounts: (object: O) => Readonly<Record<string, number>>;
      }
    >
  >;
  readonly columns: readonly Column<O>[];
}

/** Commands and events of one kind's own, beside the lifecycle. */
export interface Own<O extends ApiObject, C extends Command, E extends Event> {
  readonly decide: { readonly [T in C['type']]: (object: O | undefined, command: Extract<C, { type: T }>) => Decision };
  readonly evolve: { readonly [T in E['type']]: (object: O, event: Extract<E, { type: T }>) => O | undefined };
}

type Required<O extends ApiObject> = Pick<
  KindRow<O>,
  'group' | 'version' | 'kind' | 'plural' | 'namespaced' | 'validate'
>;

/** One row of the API with its two pure functions; what it says of its own objects is erased to any object. */
export interface Kind extends KindRow<ApiObject> {
  /** `pods`, `deployments.apps`: as {@link Ref.resource} names it. */
  readonly resource: string;
  readonly apiVersion: string;
  /** Expects a default-filled, admitted command; a Patch must have become a Replace. */
  decide(before: ApiObject | undefined, command: Command): Decision;
  /** The object after an event; `undefined` once it is gone. Throws on an event it does not know. */
  evolve(before: ApiObject | undefined, recorded: Recorded): ApiObject | undefined;
}

/** What may be done with most kinds. */
const everyVerb = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

const same = <O>(object: O): O => object;

/** Completes a kind's own words with the lifecycle that every kind shares. */
export const defineKind = <O extends ApiObject, C extends Command = never, E extends Event = never>(
  row: Required<O> & Partial<KindRow<O>>,
  own?: Own<O, C, E>,
): Kind => {
  const complete: KindRow<O> = {
    singular: row.kind.toLowerCase(),
    nameCheck: check.dns1123Subdomain,
    shortNames: [],
    categories: [],
    verbs: everyVerb,
    answersDeleted: false,
    subresources: [],
    retention: 'forever',
    generation: false,
    defaults: same,
    prepare: same,
    keep: same,
    validateCreate: () => [],
    validateUpdate: () => [],
    statusKeepsLabels: false,
    graceOf: () => 0,
    held: () => false,
    doom: same,
    selectable: {},
    indexes: {},
    sums: {},
    columns: [],
    ...row,
  };
  // The tables are checked above, row by row; looking a row up by name is where the kind's own types end.
  const erased = complete as unknown as KindRow<ApiObject>;
  const deciders = (own?.decide ?? {}) as Readonly<Record<string, Kind['decide'] | undefined>>;
  const evolvers = (own?.evolve ?? {}) as Readonly<
    Record<string, ((before: ApiObject, event: Event) => ApiObject | undefined) | undefined>
  >;

  const kind: Kind = {
    ...erased,
    resource: row.group === '' ? row.plural : `${row.plural}.${row.group}`,
    apiVersion: row.group === '' ? row.version : `${row.group}/${row.version}`,
    decide: (before, command) =>
      deciders[command.type]?.(before, command) ??
      decideLifecycle(kind, before, command) ??
      reject('MethodNotAllowed', `Cannot ${command.type} a ${row.kind}: it does not know how`),
    evolve: (before, recorded) => evolveLifecycle(kind, evolvers[recorded.event.type], before, recorded),
  };
  return kind;
};
