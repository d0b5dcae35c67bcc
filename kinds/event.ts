import type { Event as Fact } from '../events/event.ts';
import type { Command } from './command.ts';
import { count, nameColumn, text } from './columns/column.ts';
import { sinceText } from './columns/duration.ts';
import { defineKind, type Kind } from './kind.ts';
import { type Stored, timestamp } from './object.ts';
import type { ObjectReference, Event as Schema } from './schema/api/core-v1.ts';
import { uidFrom } from './uid.ts';
import { validateEvent } from './validation/event.ts';
import { check } from './values/names.ts';

/** An Event of the API: what happened to an object, told to users. Not to be confused with the facts of the log. */
export type ApiEvent = Stored<Schema>;

/** Tells users what happened. Told again it counts up; it is made by the first. */
export interface Note extends Command {
  readonly type: 'Note';
  readonly involved: ObjectReference;
  readonly sort: 'Normal' | 'Warning';
  /** One CamelCase word, as upstream's. */
  readonly reason: string;
  readonly message: string;
  /** Who says so, as upstream names its components. */
  readonly component: string;
  /** The node it is said from; empty for the control plane. */
  readonly host: string;
}

/** It happened again. */
export interface Repeated extends Fact {
  readonly type: 'Repeated';
  readonly object: Omit<ApiEvent, 'apiVersion' | 'kind'>;
}

/** How long an Event is kept after it was last told. */
export const eventAgeMsMax = 3_600_000;

const noted = ({ id, ref, at, involved, sort, reason, message, component, host }: Note) => ({
  metadata: {
    name: ref.name,
    namespace: ref.namespace,
    uid: uidFrom(id),
    creationTimestamp: timestamp(at),
  },
  involvedObject: involved,
  reason,
  message,
  source: { component, ...(host !== '' && { host }) },
  firstTimestamp: timestamp(at),
  lastTimestamp: timestamp(at),
  count: 1,
  type: sort,
  eventTime: null,
  reportingComponent: component,
  reportingInstance: host,
});

/** When it was last told, ms since the Unix epoch. */
export const lastToldAt = ({ lastTimestamp, eventTime, metadata }: ApiEvent): number =>
  Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp);

const lastSeen = ({ series, lastTimestamp, firstTimestamp, eventTime }: ApiEvent): string | undefined =>
  series?.lastObservedTime ?? lastTimestamp ?? firstTimestamp ?? eventTime ?? undefined;

const sourceText = ({ source, reportingComponent, reportingInstance }: ApiEvent): string => {
  const component = source?.component || reportingComponent;
  const host = source?.host || (component === reportingComponent ? reportingInstance : '');
  return host ? `${component}, ${host}` : component;
};

export const event: Kind = defineKind<ApiEvent, Note>(
  {
    group: '',
    version: 'v1',
    kind: 'Event',
    plural: 'events',
    shortNames: ['ev'],
    namespaced: true,
    // Clients make names of others' names, whatever those are.
    nameCheck: check.pathSegment,
    retention: { ageMsMax: 2 * eventAgeMsMax },
    validate: validateEvent,
    selectable: {
      'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
      'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
      'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
      'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
      'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
      'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
      'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
      reason: ({ reason }) => reason ?? '',
      reportingComponent: ({ reportingComponent }) => reportingComponent,
      source: ({ source, reportingComponent }) => source?.component || reportingComponent,
      type: ({ type }) => type ?? '',
    },
    indexes: { minute: (one) => [String(Math.floor(lastToldAt(one) / 60_000))] },
    columns: [
      text('Last Seen', 'Time since it last happened.', (one, now) => sinceText(lastSeen(one), now)),
      text('Type', 'Normal, or a Warning.', ({ type }) => type ?? ''),
      text('Reason', 'What happened, in one word.', ({ reason }) => reason ?? ''),
      text('Object', 'What it happened to.', ({ involvedObject: { kind = '', name } }) =>
        name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase(),
      ),
      text('Subobject', 'Which part of it.', ({ involvedObject }) => involvedObject.fieldPath ?? '', 1),
      text('Source', 'Who said so.', sourceText, 1),
      text('Message', 'What happened, in a sentence.', ({ message }) => (message ?? '').trim()),
      text(
        'First Seen',
        'Time since it first happened.',
        (one, now) => sinceText(one.firstTimestamp ?? one.eventTime ?? undefined, now),
        1,
      ),
      count('Count', 'How often it happened.', ({ series, count: times }) => series?.count ?? (times || 1), 1),
      { ...nameColumn, priority: 1 },
    ],
  },
  {
    decide: {
      Note: (before, command) => {
        if (!before) return [{ type: 'Created', object: noted(command) }];
        const { apiVersion: _v, kind: _k, ...rest } = before;
        const { resourceVersion: _r, managedFields: _m, ...metadata } = before.metadata;
        const object = { ...rest, metadata, count: (before.count ?? 1) + 1, lastTimestamp: timestamp(command.at) };
        return [{ type: 'Repeated', object }];
      },
    },
    evolve: {},
  },
);
