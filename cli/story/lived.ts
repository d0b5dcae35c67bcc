import type { Event } from '../../events/event.ts';
import { kinds } from '../../kinds/index.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { ApiObject } from '../../kinds/object.ts';
import type { ToldOf } from './told.ts';

/** One event, and the object before and after it as far as that can be told; without managedFields, which follow from the events. */
export interface Lived {
  readonly told: ToldOf;
  readonly before: ApiObject | undefined;
  readonly after: ApiObject | undefined;
}

const isWhole = (event: Event): boolean => 'object' in event;

const step = (kind: Kind, before: ApiObject | undefined, told: ToldOf): ApiObject | undefined => {
  // The head of the story is not known: what changed is, but not what it was before.
  if (!before && !isWhole(told.event)) return undefined;
  const { ref, event, position, revision, at, by, via, manager, command, causes } = told;
  return kind.evolve(before, {
    ref,
    event,
    position,
    revision,
    at: Date.parse(at),
    origin: { command, by, via, manager, causes },
  });
};

const bare = (object: ApiObject): ApiObject => {
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
};

/** Lives a story again: the server's own fold, event by event. */
export const liveAgain = (events: readonly ToldOf[]): readonly Lived[] => {
  const kind = kinds.get(events[0]?.ref.resource ?? '');
  let object: ApiObject | undefined;
  return events.map((told) => {
    const before = object;
    object = kind && step(kind, before, told);
    return { told, before: before && bare(before), after: object && bare(object) };
  });
};

/** `Pod` for `pods`: how people call such an object. */
export const kindName = (resource: string): string => kinds.get(resource)?.kind ?? resource;
