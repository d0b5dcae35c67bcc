import { Observable, Subject } from 'rxjs';
import { WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../commands/link/frames.ts';
import {
  type FromAgent,
  type FromServer,
  heartbeatMs,
  linkPath,
  linkProtocol,
  messageBytesMax,
  replacedCode,
  silenceMsMax,
} from '../commands/link/messages.ts';
import type { Reading } from '../commands/orders/orders.ts';
import type { Chance, Clock } from '../events/clock.ts';
import { type ControlPlane, FetchFailed, type Incoming } from './control-plane.ts';
import { type LinkCall, openLinkCall } from './link-call.ts';
import { openTellings } from './tellings.ts';

/** Where the control plane is, and who we are to it. All PEM. */
export interface LinkTarget {
  /** `https://host:port`. */
  readonly server: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly node: string;
}

export interface LinkTools {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Hears of each connection made and lost. */
  readonly log: (text: string) => void;
}

const retryMsMin = 100;
const retryMsMax = 5_000;
const fetchMsMax = 10_000;
/** When what the control plane could not take just then is told again. */
const tellAgainMs = 1_000;

interface Pending {
  readonly resolve: (object: unknown) => void;
  readonly reject: (error: FetchFailed) => void;
  readonly timer: unknown;
}

/** The agent's one connection to the control plane, made anew whenever it is lost. */
export const linkTo = (target: LinkTarget, { clock, chance, log }: LinkTools): ControlPlane => {
  const readings = new Subject<Reading>();
  const calls = new Subject<Incoming>();
  const tellings = openTellings(target.node, clock, chance);
  const pending = new Map<number, Pending>();
  const underWay = new Map<number, LinkCall>();
  let socket: WebSocket | undefined;
  let started = false;
  let closed = false;
  let fetches = 0;
  let heardAt = 0;
  let beat: unknown;
  let retryMs = retryMsMin;
  let retry: unknown;
  let again: unknown;

  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const say = (message: FromAgent) => {
    if (isOpen()) socket?.send(JSON.stringify(message));
  };

  const answerCall = (call: number, message: Extract<FromServer, { type: 'Call' }>) => {
    const made = openLinkCall(call, message.asked, {
      sendFrame: (frame) => {
        if (isOpen()) socket?.send(encodeFrame(frame));
      },
      began: () => say({ type: 'Began', call }),
      ended: (ending) => {
        underWay.delete(call);
        say({ type: 'Ended', call, ending });
      },
    });
    underWay.set(call, made);
    calls.next(made.incoming);
  };

  const tellAll = () => {
    again = undefined;
    for (const { id, command } of tellings.unanswered()) say({ type: 'Report', id, command });
  };

  const settle = (id: number, act: (one: Pending) => void) => {
    const one = pending.get(id);
    if (!one) return;
    pending.delete(id);
    clock.clearTimeout(one.timer);
    act(one);
  };

  const hear = (message: FromServer) => {
    switch (message.type) {
      case 'Reading':
        return readings.next(message.reading);
      case 'Reported':
        if (message.rejection?.rejected === 'ServiceUnavailable') again ??= clock.setTimeout(tellAll, tellAgainMs);
        else tellings.answer(message.id, message.rejection);
        return;
      case 'Fetched': {
        const { rejection, object } = message;
        return settle(message.id, ({ resolve, reject }) =>
          rejection ? reject(new FetchFailed(rejection.message, rejection)) : resolve(object),
        );
      }
      case 'Call':
        return answerCall(message.call, message);
      case 'Resize':
        return underWay.get(message.call)?.resize({ columns: message.width, rows: message.height });
      case 'Hangup':
        underWay.get(message.call)?.hangUp();
        underWay.delete(message.call);
    }
  };

  const live = () => {
    say({ type: 'Heartbeat' });
    socket?.ping();
    if (clock.now() - heardAt > silenceMsMax) socket?.terminate();
    beat = clock.setTimeout(live, heartbeatMs);
  };

  const open = () => {
    const { server, ca, certificate, key } = target;
    const next = new WebSocket(`${server.replace(/^http/, 'ws')}${linkPath}`, [linkProtocol], {
      ca,
      cert: certificate,
      key,
      maxPayload: messageBytesMax,
      perMessageDeflate: false,
      handshakeTimeout: 10_000,
    });
    socket = next;
    next.on('open', () => {
      log(`connected to ${server}`);
      retryMs = retryMsMin;
      heardAt = clock.now();
      tellAll();
      live();
    });
    next.on('message', (bytes: Buffer, isBinary) => {
      heardAt = clock.now();
      // The server is believed to speak the protocol, in JSON at least.
      if (!isBinary) return hear(JSON.parse(bytes.toString('utf8')) as FromServer);
      const frame = decodeFrame(bytes);
      if (frame) underWay.get(frame.call)?.frame(frame);
    });
    next.on('pong', () => {
      heardAt = clock.now();
    });
    next.on('error', (error) => log(`cannot use the connection to ${server}: ${error.message}`));
    next.on('close', (code) => {
      clock.clearTimeout(beat);
      clock.clearTimeout(again);
      again = undefined;
      for (const call of underWay.values()) call.hangUp();
      underWay.clear();
      for (const id of pending.keys())
        settle(id, ({ reject }) => reject(new FetchFailed('the connection to the control plane was lost')));
      if (closed) return;
      if (code === replacedCode) {
        log(`another agent took the place of node ${target.node}: two agents must not have one name`);
        retryMs = retryMsMax;
      }
      retry = clock.setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, retryMsMax);
    });
  };

  return {
    readings: () =>
      new Observable((subscriber) => {
        const subscription = readings.subscribe(subscriber);
        if (!started) open();
        started = true;
        return subscription;
      }),
    tell: (key, wish, answered) => {
      const { id, command } = tellings.add(key, wish, answered);
      say({ type: 'Report', id, command });
    },
    fetch: (want) =>
      new Promise((resolve, reject) => {
        if (!isOpen()) return reject(new FetchFailed('the control plane is not connected'));
        const id = ++fetches;
        const late = () => settle(id, (one) => one.reject(new FetchFailed('the control plane did not answer in time')));
        pending.set(id, { resolve, reject, timer: clock.setTimeout(late, fetchMsMax) });
        say({ type: 'Fetch', id, want });
      }),
    calls: () => calls,
    close: async () => {
      closed = true;
      clock.clearTimeout(beat);
      clock.clearTimeout(retry);
      socket?.terminate();
    },
  };
};
