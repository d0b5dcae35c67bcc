import { UserError } from './output.ts';

/** A moment of the past, as the command line means it. */
export interface Moment {
  /** As the server reads it: a version, RFC 3339, or how long ago (`10s`). */
  readonly asOf: string;
  /** ms since the Unix epoch; absent where a version is named. */
  readonly at?: number;
}

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10 s ago`, `90s`, `5 minutes ago`, `1h30m`: in ms. */
export const agoOf = (text: string): number | undefined => {
  const bare = text.toLowerCase().replace(/\s*ago$/, '');
  if (!/^(\d{1,9}\s*(s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|d|days?)\s*)+$/.test(bare)) return undefined;
  let ms = 0;
  for (const [, count, unit] of bare.matchAll(/(\d+)\s*([smhd])/g)) ms += Number(count) * (unitsMs[unit ?? ''] ?? 0);
  return ms;
};

/** `10:43`, `10:43:05` by this machine's clock: the last time it showed that. */
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

const date = /^\d{4}-\d\d-\d\d$/;
const dateTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?$/;

/** Dates and times without a zone are this machine's. */
const instantOf = (text: string): number | undefined => {
  if (!date.test(text) && !dateTime.test(text)) return undefined;
  const at = Date.parse(date.test(text) ? `${text}T00:00:00` : text.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
};

/** Reads `--at`. Throws when it is no moment, or one that has not come yet. */
export const momentOf = (text: string, now: number): Moment => {
  const words = text.trim();
  if (/^\d{1,15}$/.test(words)) return { asOf: words };
  const ago = agoOf(words);
  // Sent as it is: how long ago is then counted by the server's clock, which the log's times are of.
  if (ago !== undefined) return { asOf: `${Math.round(ago / 1_000)}s`, at: now - ago };
  const at = timeOfDay(words, now) ?? instantOf(words);
  if (at === undefined)
    throw new UserError(
      `Cannot read "${text}" as a moment: give a version (1234), a time (10:43, 2026-01-31 10:43, 2026-01-31T10:43:00Z) or how long ago (10s, 5 min ago)`,
      2,
    );
  if (at > now) throw new UserError(`Cannot look at "${text}": it has not happened yet`, 2);
  return { asOf: new Date(at).toISOString(), at };
};

const two = (value: number) => String(value).padStart(2, '0');

/** `10:43:12` by this machine's clock, with the date before it on any other day than that of `now`. */
export const clockText = (at: number, now: number): string => {
  const [then, today] = [new Date(at), new Date(now)];
  const time = `${two(then.getHours())}:${two(then.getMinutes())}:${two(then.getSeconds())}`;
  if (then.toDateString() === today.toDateString()) return time;
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} ${time}`;
};

/** What is shown, said in words: `10:43:12, version 1234`. */
export const momentText = ({ at }: Moment, version: string, now: number): string =>
  at === undefined ? `version ${version}` : `${clockText(at, now)}, version ${version}`;
