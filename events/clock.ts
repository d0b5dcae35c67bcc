import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of time. Shaped so that XState accepts it as its clock. */
export interface Clock {
  /** Now, in ms since the Unix epoch. */
  now(): number;
  /** Calls `fn` once after `ms`; returns what {@link Clock.clearTimeout} takes. */
  setTimeout(fn: (...args: unknown[]) => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
}

/** The only source of chance. Whatever draws from it puts what it drew into a command, so that a replay draws nothing. */
export interface Chance {
  /** A random version 4 UUID. */
  uuid(): string;
  /** `length` random bytes, fit for keys and tokens. */
  bytes(length: number): Uint8Array;
}

/** Node turns a longer delay into 1 ms, so a longer wait is made of several. */
const delayMsMax = 2 ** 31 - 1;

export const realClock: Clock = {
  now: Date.now,
  setTimeout(fn, ms) {
    const wait = { timer: undefined as NodeJS.Timeout | undefined };
    const arm = (left: number) => {
      wait.timer = setTimeout(() => (left > delayMsMax ? arm(left - delayMsMax) : fn()), Math.min(left, delayMsMax));
    };
    arm(ms);
    return wait;
  },
  // The id is what setTimeout above returned; XState and callers only hand it back.
  clearTimeout: (id) => clearTimeout((id as { timer: NodeJS.Timeout } | undefined)?.timer),
};

export const realChance: Chance = { uuid: randomUUID, bytes: (length) => randomBytes(length) };
