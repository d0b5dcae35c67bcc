import type { Clock } from '../../events/clock.ts';
import { isRejection, type Rejection, timeout } from '../../kinds/rejection.ts';
import { type Channels, versionOf, type Wanted } from './channels.ts';
import { acceptSpdy, type SpdyStream } from './spdy.ts';
import { noCommonProtocol, protocolsIn, refuseUpgrade, switchToSpdy, type Upgrade } from './upgrade.ts';

/** Newest first. */
const served = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'];
/** The client has this long to open the streams it asked for. */
export const streamCreationMsMax = 30_000;

/** The protocol that client and server both speak: the first that the client names. A client of 1.0 names none. */
export const negotiate = (offered: readonly string[], accepted: readonly string[]): string | Rejection => {
  if (offered.length === 0) return '';
  return offered.find((protocol) => accepted.includes(protocol)) ?? noCommonProtocol(offered, accepted);
};

const namesOf = ({ stdin, stdout, stderr, tty }: Wanted, version: number): readonly string[] => [
  'error',
  ...(stdin ? ['stdin'] : []),
  ...(stdout ? ['stdout'] : []),
  ...(stderr && !tty ? ['stderr'] : []),
  ...(tty && version >= 3 ? ['resize'] : []),
];

/** Answers an exec or attach over SPDY/3.1: switches protocols, and waits for the streams that the client asked for. */
export const acceptSpdyChannels = async (
  upgrade: Upgrade,
  wanted: Wanted,
  clock: Clock,
): Promise<Channels | Rejection> => {
  const protocol = negotiate(protocolsIn(upgrade.request.headers['x-stream-protocol-version']), served);
  if (isRejection(protocol)) return refuseUpgrade(upgrade, protocol);
  const version = versionOf(protocol);
  const names = namesOf(wanted, version);
  const streams = new Map<string, SpdyStream>();
  const all = Promise.withResolvers<'all' | 'gone' | 'late'>();
  switchToSpdy(upgrade, protocol);
  const connection = acceptSpdy(upgrade.socket, {
    clock,
    streamsMax: 8,
    onStream: (stream) => {
      const name = stream.headers.streamtype ?? '';
      if (!names.includes(name) || streams.has(name)) return stream.destroy();
      streams.set(name, stream);
      // Nothing comes on these, but their end must be seen.
      if (name !== 'stdin' && name !== 'resize') stream.resume();
      if (streams.size === names.length) all.resolve('all');
      return undefined;
    },
  });
  void connection.closed.then(() => all.resolve('gone'));
  const timer = clock.setTimeout(() => all.resolve('late'), streamCreationMsMax);
  const outcome = await all.promise;
  clock.clearTimeout(timer);
  const error = streams.get('error');
  if (outcome !== 'all' || !error) {
    connection.close();
    return timeout('timed out waiting for client to create streams', 0);
  }
  return {
    version,
    stdin: streams.get('stdin'),
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    error,
    resize: streams.get('resize'),
    close: connection.close,
    closed: connection.closed,
  };
};
