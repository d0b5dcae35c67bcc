import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Lane } from '../commands/lane.ts';
import type { Identity } from '../events/event.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Rejection } from '../kinds/rejection.ts';
import type { Links } from './agents/links.ts';
import type { Answer, Streamed } from './answer.ts';
import type { Bytes } from './bytes.ts';
import type { ApiSurroundings } from './here.ts';
import type { Reading } from './reading.ts';
import type { Watchers } from './watch/watchers.ts';

/** One request on its way through the API. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without the query, and without the prefix of the past. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly who: Identity;
  /** The moment to look at, as the client wrote it; undefined means now. */
  readonly when: string | undefined;
}

/** The object or collection that a path names. */
export interface Target {
  readonly kind: Kind;
  /** Empty for cluster-scoped objects and for all namespaces. */
  readonly namespace: string;
  /** Empty for a collection. */
  readonly name: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

/** What verbs work with. */
export interface Here extends ApiSurroundings {
  readonly bytes: Bytes;
  readonly reading: Reading;
  readonly watchers: Watchers;
  /** Connections of the nodes' agents. */
  readonly links: Links;
  /** Patches of one object, one after the other. */
  readonly patches: Lane;
}

export type Reply = Answer | Rejection | Streamed;

/** One verb on one resource. */
export type Verb = (visit: Visit, target: Target, here: Here) => Reply | Promise<Reply>;
