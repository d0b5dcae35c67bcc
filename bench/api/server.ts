/* The control plane as `reckon server` runs it, all controllers at work; asked over HTTPS, ended over IPC. */
import { adminIdentity } from '../../api/auth/authority.ts';
import { loggerFor } from '../../cli/output.ts';
import { placesIn } from '../../cli/places.ts';
import { wireServer } from '../../cli/wire-server.ts';
import { freePort } from '../cluster.ts';

const places = placesIn(process.argv[2] ?? '');
// Known beforehand: the cluster tells its pods where the API is before it listens.
const port = await freePort();
const server = await wireServer({ places, host: '127.0.0.1', port, log: loggerFor('server') });
const { certificate, key } = await server.authority.client(adminIdentity);
process.send?.({ port: server.port, ca: server.authority.certificate, certificate, key });
process.on('disconnect', () => process.exit(0));
