import type { Clock } from '../events/clock.ts';
import type { EventLog } from '../events/log.ts';
import { badRequest, type Rejection } from '../kinds/rejection.ts';
import { quote } from '../kinds/values/quote.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `10m`, `1h30m`, `2d`: how long ago, in ms. */
const agoOf = (text: string): number | undefined => {
  if (!/^(\d{1,9}[smhd])+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhd])/g)) ms += Number(count) * (unitsMs[unit ?? ''] ?? 0);
  return ms;
};

/** `10:43` or `10:43:05` in the server's own time zone: the last time the clock showed that, up to `now`. */
const timeOfDay = (text: string, now: number): number | undefined => {
  const found = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!found) return undefined;
  const [hours, minutes, seconds] = [found[1], found[2], found[3] ?? '0'].map(Number) as [number, number, number];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const day = new Date(now);
  day.setHours(hours, minutes, seconds, 0);
  if (day.getTime() > now) day.setDate(day.getDate() - 1);
  return day.getTime();
};

const dateTime = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?$/;

/** A moment that a text names, in ms since the Unix epoch. */
const timeOf = (text: string, now: number): number | undefined => {
  const ago = agoOf(text);
  if (ago !== undefined) return now - ago;
  const today = timeOfDay(text, now);
  if (today !== undefined) return today;
  const time = dateTime.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
};

/** When the moment was that a text names, in ms since the Unix epoch; undefined when it names none, or nothing is kept of it. */
const timeAt = async (text: string, log: EventLog, now: number): Promise<number | undefined> => {
  if (!/^\d{1,15}$/.test(text)) return timeOf(text, now);
  for await (const { at } of log.read(Number(text) - 1, Number(text))) return at;
  return undefined;
};

/** What is there, with a clock that stands at the moment a text names: ages are then told as they were. */
export const standingAt = async <Here extends { readonly log: EventLog; readonly clock: Clock }>(
  text: string,
  here: Here,
): Promise<Here> => {
  const { log, clock } = here;
  const at = await timeAt(text, log, clock.now());
  return at === undefined ? here : { ...here, clock: { ...clock, now: () => at } };
};

/**
 * The position that a text names: a resourceVersion (`1234`), a time (`2026-01-31T10:43:00Z`, `10:43` by the server's
 * clock), or how long ago (`10m`, `1h30m`). A moment between two events is the position of the earlier one; 0 is before everything.
 */
export const positionOf = async (text: string, log: EventLog, now: number): Promise<number | Rejection> => {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const time = timeOf(text, now);
  if (time === undefined)
    return badRequest(
      `Cannot read ${quote(text)} as a moment: give a resourceVersion, a time (2026-01-31T10:43:00Z, 10:43) or how long ago (10m)`,
    );
  if (time > now) return badRequest(`Cannot look at ${quote(text)}: it has not happened yet`);
  return log.positionAt(time);
};
