import { hostname, networkInterfaces } from 'node:os';
import type { Logger } from 'pino';
import { startControllers } from '../actors/start.ts';
import { authenticator } from '../api/auth/authenticate.ts';
import { type Authority, openAuthority } from '../api/auth/authority.ts';
import { authorizeByGroup } from '../api/auth/authorize.ts';
import { keepServing, servingNames } from '../api/auth/serving-names.ts';
import { serviceAccountTokens } from '../api/auth/tokens.ts';
import { startApi } from '../api/start.ts';
import { admissions } from '../commands/admission/index.ts';
import { reservationsIn } from '../commands/claims/index.ts';
import { openEmbeddedOrders } from '../commands/orders/embedded.ts';
import { submitTo } from '../commands/submit.ts';
import { realChance, realClock } from '../events/clock.ts';
import { openEmbeddedLog } from '../events/embedded/log.ts';
import { openEmbeddedSnapshots } from '../events/embedded/snapshots.ts';
import { kinds } from '../kinds/index.ts';
import { keepHistory } from '../projections/history.ts';
import { keepSnapshots } from '../projections/keeper.ts';
import { openPast } from '../projections/past.ts';
import { showsOf } from '../projections/shows.ts';
import { wakeWorld } from '../projections/wake.ts';
import { projectWorld } from '../projections/world.ts';
import { firstClusterIP, hostAddress, serviceCIDR } from './network.ts';
import type { Places } from './places.ts';
import { reckonVersion } from './version.ts';

/** A control plane at work. */
export interface Server {
  readonly port: number;
  readonly authority: Authority;
  /** Lets what is under way finish, keeps what a restart would have to fold again, lets go of the folder. */
  stop(): Promise<void>;
}

export interface ServerSettings {
  readonly places: Places;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Logger;
}

/** What tokens say of who issued them and for whom; a name every pod can resolve one day. */
const issuer = 'https://kubernetes.default.svc.cluster.local';
const certificateLookMs = 60_000;

/** All that this machine is called. */
const names = () => servingNames({ name: hostname(), interfaces: networkInterfaces() }, firstClusterIP);

/** The control plane in one process, on its embedded log and orders. The one place that names their adapters. */
export const wireServer = async ({ places, host, port, log }: ServerSettings): Promise<Server> => {
  const clock = realClock;
  const chance = realChance;
  const report = ({ what, error }: { readonly what: string; readonly error: unknown }) => log.error({ error }, what);

  const tell = (what: string, error?: unknown) => report({ what, error });
  const eventLog = await openEmbeddedLog({ directory: places.log, clock, report: tell });
  const snapshots = await openEmbeddedSnapshots({ directory: places.log, head: await eventLog.head(), report: tell });
  const orders = await openEmbeddedOrders({ directory: places.orders });
  const authority = await openAuthority(places.authority, { clock, chance });

  const projection = projectWorld(kinds);
  const { world } = projection;
  const shows = showsOf(projection);
  // Before the World wakes: what it reads from the log has to be kept as well.
  const keeper = keepSnapshots({
    projection,
    snapshots,
    onError: (error) => report({ what: 'snapshots were not kept', error }),
  });
  const following = await wakeWorld({
    projection,
    log: eventLog,
    snapshots,
    onError: (error) => report({ what: 'the World no longer follows the log', error }),
  });
  const past = openPast({ log: eventLog, snapshots, kinds });
  const history = keepHistory({ projection, past, kinds });
  const submit = submitTo({
    log: eventLog,
    world,
    kinds,
    admissions,
    reservations: reservationsIn(serviceCIDR),
    shows,
  });

  const tokens = serviceAccountTokens({
    key: authority.serviceAccountKey,
    issuer,
    audience: issuer,
    clock,
    chance,
    world,
  });
  const credential = await authority.serving(names());
  const controllers = startControllers({
    projection,
    kinds,
    submit,
    orders,
    clock,
    shows,
    apiServer: { address: hostAddress(), port, serviceCidr: serviceCIDR },
    authority: authority.certificate,
    report: ({ controller, key, error, failures }) =>
      log.warn({ controller, key, failures, error }, 'a turn of a controller failed'),
  });
  const api = await startApi(
    {
      projection,
      history,
      past,
      log: eventLog,
      submit,
      orders,
      kinds,
      authenticate: authenticator([], tokens),
      authorize: authorizeByGroup,
      tokens,
      clock,
      chance,
      heard: controllers.heard,
      report,
    },
    { host, port, credential, authority: authority.certificate, version: reckonVersion },
  );
  const stopLooking = keepServing({
    authority,
    credential,
    names,
    clock,
    everyMs: certificateLookMs,
    onRenewed: (renewed) => api.renew(renewed),
    onError: (error) => report({ what: 'the serving certificate was not renewed', error }),
  });

  return {
    port: api.port,
    authority,
    stop: async () => {
      stopLooking();
      await api.close();
      controllers.stop();
      await keeper.stop();
      following.unsubscribe();
      await orders.close();
      await snapshots.close();
      await eventLog.close();
    },
  };
};
