import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { authenticator } from '../../api/auth/authenticate.ts';
import { adminIdentity, type Authority, openAuthority } from '../../api/auth/authority.ts';
import { authorizeByGroup } from '../../api/auth/authorize.ts';
import { serviceAccountTokens } from '../../api/auth/tokens.ts';
import type { ApiSurroundings, Trouble } from '../../api/here.ts';
import { startApi } from '../../api/start.ts';
import { realChance, realClock } from '../../events/clock.ts';
import { memorySnapshots } from '../../events/memory.ts';
import { memoryOrders } from '../../commands/orders/memory.ts';
import type { Identity } from '../../events/event.ts';
import { kinds } from '../../kinds/index.ts';
import { keepHistory } from '../../projections/history.ts';
import { keepSnapshots } from '../../projections/keeper.ts';
import { openPast } from '../../projections/past.ts';
import { openDoor } from './door.ts';

/** What a client got. */
export interface Got {
  readonly code: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  readonly json: () => Json;
}

/** Whatever a server answers; a spec says what it expects of it. */
export interface Json {
  readonly [key: string]: Json;
}

/** A list in what a server answered. */
export const items = (list: Json | undefined): readonly Json[] => list as unknown as readonly Json[];

/** A text in what a server answered. */
export const textIn = (value: Json | undefined): string => value as unknown as string;

/** What a client sends beside method and path. */
export interface Sending {
  /** An object is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: the admin. */
  readonly as?: Agent;
}

/** A watch as its client reads it. */
export interface Watching {
  readonly code: number;
  /** The next event; undefined once the stream has ended. */
  next(): Promise<Json | undefined>;
  /** The next `count` events. */
  take(count: number): Promise<readonly Json[]>;
  close(): void;
}

/** One authority for all specs: making keys takes time. */
let authority: Promise<{ authority: Authority; dir: string }> | undefined;
const sharedAuthority = () =>
  (authority ??= (async () => {
    const dir = await mkdtemp(join(tmpdir(), 'reckon-api-'));
    process.once('exit', () => void rm(dir, { recursive: true, force: true }));
    return { authority: await openAuthority(dir, { clock: realClock, chance: realChance }), dir };
  })());

const bytesOf = (body: unknown): string | Buffer | undefined => {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body;
  return JSON.stringify(body);
};

/** A whole API on a free port of this machine, over a log in memory; no controllers, no nodes. Time moves when a spec says so. */
export const openApi = async (more: Partial<ApiSurroundings> = {}, { changesMax = 1_024, everyEvents = 50 } = {}) => {
  const { authority: root } = await sharedAuthority();
  const door = openDoor();
  const { log, projection, clock, world } = door;
  const snapshots = memorySnapshots();
  const troubles: Trouble[] = [];
  const onError = (error: unknown) => troubles.push({ what: 'snapshots', error });
  const keeper = keepSnapshots({ projection, snapshots, everyEvents, onError });
  const past = openPast({ log, snapshots, kinds });
  const history = keepHistory({ projection, past, kinds, changesMax });
  const name = 'https://kubernetes.default.svc.cluster.local';
  const tokens = serviceAccountTokens({
    key: root.serviceAccountKey,
    issuer: name,
    audience: name,
    clock,
    chance: realChance,
    world,
  });
  const orders = memoryOrders();
  const surroundings: ApiSurroundings = {
    projection,
    history,
    past,
    log,
    submit: door.submit,
    orders,
    kinds,
    authenticate: authenticator([], tokens),
    authorize: authorizeByGroup,
    tokens,
    clock,
    chance: realChance,
    report: (trouble) => troubles.push(trouble),
    ...more,
  };
  const listening = {
    host: '127.0.0.1',
    port: 0,
    credential: await root.serving(['localhost', '127.0.0.1']),
    authority: root.certificate,
    version: '0.0.0',
  };
  const api = await startApi(surroundings, listening);
  const agents: Agent[] = [];

  const clientOf = async (identity: Identity): Promise<Agent> => {
    const { certificate, key } = await root.client(identity);
    const agent = new Agent({ ca: root.certificate, cert: certificate, key, keepAlive: true });
    agents.push(agent);
    return agent;
  };
  const admin = await clientOf(adminIdentity);
  const nobody = new Agent({ ca: root.certificate, keepAlive: true });
  agents.push(nobody);

  const start = (method: string, path: string, { body, headers = {}, as = admin }: Sending = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const bytes = bytesOf(body);
      const typed = typeof body === 'object' && !Buffer.isBuffer(body) ? { 'Content-Type': 'application/json' } : {};
      const length =
        bytes === undefined || 'Transfer-Encoding' in headers ? {} : { 'Content-Length': Buffer.byteLength(bytes) };
      const asked = httpsRequest(
        { host: '127.0.0.1', port: api.port, method, path, agent: as, headers: { ...typed, ...length, ...headers } },
        resolve,
      );
      asked.on('error', reject);
      asked.end(bytes);
    });

  const send = async (method: string, path: string, sending?: Sending): Promise<Got> => {
    const response = await start(method, path, sending);
    const body = await text(response);
    return {
      code: response.statusCode ?? 0,
      headers: response.headers,
      text: body,
      json: () => JSON.parse(body) as Json,
    };
  };

  const watch = async (path: string, sending?: Sending): Promise<Watching> => {
    const response = await start('GET', path, sending);
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await lines.next();
      return done ? undefined : (JSON.parse(value) as Json);
    };
    return {
      code: response.statusCode ?? 0,
      next,
      take: async (count) => {
        const events: Json[] = [];
        while (events.length < count) {
          const event = await next();
          if (!event) throw new Error(`the watch ended after ${events.length} events of ${count}`);
          events.push(event);
        }
        return events;
      },
      close: () => response.destroy(),
    };
  };

  return {
    ...door,
    api,
    orders,
    history,
    past,
    snapshots,
    tokens,
    authority: root,
    /** What the server could only report. */
    troubles,
    clientOf,
    /** A client that shows no certificate. */
    admin,
    nobody,
    send,
    get: (path: string, sending?: Sending) => send('GET', path, sending),
    post: (path: string, body: unknown, sending?: Sending) => send('POST', path, { ...sending, body }),
    put: (path: string, body: unknown, sending?: Sending) => send('PUT', path, { ...sending, body }),
    patch: (path: string, body: unknown, type = 'merge', sending?: Sending) =>
      send('PATCH', path, {
        ...sending,
        body: bytesOf(body),
        headers: { 'Content-Type': `application/${type}-patch+json`, ...sending?.headers },
      }),
    remove: (path: string, body?: unknown, sending?: Sending) => send('DELETE', path, { ...sending, body }),
    watch,
    close: async () => {
      for (const agent of agents) agent.destroy();
      const closed = api.close();
      // What a spec left open does not get the time to finish.
      clock.advance(2_000);
      await closed;
      await keeper.stop();
      history.stop();
      door.close();
    },
  };
};

export type SpecApi = Awaited<ReturnType<typeof openApi>>;
