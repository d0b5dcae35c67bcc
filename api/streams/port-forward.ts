import { createWebSocketStream } from 'ws';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../events/clock.ts';
import { isRejection, type Rejection } from '../../kinds/rejection.ts';
import { acceptSpdy, type SpdyConnection, type SpdyStream } from './spdy.ts';
import { negotiate, streamCreationMsMax } from './spdy-channels.ts';
import { protocolsIn, refuseUpgrade, switchToSpdy, type Upgrade, upgradeOf, upgradeRequired } from './upgrade.ts';
import { acceptWebSocket } from './websocket.ts';

/** One connection that the client forwards. */
export interface ForwardedConnection {
  /** The pod's port, 1 to 65535. */
  readonly port: number;
  /** What goes to the port and comes from it; each side ends by itself. */
  readonly data: Duplex;
  /** Tells the client why there is no connection, or why it broke; then `data` is closed. */
  fail(message: string): void;
}

/** A client's port-forward, which carries many connections. */
export interface PortForward {
  close(): void;
  /** Resolves when the client is gone: with why it broke, or undefined when it ended in order. */
  readonly closed: Promise<Error | undefined>;
}

const protocol = 'portforward.k8s.io';
/** SPDY inside a WebSocket. */
const tunnelProtocol = `SPDY/3.1+${protocol}`;
/** Two streams make one connection. */
const streamsMax = 2 * 1000;

/** Half of a connection that the client has opened: the other stream is to come. */
interface Half {
  readonly stream: SpdyStream;
  readonly kind: 'data' | 'error';
  readonly timer: unknown;
}

const portOf = (stream: SpdyStream): number | undefined => {
  const text = stream.headers.port ?? '';
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port > 0 && port <= 0xffff ? port : undefined;
};

const kindOf = (stream: SpdyStream): Half['kind'] | undefined => {
  const kind = stream.headers.streamtype;
  return kind === 'data' || kind === 'error' ? kind : undefined;
};

const connectionOf = (port: number, data: SpdyStream, error: SpdyStream): ForwardedConnection => {
  // The client sends nothing here; its end must be seen.
  error.resume();
  // The client waits for the end of this stream once it has all that came from the port.
  const end = () => error.end();
  data.once('finish', end).once('close', end);
  return {
    port,
    data,
    fail: (message) => {
      error.end(message);
      data.destroy();
    },
  };
};

/** Finds the two streams of each connection: they carry the same `requestID`, or follow each other in an old client. */
const pairUp = (clock: Clock, onConnection: (connection: ForwardedConnection) => void) => {
  const halves = new Map<string, Half>();
  const drop = (id: string) => {
    const half = halves.get(id);
    if (!half) return;
    halves.delete(id);
    clock.clearTimeout(half.timer);
    half.stream.destroy();
  };
  const add = (stream: SpdyStream) => {
    const kind = kindOf(stream);
    const port = portOf(stream);
    if (!kind || port === undefined) return stream.destroy();
    const id = stream.headers.requestid ?? String(kind === 'error' ? stream.id : stream.id - 2);
    const other = halves.get(id);
    if (!other) {
      halves.set(id, { stream, kind, timer: clock.setTimeout(() => drop(id), streamCreationMsMax) });
      return undefined;
    }
    if (other.kind === kind) return stream.destroy();
    halves.delete(id);
    clock.clearTimeout(other.timer);
    onConnection(kind === 'data' ? connectionOf(port, stream, other.stream) : connectionOf(port, other.stream, stream));
    return undefined;
  };
  return { add, end: () => [...halves.keys()].forEach(drop) };
};

/** The connection to speak SPDY on, once the client has been answered. */
const carrierOf = async (upgrade: Upgrade): Promise<Duplex | Rejection> => {
  const how = upgradeOf(upgrade.request);
  if (how === undefined) return refuseUpgrade(upgrade, upgradeRequired());
  if (how === 'websocket') {
    const tunnel = await acceptWebSocket(upgrade, [tunnelProtocol]);
    return isRejection(tunnel) ? tunnel : createWebSocketStream(tunnel.socket);
  }
  const agreed = negotiate(protocolsIn(upgrade.request.headers['x-stream-protocol-version']), [protocol]);
  if (isRejection(agreed)) return refuseUpgrade(upgrade, agreed);
  switchToSpdy(upgrade, protocol);
  return upgrade.socket;
};

/**
 * Answers the upgrade request of a port-forward, over SPDY/3.1 or a WebSocket that carries it. A refusal is sent to the
 * client before it is returned.
 */
export const acceptPortForward = async (
  upgrade: Upgrade,
  onConnection: (connection: ForwardedConnection) => void,
  clock: Clock,
): Promise<PortForward | Rejection> => {
  const carrier = await carrierOf(upgrade);
  if (isRejection(carrier)) return carrier;
  const pairs = pairUp(clock, onConnection);
  const connection: SpdyConnection = acceptSpdy(carrier, { clock, streamsMax, onStream: pairs.add });
  void connection.closed.then(pairs.end);
  return connection;
};
