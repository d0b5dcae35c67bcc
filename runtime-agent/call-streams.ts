import type { Readable, Writable } from 'node:stream';
import type { Observable } from 'rxjs';
import type { TerminalSize } from './streams.ts';

/** The bytes of one call, as the agent's end sees them. Ends when the client is gone. */
export interface CallStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly resizes: Observable<TerminalSize>;
  /** Completes once the client is gone. */
  readonly hungUp: Promise<void>;
}
