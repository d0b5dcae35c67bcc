/* The API over a durable log, in a process of its own; told what to do, and asked, over IPC. */
import { join } from 'node:path';
import { authenticator } from '../../api/auth/authenticate.ts';
import { adminIdentity, openAuthority } from '../../api/auth/authority.ts';
import { authorizeByGroup } from '../../api/auth/authorize.ts';
import { serviceAccountTokens } from '../../api/auth/tokens.ts';
import { startApi } from '../../api/start.ts';
import { reservationsIn } from '../../commands/claims/index.ts';
import { memoryOrders } from '../../commands/orders/memory.ts';
import { submitTo } from '../../commands/submit.ts';
import { realChance, realClock } from '../../events/clock.ts';
import { openEmbeddedLog } from '../../events/embedded/log.ts';
import { memorySnapshots } from '../../events/memory.ts';
import { kinds } from '../../kinds/index.ts';
import { keepHistory } from '../../projections/history.ts';
import { openPast } from '../../projections/past.ts';
import { showsOf } from '../../projections/shows.ts';
import { wakeWorld } from '../../projections/wake.ts';
import { projectWorld } from '../../projections/world.ts';

const directory = process.argv[2] ?? '';
const clock = realClock;
const onError = (error: unknown) => process.stderr.write(`${String(error)}\n`);
const log = await openEmbeddedLog({
  directory: join(directory, 'log'),
  clock,
  report: (what, error) => onError(`${what} ${String(error)}`),
});
const snapshots = memorySnapshots();
const projection = projectWorld(kinds);
await wakeWorld({ projection, log, snapshots, onError });
const past = openPast({ log, snapshots, kinds });
const { world } = projection;
const submit = submitTo({
  log,
  world,
  kinds,
  admissions: [],
  reservations: reservationsIn('10.96.0.0/16'),
  shows: showsOf(projection),
});
const authority = await openAuthority(join(directory, 'keys'), { clock, chance: realChance });
const name = 'https://kubernetes.default.svc.cluster.local';
const source = { clock, chance: realChance, world, issuer: name, audience: name };
const tokens = serviceAccountTokens({ ...source, key: authority.serviceAccountKey });
const api = await startApi(
  {
    projection,
    past,
    history: keepHistory({ projection, past, kinds }),
    log,
    submit,
    orders: memoryOrders(),
    kinds,
    authenticate: authenticator([], tokens),
    authorize: authorizeByGroup,
    tokens,
    clock,
    chance: realChance,
    report: ({ what, error }) => onError(`${what}: ${error instanceof Error ? error.stack : String(error)}`),
  },
  {
    host: '127.0.0.1',
    port: 0,
    credential: await authority.serving(['localhost', '127.0.0.1']),
    authority: authority.certificate,
    version: '0.0.0',
  },
);
const { certificate, key } = await authority.client(adminIdentity);
process.send?.({ port: api.port, ca: authority.certificate, certificate, key });
process.on('disconnect', () => process.exit(0));
