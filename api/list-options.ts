import { type Fault, fault } from '../kinds/fault.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import { badRequest, isRejection, type Rejection } from '../kinds/rejection.ts';
import { type FieldSelector, parseFieldSelector } from '../kinds/values/field-selector.ts';
import { quote } from '../kinds/values/quote.ts';
import type { Selector } from '../kinds/values/selector.ts';
import { parseLabelSelector } from '../kinds/values/selector-text.ts';
import { flagOf, invalidOptions, wholeOf } from './query.ts';

/** Which objects of a collection are asked for. */
export interface Selection {
  /** Undefined when every label will do. */
  readonly labels: Selector | undefined;
  readonly fields: FieldSelector<ApiObject> | undefined;
  /** Selections of one key select the same; empty selects everything. */
  readonly key: string;
}

/** What a list or a watch says in its query. */
export interface ListOptions {
  readonly selection: Selection;
  /** 0 means all. */
  readonly limit: number;
  readonly continue: string;
  /** Absent when not given; 0 means any. */
  readonly resourceVersion: number | undefined;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  /** Undefined when not given. */
  readonly sendInitialEvents: boolean | undefined;
  readonly bookmarks: boolean;
  /** 0 when not given. */
  readonly timeoutSeconds: number;
}

const selectEverything: Selection = { labels: undefined, fields: undefined, key: '' };

/** Reads labelSelector and fieldSelector. */
export const selectionOf = (kind: Kind, query: URLSearchParams): Selection | Rejection => {
  const [labelText, fieldText] = [query.get('labelSelector'), query.get('fieldSelector')];
  if (!labelText && !fieldText) return selectEverything;
  const labels = labelText ? parseLabelSelector(labelText) : undefined;
  if (isRejection(labels)) return labels;
  const fields = fieldText ? parseFieldSelector(fieldText, kind.selectable) : undefined;
  if (isRejection(fields)) return fields;
  return { labels, fields, key: `${labels?.text ?? ''}\n${fields?.text ?? ''}` };
};

/** Whether an object is one of those asked for. */
export const selects = ({ labels, fields }: Selection, object: ApiObject): boolean =>
  (!labels || labels.matches(object.metadata.labels)) && (!fields || fields.matches(object));

/** The one name that is asked for by field selector, if it is only one. */
export const nameIn = ({ fields }: Selection): string | undefined =>
  fields?.terms.find(({ field, equal }) => field === 'metadata.name' && equal)?.value;

/** A resourceVersion as clients send it; undefined when there is none. */
export const versionOf = (text: string | null): number | Rejection | undefined => {
  if (!text) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const why = `strconv.ParseUint: parsing ${quote(text)}: invalid syntax`;
  return badRequest(`invalid resource version: resourceVersion: Invalid value: ${quote(text)}: ${why}`);
};

const matches = ['Exact', 'NotOlderThan'] as const;

const forbidden = (detail: string) => fault.forbidden('resourceVersionMatch', detail);

const listFaults = (match: string, version: string, token: string, initial: boolean): readonly Fault[] => {
  const faults: Fault[] = [];
  if (match !== '') {
    if (version === '') faults.push(forbidden('resourceVersionMatch is forbidden unless resourceVersion is provided'));
    if (token !== '') faults.push(forbidden('resourceVersionMatch is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan')
      faults.push(fault.notSupported('resourceVersionMatch', match, [...matches, '']));
    if (match === 'Exact' && version === '0')
      faults.push(forbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (initial) faults.push(fault.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  return faults;
};

const watchFaults = (match: string, token: string, initial: boolean): readonly Fault[] => {
  const faults: Fault[] = [];
  if (initial && match !== 'NotOlderThan')
    faults.push(forbidden('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (match === '') return faults;
  if (!initial)
    faults.push(forbidden('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (match !== 'NotOlderThan') faults.push(fault.notSupported('resourceVersionMatch', match, ['NotOlderThan']));
  if (token !== '') faults.push(forbidden('resourceVersionMatch is forbidden when continue is provided'));
  return faults;
};

/** Reads and checks the options of a list or a watch, in upstream's words. */
export const listOptionsOf = (kind: Kind, query: URLSearchParams, watch: boolean): ListOptions | Rejection => {
  const [version, token, match] = ['resourceVersion', 'continue', 'resourceVersionMatch'].map(
    (name) => query.get(name) ?? '',
  ) as [string, string, string]; // one for each name
  const initial = query.has('sendInitialEvents');
  const faults = watch ? watchFaults(match, token, initial) : listFaults(match, version, token, initial);
  if (faults.length > 0) return invalidOptions('ListOptions', faults);
  const limit = wholeOf(query, 'limit');
  if (isRejection(limit)) return limit;
  const timeoutSeconds = wholeOf(query, 'timeoutSeconds');
  if (isRejection(timeoutSeconds)) return timeoutSeconds;
  const resourceVersion = versionOf(version);
  if (isRejection(resourceVersion)) return resourceVersion;
  const selection = selectionOf(kind, query);
  if (isRejection(selection)) return selection;
  return {
    selection,
    limit: Math.max(limit ?? 0, 0),
    continue: token,
    resourceVersion,
    match: match as ListOptions['match'], // checked above
    sendInitialEvents: initial ? flagOf(query, 'sendInitialEvents') : undefined,
    bookmarks: flagOf(query, 'allowWatchBookmarks'),
    timeoutSeconds: Math.max(timeoutSeconds ?? 0, 0),
  };
};
