import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Rejection, serviceUnavailable } from '../../kinds/rejection.ts';
import { noCommonProtocol, protocolsIn, refuseUpgrade, type Upgrade } from './upgrade.ts';

/** A WebSocket, and the protocol that both ends agreed on: empty when the client named none. */
export interface Agreed {
  readonly socket: WebSocket;
  readonly protocol: string;
}

/** As upstream's server: a client may send all of its input as one message. */
const messageBytesMax = 32 * 1024 * 1024;

/** The request without its protocols: `ws` refuses upstream's `SPDY/3.1+portforward.k8s.io`, whose name has a slash. */
const withoutProtocols = (request: IncomingMessage): IncomingMessage => {
  const { 'sec-websocket-protocol': _, ...headers } = request.headers;
  // All else of the request is its prototype's.
  return Object.create(request, { headers: { value: headers } }) as IncomingMessage;
};

const shakeHands = ({ request, socket, head }: Upgrade, protocol: string): Promise<Agreed | Rejection> => {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  if (protocol !== '') server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
  return new Promise((resolve) => {
    // A bad handshake is answered by the server itself, which then closes the connection.
    const refused = () => resolve(serviceUnavailable('the WebSocket handshake failed'));
    socket.once('close', refused);
    server.handleUpgrade(withoutProtocols(request), socket, head, (connection) => {
      socket.off('close', refused);
      resolve({ socket: connection, protocol });
    });
  });
};

/**
 * Accepts a WebSocket that speaks one of `served`: the first of these that the client offers. One that offers only others is
 * refused, and so is a bad handshake; either has been answered when this returns.
 */
export const acceptWebSocket = async (upgrade: Upgrade, served: readonly string[]): Promise<Agreed | Rejection> => {
  const offered = protocolsIn(upgrade.request.headers['sec-websocket-protocol']);
  const protocol = offered.length === 0 ? '' : offered.find((one) => served.includes(one));
  if (protocol === undefined) return refuseUpgrade(upgrade, noCommonProtocol(offered, served));
  return shakeHands(upgrade, protocol);
};
