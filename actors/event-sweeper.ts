import { type ApiEvent, eventAgeMsMax, lastToldAt } from '../kinds/event.ts';
import { type Controller, nobody } from './controller.ts';

const resource = 'events';
const minuteMs = 60_000;
/** Events deleted in one turn. */
const burstMax = 500;

/** Events told within one minute go together: one key, which rests until that minute is an hour old. */
export const eventSweeper: Controller = {
  name: 'event-sweeper',

  touches: ({ ref, after }) =>
    ref.resource === resource && after ? [String(Math.floor(lastToldAt(after as ApiEvent) / minuteMs))] : nobody,

  reconcile: (world, minute, now) => {
    const due = (Number(minute) + 1) * minuteMs + eventAgeMsMax;
    // Known by the key alone: an event more costs nothing until it is due.
    if (now < due) return { commands: [], recheckAt: due };
    const old = world.indexed<ApiEvent>(resource, 'minute', minute).slice(0, burstMax);
    return {
      commands: [],
      beside: old.map(({ metadata: { namespace = '', name, uid } }) => [
        { type: 'Delete', ref: { resource, namespace, name }, options: { preconditions: { uid } } },
      ]),
      ...(old.length === burstMax && { recheckAt: now }),
    };
  },
};
