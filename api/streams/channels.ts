import type { Readable, Writable } from 'node:stream';

/** What a command is to be connected to, as the request's query asks. */
export interface Wanted {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** The connection of one exec or attach, whichever way the client chose. */
export interface Channels {
  /** Of the protocol, 1 to 5: from 3 on there is a resize channel, from 4 on the error channel carries a Status. */
  readonly version: number;
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  readonly error: Writable;
  /** JSON objects `{"Width":…,"Height":…}`, one after the other. */
  readonly resize: Readable | undefined;
  /** Closes the connection once what was written is out. */
  close(): void;
  /** Resolves when the connection is gone: with why it broke, or undefined when it ended in order. */
  readonly closed: Promise<Error | undefined>;
}

/** The command protocol's version by its name; `base64.…` names are the same in text. */
export const versionOf = (protocol: string): number => {
  const digit = /^v(\d)\./.exec(protocol)?.[1];
  return digit === undefined ? 1 : Number(digit);
};
