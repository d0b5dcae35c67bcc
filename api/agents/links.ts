import { Subscription } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeFrame, encodeFrame } from '../../commands/link/frames.ts';
import {
  type Call,
  type FromAgent,
  type FromServer,
  heartbeatMs,
  linkProtocol,
  messageBytesMax,
  replacedCode,
  silenceMsMax,
} from '../../commands/link/messages.ts';
import type { Reading } from '../../commands/orders/orders.ts';
import type { Identity } from '../../events/event.ts';
import type { Pod } from '../../kinds/pod.ts';
import { internalError, isRejection, type Rejection } from '../../kinds/rejection.ts';
import type { World } from '../../projections/world.ts';
import type { Here } from '../visit.ts';
import type { Upgrade } from '../streams/upgrade.ts';
import { takeReport } from './reports.ts';
import { type OpenCall, openServerCall, type ServerCall } from './server-call.ts';
import { answerWant } from './wants.ts';

/** The connections of all agents. */
export interface Links {
  /** Takes in a node's connection; one it had before is closed. */
  accept(upgrade: Upgrade, node: string, identity: Identity): void;
  /** Begins a call on a node; `undefined` when that node is not connected. */
  call(node: string, asked: Call): ServerCall | undefined;
  close(): void;
}

/** What a connection has not taken in yet; one that lags further behind is closed, and reads all orders again. */
const behindBytesMax = 64 * 2 ** 20;
const callsMax = 1_000;

interface Link {
  readonly socket: WebSocket;
  readonly calls: Map<number, OpenCall>;
  /** Of its orders. */
  readonly reading: Subscription;
  count: number;
}

/** An order with the pod as it is by now: an agent that has just started learns what was reported before it. */
const asOfNow = (world: World, reading: Reading): Reading => {
  if (reading.type !== 'RunPod') return reading;
  const { namespace = '', name, uid } = reading.pod.metadata;
  const pod = world.get<Pod>({ resource: 'pods', namespace, name });
  return pod?.metadata.uid === uid ? { ...reading, pod } : reading;
};

/** The server's ends of the agents' connections. */
export const openLinks = (
  here: Pick<Here, 'projection' | 'submit' | 'orders' | 'tokens' | 'clock' | 'heard' | 'lost' | 'report'>,
): Links => {
  const { projection, submit, orders, tokens, clock, heard, lost, report } = here;
  const { world } = projection;
  const links = new Map<string, Link>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
    handleProtocols: (asked) => (asked.has(linkProtocol) ? linkProtocol : false),
  });

  const say = ({ socket }: Link, message: FromServer) => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(JSON.stringify(message));
    if (socket.bufferedAmount > behindBytesMax) socket.terminate();
  };

  /** What a node asks of us is answered whatever happens: one that is not is asked again, for ever. */
  const answerOr = async <T>(node: string, answer: Promise<T>): Promise<T | Rejection> => {
    try {
      return await answer;
    } catch (error) {
      report({ what: `a message of node ${node}`, error });
      return internalError(error instanceof Error ? error.message : String(error));
    }
  };

  const hear = async (link: Link, node: string, identity: Identity, message: FromAgent): Promise<void> => {
    switch (message.type) {
      case 'Heartbeat':
        return heard?.(node, clock.now());
      case 'Report': {
        const taken = takeReport({ world, submit, orders }, node, identity, message.command);
        const rejection = await answerOr(node, taken);
        return say(link, { type: 'Reported', id: message.id, ...(rejection && { rejection }) });
      }
      case 'Fetch': {
        const answer = await answerOr(node, answerWant({ world, tokens }, node, message.want));
        const part = isRejection(answer) ? { rejection: answer } : { object: answer };
        return say(link, { type: 'Fetched', id: message.id, ...part });
      }
      case 'Began':
        return link.calls.get(message.call)?.began();
      case 'Ended':
        link.calls.get(message.call)?.ended(message.ending);
        link.calls.delete(message.call);
    }
  };

  /** Nothing more is said on a connection, nor heard. */
  const retire = (link: Link, node: string) => {
    link.reading.unsubscribe();
    link.socket.removeAllListeners('message');
    for (const { ended } of link.calls.values()) ended({ error: `the connection to node ${node} was lost` });
    link.calls.clear();
  };

  /** Hears that the other end lives; gives the connection up when it does not. Returns how to stop. */
  const listen = (socket: WebSocket): (() => void) => {
    let heardAt = clock.now();
    let timer: unknown;
    const look = () => {
      if (clock.now() - heardAt > silenceMsMax) socket.terminate();
      timer = clock.setTimeout(look, heartbeatMs);
    };
    look();
    socket.on('message', () => {
      heardAt = clock.now();
    });
    return () => clock.clearTimeout(timer);
  };

  const open = (socket: WebSocket, node: string, identity: Identity) => {
    const before = links.get(node);
    if (before) {
      retire(before, node);
      before.socket.close(replacedCode, 'another connection of this node took its place');
    }
    const link: Link = { socket, calls: new Map(), count: 0, reading: new Subscription() };
    links.set(node, link);
    heard?.(node, clock.now());

    const trouble = (error: unknown) => {
      report({ what: `a message of node ${node}`, error });
      socket.close(1008, 'that was not understood');
    };
    const hearText = async (text: string) => hear(link, node, identity, JSON.parse(text) as FromAgent);
    socket.on('message', (bytes: Buffer, isBinary) => {
      const frame = isBinary ? decodeFrame(bytes) : undefined;
      if (frame) link.calls.get(frame.call)?.frame(frame);
      // An agent is believed to speak the protocol; what it asks for is checked where it is carried out.
      if (!isBinary) hearText(bytes.toString('utf8')).catch(trouble);
    });
    const deafen = listen(socket);
    link.reading.add(
      orders.forNode(node).subscribe((one) => say(link, { type: 'Reading', reading: asOfNow(world, one) })),
    );
    socket.on('error', (error) => report({ what: `the connection of node ${node}`, error }));
    socket.on('close', () => {
      deafen();
      retire(link, node);
      if (links.get(node) !== link) return;
      links.delete(node);
      lost?.(node);
    });
  };

  return {
    accept: ({ request, socket, head }, node, identity) =>
      server.handleUpgrade(request, socket, head, (opened) => open(opened, node, identity)),
    call: (node, asked) => {
      const link = links.get(node);
      if (!link || link.calls.size >= callsMax) return undefined;
      const number = ++link.count;
      const opened = openServerCall(number, {
        sendFrame: (frame) => {
          if (link.socket.readyState === link.socket.OPEN) link.socket.send(encodeFrame(frame));
        },
        resize: ({ width, height }) => say(link, { type: 'Resize', call: number, width, height }),
        hangUp: () => {
          link.calls.delete(number);
          say(link, { type: 'Hangup', call: number });
        },
      });
      link.calls.set(number, opened);
      say(link, { type: 'Call', call: number, asked });
      return opened.call;
    },
    close: () => {
      for (const { socket } of links.values()) socket.close(1001, 'the server ends');
      server.close();
    },
  };
};
