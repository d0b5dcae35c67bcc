import { type Event, type Recorded, streamOf } from '../events/event.ts';
import { type Delta, applyDelta } from './delta.ts';
import type { Kind } from './kind.ts';
import { managedAfter } from './managed-fields/managed-fields.ts';
import type { ApiObject } from './object.ts';

/** An event that holds the whole object as it now is. Type is the stream's; resourceVersion is the event's place. */
export interface Whole extends Event {
  readonly object: Omit<ApiObject, 'apiVersion' | 'kind'>;
}

/** The object came to be. */
export interface Created extends Whole {
  readonly type: 'Created';
}

/**
 * Any event that changed a living object: its name says what happened, its delta what is now different. Kinds whose events
 * are not kept for ever record a {@link Whole} instead: what a delta builds on may be gone.
 */
export interface Changed extends Event {
  readonly delta: Delta;
}

/** The object is gone. */
export interface Deleted extends Event {
  readonly type: 'Deleted';
}

type Evolver = (before: ApiObject, event: Event) => ApiObject | undefined;

/** The object at its place in the log, and who manages which of its fields from here on. */
const stand = (before: ApiObject | undefined, object: ApiObject, recorded: Recorded): ApiObject => {
  const managedFields = managedAfter(before, object, recorded);
  const metadata = { ...object.metadata, resourceVersion: String(recorded.position) };
  return { ...object, metadata: managedFields.length > 0 ? { ...metadata, managedFields } : metadata };
};

/** Folds one event into an object: `own` first, where the kind has a word for it, then what every kind shares. */
export const evolveLifecycle = (
  kind: Kind,
  own: Evolver | undefined,
  before: ApiObject | undefined,
  recorded: Recorded,
): ApiObject | undefined => {
  const { ref, event, position } = recorded;
  if ('object' in event) {
    const { object } = event as Whole;
    return stand(before, { apiVersion: kind.apiVersion, kind: kind.kind, ...object }, recorded);
  }
  if (event.type === 'Deleted' && kind.retention !== 'forever') return undefined;
  if (!before)
    throw new Error(`Cannot replay "${event.type}" on "${streamOf(ref)}": there is no object at ${position}`);
  if (event.type === 'Deleted') return undefined;
  if (own) {
    const after = own(before, event);
    return after && stand(before, after, recorded);
  }
  if (!('delta' in event)) throw new Error(`Cannot replay "${event.type}" on ${kind.kind}: no such event`);
  return stand(before, applyDelta(before, (event as Changed).delta), recorded);
};
