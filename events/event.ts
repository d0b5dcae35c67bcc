/** Names one API object, and with it one stream. */
export interface Ref {
  /** The API plural with its group: `pods`, `deployments.apps`. */
  readonly resource: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * The stream of an object: `<plural>.<group>-<namespace>/<name>`. EventStoreDB takes the text before the first `-` as the
 * stream's category, so a `-` inside the resource is written `_` (no plural or group holds a `_`).
 */
export const streamOf = ({ resource, namespace, name }: Ref): string =>
  `${resource.replaceAll('-', '_')}-${namespace}/${name}`;

/** The object whose stream this is; the inverse of {@link streamOf}. */
export const refOf = (stream: string): Ref => {
  const dash = stream.indexOf('-');
  const slash = stream.indexOf('/', dash);
  if (dash < 0 || slash < 0)
    throw new Error(`Cannot read the stream name "${stream}": it is not <resource>-<namespace>/<name>`);
  return {
    resource: stream.slice(0, dash).replaceAll('_', '-'),
    namespace: stream.slice(dash + 1, slash),
    name: stream.slice(slash + 1),
  };
};

/** A fact about one object, in the past tense. Everything beside `type` is the fact's own, and plain JSON. */
export interface Event {
  readonly type: string;
}

/** Who asked. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Where an event comes from. */
export interface Origin {
  /** Id of the command that caused it. */
  readonly command: string;
  readonly by: Identity;
  /** Through what it came: `api`, `controller/<name>`, `agent/<node>`. */
  readonly via: string;
  /** The field manager, as managedFields name it. */
  readonly manager: string;
  /** Positions of the events it follows from, oldest first; empty when someone outside asked. */
  readonly causes: readonly number[];
}

/** An event at its place in the log. */
export interface Recorded<E extends Event = Event> {
  readonly ref: Ref;
  readonly event: E;
  /**
   * Place in the whole log, from 1; grows by at least 1 per event, gaps allowed. Served to clients as `resourceVersion`.
   * A number, not a bigint: see docs/decisions/positions-are-numbers.md.
   */
  readonly position: number;
  /** Place in the object's own stream, from 0. */
  readonly revision: number;
  /** When it was recorded, ms since the Unix epoch; never less than the event before it. */
  readonly at: number;
  readonly origin: Origin;
}
