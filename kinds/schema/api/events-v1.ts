// Generated from table-1.34.txt by generate-interfaces.ts; do not edit.
import type { EventSource, ObjectReference } from './core-v1.ts';
import type { ListMeta, ObjectMeta, TypeMeta } from './meta-v1.ts';
import type { MicroTime, Time } from './scalars.ts';

export interface Event extends TypeMeta {
  readonly metadata: ObjectMeta;
  readonly eventTime: MicroTime;
  readonly series?: EventSeries;
  readonly reportingController?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly regarding?: ObjectReference;
  readonly related?: ObjectReference;
  readonly note?: string;
  readonly type?: string;
  readonly deprecatedSource?: EventSource;
  readonly deprecatedFirstTimestamp?: Time;
  readonly deprecatedLastTimestamp?: Time;
  readonly deprecatedCount?: number;
}
export interface EventSeries {
  readonly count: number;
  readonly lastObservedTime: MicroTime;
}
export interface EventList extends TypeMeta {
  readonly metadata?: ListMeta;
  readonly items: readonly Event[];
}
