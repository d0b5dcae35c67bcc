import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { openLanes } from '../commands/lane.ts';
import { openLinks } from './agents/links.ts';
import { openBytes } from './bytes.ts';
import { discoveryPages } from './discovery/pages.ts';
import { answerWith } from './exchange.ts';
import { healthPages } from './health.ts';
import type { ApiSurroundings } from './here.ts';
import { countInFlight } from './in-flight.ts';
import { openMetrics } from './metrics.ts';
import { offeredBy } from './offered.ts';
import { openApiPages } from './openapi/pages.ts';
import { openidPages } from './openid.ts';
import { openReading } from './reading.ts';
import { type Page, routesOf } from './routes.ts';
import { storyPages } from './story.ts';
import { upgradeOf } from './streams/upgrade.ts';
import { answerUpgrades } from './upgrades.ts';
import { versionPage } from './version.ts';
import type { Here } from './visit.ts';
import { openWatchers } from './watch/watchers.ts';

/** What the server shows to prove itself. PEM. */
export interface Credential {
  readonly certificate: string;
  readonly key: string;
}

/** Where and as whom the API listens. */
export interface Listening {
  /** An address, or a name of this machine. */
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly credential: Credential;
  /** The authority whose client certificates are believed. PEM. */
  readonly authority: string;
  /** Reckon's own version: `0.1.0`. */
  readonly version: string;
}

/** The API, listening. */
export interface Api {
  readonly port: number;
  /** Shows another certificate to connections from here on. */
  renew(credential: Credential): void;
  /** Ends watches and streams, lets requests finish that are under way, and stops listening. */
  close(): Promise<void>;
}

/** Longer than clients keep idle connections: the server must not be the first to let go. */
const keepAliveMs = 120_000;
const requestMsMax = 60_000;
const headerBytesMax = 64 * 1024;
/** How long requests may take to finish when the server closes. */
const lastWordsMs = 2_000;

const tlsOf = ({ certificate, key }: Credential, authority: string) => ({ cert: certificate, key, ca: authority });

/** Ends every connection: the idle at once, the others when they have answered, or after a while. */
const closeServer = async (server: Server, { clock }: Here) => {
  const closed = once(server, 'close');
  server.close();
  // Watches have just ended: their connections are idle once that has left.
  setImmediate(() => server.closeIdleConnections());
  const timer = clock.setTimeout(() => server.closeAllConnections(), lastWordsMs);
  await closed;
  clock.clearTimeout(timer);
};

const pagesOf = (here: Here, version: string, metrics: Page): Readonly<Record<string, Page>> => ({
  ...discoveryPages(here.kinds),
  ...healthPages(here),
  ...openidPages(here.tokens),
  ...storyPages(here),
  ...openApiPages(here.kinds, version),
  '/version': versionPage(version),
  '/metrics': metrics,
});

/** Builds the API over its surroundings and listens. Rejects when it cannot (the port is taken). */
export const startApi = async (surroundings: ApiSurroundings, listening: Listening): Promise<Api> => {
  const { credential, authority, host, port, version } = listening;
  // Kinds without verbs are internal.
  const kinds = new Map([...surroundings.kinds].filter(([, { verbs }]) => verbs.length > 0));
  const here: Here = {
    ...surroundings,
    kinds,
    bytes: openBytes(),
    reading: openReading(surroundings),
    watchers: openWatchers(surroundings.projection, surroundings.clock),
    links: openLinks(surroundings),
    patches: openLanes(),
  };
  const inFlight = countInFlight();
  const metrics = openMetrics(here, inFlight);
  const routes = routesOf(kinds.values(), offeredBy, pagesOf(here, version, metrics.page));
  const answer = answerWith({ here, routes, inFlight, observe: metrics.observe });

  const server = createServer({
    ...tlsOf(credential, authority),
    requestCert: true,
    // Who shows none, or one of another authority, is told so by a Status.
    rejectUnauthorized: false,
    keepAliveTimeout: keepAliveMs,
    requestTimeout: requestMsMax,
    maxHeaderSize: headerBytesMax,
    noDelay: true,
    // Whoever would like to speak something else is answered in HTTP.
    shouldUpgradeCallback: (request) => upgradeOf(request) !== undefined,
  });
  server.on('request', (request, response) => void answer(request, response));
  answerUpgrades(server, here, routes);
  server.listen(port, host);
  await once(server, 'listening');

  let closing: Promise<void> | undefined;
  const close = async () => {
    here.watchers.stop();
    here.links.close();
    await closeServer(server, here);
  };

  return {
    // A listening TCP server has such an address.
    port: (server.address() as AddressInfo).port,
    renew: (fresh) => server.setSecureContext(tlsOf(fresh, authority)),
    close: () => (closing ??= close()),
  };
};
