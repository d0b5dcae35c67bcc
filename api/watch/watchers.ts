import type { Clock } from '../../events/clock.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { Change, Projection } from '../../projections/world.ts';
import { nameIn, type Selection } from '../list-options.ts';
import type { View } from '../view.ts';
import { type Batch, batchOf, eventBytes } from './batch.ts';
import { judge } from './judge.ts';

/** Where the events of one watcher go. */
export interface Sink {
  send(batch: Batch): void;
  /** Says politely that it is over. */
  end(): void;
  /** Whether it got no event yet. */
  readonly fresh: boolean;
}

/** What a watcher watches. */
export interface Interest {
  readonly kind: Kind;
  /** Empty for all. */
  readonly namespace: string;
  readonly selection: Selection;
  readonly view: View;
}

/** Everyone who watches. */
export interface Watchers {
  readonly count: number;
  /**
   * From now on each change that concerns the interest reaches the sink, in the order of the log, several at a time. Returns
   * how to leave.
   */
  join(interest: Interest, sink: Sink): () => void;
  /** Sends what is on its way to those who share this interest: before something else is sent to one of them. */
  flush(interest: Interest): void;
  /** Follows the World no longer, and ends every watch. */
  stop(): void;
}

/** Watchers of one interest: judged once, sent the same bytes. */
interface Group extends Interest {
  readonly sinks: Set<Sink>;
  pending: Buffer[];
  /** For sinks that got nothing yet, where the first event differs. */
  introduction: Buffer | undefined;
}

/** A flush is long from here on, in ms. */
const longMs = 4;

/** Groups by interest, for one resource, namespace and name; the latter two empty where all are watched. */
type Groups = Map<string, Group>;

const keyOf = ({ selection, view }: Interest) => `${view.key}\n${selection.key}`;
const placeOf = (resource: string, namespace: string, name: string) => `${resource}/${namespace}/${name}`;

const groupsFor = ({ kind, namespace, selection }: Interest) =>
  placeOf(kind.resource, namespace, nameIn(selection) ?? '');

const sendTo = (group: Group) => {
  const { pending, introduction } = group;
  if (pending.length === 0) return;
  group.pending = [];
  group.introduction = undefined;
  const batch = batchOf(pending);
  const introduced = introduction ? batchOf([introduction, ...pending.slice(1)]) : batch;
  for (const sink of group.sinks) sink.send(sink.fresh ? introduced : batch);
};

/** Follows the World's changes for whoever watches: one pass over a change finds the groups that want it. */
export const openWatchers = (projection: Projection, clock: Clock): Watchers => {
  const places = new Map<string, Groups>();
  const dirty = new Set<Group>();
  let count = 0;
  /** A flush is due, or has just been. */
  let resting = false;

  const flushAll = () => {
    const groups = [...dirty];
    dirty.clear();
    const since = clock.now();
    for (const group of groups) sendTo(group);
    const ms = clock.now() - since;
    // Thousands of watchers take a while: as long again is left for other work, and the next batch holds more.
    if (ms < longMs) rested();
    else clock.setTimeout(rested, ms);
  };

  const rested = () => {
    resting = false;
    if (dirty.size > 0) schedule();
  };

  const schedule = () => {
    if (resting) return;
    resting = true;
    setImmediate(flushAll);
  };

  const tell = (group: Group, change: Change, made: Map<string, Buffer>) => {
    const verdict = judge(group.selection, change);
    if (!verdict) return;
    const { type, object } = verdict;
    const key = `${group.view.key} ${type}`;
    let bytes = made.get(key);
    if (!bytes) made.set(key, (bytes = eventBytes(type, group.view.part(object, false))));
    if (group.view.introduces && group.pending.length === 0)
      group.introduction = eventBytes(type, group.view.part(object, true));
    group.pending.push(bytes);
    dirty.add(group);
    schedule();
  };

  const subscription = projection.changes.subscribe((change) => {
    const { resource, namespace, name } = change.ref;
    let made: Map<string, Buffer> | undefined;
    const visit = (place: string) => {
      const groups = places.get(place);
      if (!groups) return;
      made ??= new Map();
      for (const group of groups.values()) tell(group, change, made);
    };
    visit(placeOf(resource, '', ''));
    visit(placeOf(resource, '', name));
    if (namespace === '') return;
    visit(placeOf(resource, namespace, ''));
    visit(placeOf(resource, namespace, name));
  });

  return {
    get count() {
      return count;
    },
    join: (interest, sink) => {
      const place = groupsFor(interest);
      const groups: Groups = places.get(place) ?? new Map<string, Group>();
      places.set(place, groups);
      const key = keyOf(interest);
      const group: Group = groups.get(key) ?? { ...interest, sinks: new Set(), pending: [], introduction: undefined };
      groups.set(key, group);
      // What happened before it came is not for the newcomer.
      sendTo(group);
      group.sinks.add(sink);
      count += 1;
      return () => {
        if (!group.sinks.delete(sink)) return;
        count -= 1;
        if (group.sinks.size > 0 || groups.get(key) !== group) return;
        groups.delete(key);
        if (groups.size === 0) places.delete(place);
      };
    },
    flush: (interest) => {
      const group = places.get(groupsFor(interest))?.get(keyOf(interest));
      if (group) sendTo(group);
    },
    stop: () => {
      subscription.unsubscribe();
      for (const groups of places.values())
        for (const { sinks } of groups.values()) for (const sink of sinks) sink.end();
    },
  };
};
