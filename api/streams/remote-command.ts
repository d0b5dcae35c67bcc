import { finished } from 'node:stream/promises';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../events/clock.ts';
import { badRequest, internalError, isRejection, type Rejection, statusOf } from '../../kinds/rejection.ts';
import type { Channels, Wanted } from './channels.ts';
import { acceptSpdyChannels } from './spdy-channels.ts';
import { type TerminalSize, terminalSizes } from './terminal-size.ts';
import { refuseUpgrade, type Upgrade, upgradeOf, upgradeRequired } from './upgrade.ts';
import { acceptWebSocketChannels } from './websocket-channels.ts';

export type { Wanted } from './channels.ts';
export type { TerminalSize } from './terminal-size.ts';
export { type Upgrade, upgradeRequired } from './upgrade.ts';

/** How a command ended: with its exit code, or why it could not be run or watched to its end. */
export type Outcome = { readonly exitCode: number } | { readonly failed: string } | Rejection;

/** The client's end of an exec or attach. What was not asked for is undefined. */
export interface RemoteCommand {
  /** Ends when the client ends it; is destroyed when the client goes away. */
  readonly stdin: Readable | undefined;
  /** Written to until {@link done}; a slow client holds the writer back. */
  readonly stdout: Writable | undefined;
  /** Never with a terminal: there all output is one. */
  readonly stderr: Writable | undefined;
  /** The sizes that the client's terminal takes on, the first one soon; only with `tty`. */
  readonly resize: AsyncIterable<TerminalSize> | undefined;
  /** Waits until all output is written, tells the client how it ended, and closes. Resolves at once when it is gone. */
  done(outcome: Outcome): Promise<void>;
  /** Resolves when the client is gone: with why the connection broke, or undefined when it ended in order. */
  readonly closed: Promise<Error | undefined>;
}

/** What the query of an exec (`command=sh&stdin=true…`) or attach asks for. */
export const wantedIn = (query: URLSearchParams): Wanted | Rejection => {
  const asked = (name: string) => ['true', '1'].includes(query.get(name) ?? '');
  const tty = asked('tty');
  const wanted = { stdin: asked('stdin'), stdout: asked('stdout'), stderr: asked('stderr') && !tty, tty };
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr)
    return badRequest('you must specify at least 1 of stdin, stdout, stderr');
  return wanted;
};

/** What the error channel says, in upstream's words. */
const statusFor = (outcome: Outcome): object => {
  if (isRejection(outcome)) return statusOf(outcome);
  if ('failed' in outcome) return statusOf(internalError(`error executing command in container: ${outcome.failed}`));
  if (outcome.exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${outcome.exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(outcome.exitCode) }] },
  };
};

/** Clients of version 4 and later read a Status; older ones a text, and nothing when all went well. */
const errorText = (version: number, outcome: Outcome): string => {
  const status = statusFor(outcome);
  if (version >= 4) return JSON.stringify(status);
  return 'message' in status ? String(status.message) : '';
};

const endOf = async (output: Writable | undefined, text = ''): Promise<void> => {
  if (!output || output.destroyed || output.writableEnded) return;
  if (text !== '') output.write(text);
  output.end();
  await finished(output, { readable: false });
};

const commandOf = (channels: Channels): RemoteCommand => {
  const { stdin, stdout, stderr, error, resize, closed } = channels;
  // A client that goes away breaks what is written to it; `closed` tells of that.
  for (const stream of [stdin, stdout, stderr, error, resize]) stream?.on('error', () => undefined);
  return {
    stdin,
    stdout,
    stderr,
    resize: resize && terminalSizes(resize),
    done: async (outcome) => {
      // What breaks, breaks because the client gave it up; the rest is told all the same.
      const said = async () => {
        await Promise.allSettled([endOf(stdout), endOf(stderr)]);
        await Promise.allSettled([endOf(error, errorText(channels.version, outcome))]);
      };
      await Promise.race([said(), closed]);
      channels.close();
    },
    closed,
  };
};

/**
 * Answers the upgrade request of an exec or attach, by SPDY/3.1 or WebSocket as the client wants. A refusal is sent to the
 * client before it is returned, for the record; it may also come 30 s later, when the client opened no streams.
 */
export const acceptRemoteCommand = async (
  upgrade: Upgrade,
  wanted: Wanted,
  clock: Clock,
): Promise<RemoteCommand | Rejection> => {
  const how = upgradeOf(upgrade.request);
  if (how === undefined) return refuseUpgrade(upgrade, upgradeRequired());
  const channels = await (how === 'spdy' ? acceptSpdyChannels : acceptWebSocketChannels)(upgrade, wanted, clock);
  return isRejection(channels) ? channels : commandOf(channels);
};
