import type { Readable, Writable } from 'node:stream';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The streams of a process. They honour back-pressure: a slow reader holds the process, nothing heaps up here. */
export interface Streams {
  /** Present when it was asked for; ending it ends the process's standard input. */
  readonly stdin?: Writable;
  readonly stdout: Readable;
  /** Absent with a terminal, which has one output only. */
  readonly stderr?: Readable;
  /** Without effect when there is no terminal. */
  resize(size: TerminalSize): Promise<void>;
  /** Lets go of the streams; the process goes on. */
  close(): void;
}

export interface ExecSpec {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Of the terminal, at first. */
  readonly size?: TerminalSize;
}

export interface Execution extends Streams {
  /** The exit code, once the process has ended and its output was read to the end; 126 and 127 when it could not be run. */
  exit(): Promise<number>;
  /** Ends the process at once, where the runtime can. */
  kill(): Promise<void>;
}

export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Go on until the container ends, with each line as it is written. */
  readonly follow: boolean;
  /** Begins each line with when it was written, in RFC 3339 with nanoseconds, and a space. */
  readonly timestamps: boolean;
  /** Only what was written since, in ms since the Unix epoch. */
  readonly since?: number;
  /** Only so many lines from the end; 0: none of what is there. */
  readonly tailLines?: number;
}
