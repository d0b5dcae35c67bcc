import type { Observable } from 'rxjs';
import type { Event, Origin, Recorded, Ref } from './event.ts';

/**
 * How much of a stream is kept: all of it, only its newest event, or what is younger than an age. It takes effect some time
 * after it is due. A stream that has aged away entirely may be begun anew as if it never was.
 */
export type Retention = 'forever' | 'newest' | { readonly ageMsMax: number };

export interface Append {
  readonly ref: Ref;
  /** At least one; they land together or not at all. With retention `newest` each event holds the whole state. */
  readonly events: readonly Event[];
  /** The stream's newest revision as the writer last saw it; `-1` means "must not exist yet". */
  readonly expected: number;
  readonly origin: Origin;
  readonly retention: Retention;
}

/**
 * The one log. Every adapter passes spec/events/log.contract.ts. Whatever cannot be read throws {@link LogUnavailable}; what
 * is damaged is never served.
 */
export interface EventLog {
  /**
   * Appends all events or none; resolves once they are durable. A second append of the same command at the same expected
   * revision changes nothing and answers what the first did. Throws {@link StaleRevision} when the stream is not where
   * `expected` says, {@link LogUnavailable} when it did not become durable; where the disk failed in the middle of it, it may
   * still turn out to have, and the same append sent again tells. A RangeError: there are no events, or too many bytes.
   */
  append(append: Append): Promise<readonly Recorded[]>;
  /** One object's history, oldest first, from `revision` on; empty when it never existed. Retention may have cut its head. */
  stream(ref: Ref, fromRevision?: number): AsyncIterable<Recorded>;
  /** What is kept of the log after `position`, up to and including `to` (default: the head when asked). */
  read(position: number, to?: number): AsyncIterable<Recorded>;
  /**
   * Every event after `position`, then each new one as it lands. `0` starts at the beginning. Completes only when the log is
   * closed.
   */
  after(position: number): Observable<Recorded>;
  /** The newest position, whether or not the event there is still kept; 0 when the log is empty. */
  head(): Promise<number>;
  /** The newest position recorded at or before `time` (ms since the Unix epoch); 0 when all of the log is younger. */
  positionAt(time: number): Promise<number>;
  /** Lets what is on its way land, then lets go of all files and connections. */
  close(): Promise<void>;
}

/** Another writer was faster: read again, decide again. */
export class StaleRevision extends Error {
  override readonly name = 'StaleRevision';
  /** The stream's newest revision; `-1` when it does not exist. */
  readonly actual: number;
  constructor(stream: string, expected: number, actual: number) {
    super(`Cannot append to "${stream}": expected revision ${expected}, but it is at ${actual}`);
    this.actual = actual;
  }
}

/** The log cannot be opened, read or written: what, where and what to do is in the message. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}
