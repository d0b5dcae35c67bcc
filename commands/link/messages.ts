import type { Command } from '../../kinds/command.ts';
import type { Rejection } from '../../kinds/rejection.ts';
import type { Reading } from '../orders/orders.ts';

/**
 * The words on an agent's one connection to the control plane: a WebSocket that the agent opens at {@link linkPath} with its
 * client certificate. Text frames hold one message each as JSON; binary frames carry the bytes of calls, see `frames.ts`.
 */
export const linkPath = '/reckon/v1/link';
/** Spoken by both ends; refused with a clear error when the other speaks another. */
export const linkProtocol = 'v1.link.reckon.dev';
/** Largest text frame, in bytes: an order holds one pod. */
export const messageBytesMax = 4 * 2 ** 20;

/** The object an agent may ask for: only what a pod ordered to its node mounts or names. */
export type Want =
  | {
      readonly kind: 'Secret' | 'ConfigMap';
      readonly namespace: string;
      readonly name: string;
      readonly podUid: string;
    }
  | {
      readonly kind: 'Token';
      readonly namespace: string;
      readonly serviceAccount: string;
      readonly podUid: string;
      readonly audience: string;
      readonly expirationSeconds: number;
    };

/** Where a call goes: a container of a pod on this node. */
export interface Target {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** What the control plane asks of an agent for a client that waits: its bytes flow in binary frames until either end closes. */
export type Call =
  | {
      readonly verb: 'logs';
      readonly target: Target;
      readonly follow: boolean;
      readonly previous: boolean;
      readonly timestamps: boolean;
      readonly tailLines?: number;
      readonly limitBytes?: number;
      /** RFC 3339. */
      readonly since?: string;
    }
  | {
      readonly verb: 'exec';
      readonly target: Target;
      readonly command: readonly string[];
      readonly tty: boolean;
      readonly stdin: boolean;
      readonly stdout: boolean;
      readonly stderr: boolean;
    }
  | {
      readonly verb: 'attach';
      readonly target: Target;
      readonly tty: boolean;
      readonly stdin: boolean;
      readonly stdout: boolean;
      readonly stderr: boolean;
    }
  | { readonly verb: 'portForward'; readonly target: Target; readonly port: number };

/** How a call ended. `exitCode` for exec and attach; `error` says what went wrong, in a sentence. */
export interface Ending {
  readonly exitCode?: number;
  readonly error?: string;
}

export type FromAgent =
  | { readonly type: 'Report'; readonly id: number; readonly command: Command }
  | { readonly type: 'Fetch'; readonly id: number; readonly want: Want }
  /** Nothing but life, every {@link heartbeatMs}; never recorded. */
  | { readonly type: 'Heartbeat' }
  | { readonly type: 'Began'; readonly call: number }
  | { readonly type: 'Ended'; readonly call: number; readonly ending: Ending };

export type FromServer =
  | { readonly type: 'Reading'; readonly reading: Reading }
  /** The door has answered; a rejection is the agent's to understand. */
  | { readonly type: 'Reported'; readonly id: number; readonly rejection?: Rejection }
  | { readonly type: 'Fetched'; readonly id: number; readonly object?: unknown; readonly rejection?: Rejection }
  | { readonly type: 'Call'; readonly call: number; readonly asked: Call }
  | { readonly type: 'Resize'; readonly call: number; readonly width: number; readonly height: number }
  /** The client is gone: stop. */
  | { readonly type: 'Hangup'; readonly call: number };

/** How often an agent says that it lives. */
export const heartbeatMs = 10_000;
/** Each end gives up a connection on which the other is silent for so long. */
export const silenceMsMax = 3 * heartbeatMs;
/** With this code the server closes a connection when another one of the same node took its place. */
export const replacedCode = 4000;
