import type { Chance, Clock } from '../events/clock.ts';
import type { EventLog } from '../events/log.ts';
import type { Submit } from '../commands/outcome.ts';
import type { Orders } from '../commands/orders/orders.ts';
import type { Kind } from '../kinds/kind.ts';
import type { History } from '../projections/history.ts';
import type { Past } from '../projections/past.ts';
import type { Projection } from '../projections/world.ts';
import type { Authenticate } from './auth/authenticate.ts';
import type { Authorize } from './auth/authorize.ts';
import type { Tokens } from './auth/tokens.ts';

/** One thing that must be well before the server is ready. */
export interface Check {
  readonly name: string;
  /** What is wrong; undefined when nothing is. */
  readonly failing: () => string | undefined;
}

/** What went wrong behind a request that the server could only answer with 500, or in the background. */
export interface Trouble {
  readonly what: string;
  readonly error: unknown;
}

/** What the API stands on. */
export interface ApiSurroundings {
  readonly projection: Projection;
  readonly history: History;
  readonly past: Past;
  readonly log: EventLog;
  readonly submit: Submit;
  readonly orders: Orders;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly checks?: readonly Check[];
  /** A node's agent lives: it connected, or sent a heartbeat. */
  readonly heard?: (node: string, at: number) => void;
  /** A node's agent is no longer connected. */
  readonly lost?: (node: string) => void;
  readonly report: (trouble: Trouble) => void;
}
