import { realClock } from '../../../events/clock.ts';
import { openEmbeddedLog } from '../../../events/embedded/log.ts';

/** Opens a log and holds it until it is killed; or says why it cannot. */
await openEmbeddedLog({ directory: process.argv[2] ?? '', clock: realClock, report: () => undefined }).then(
  () => process.stdout.write('open\n'),
  (error: unknown) => process.stdout.write(`${String(error)}\n`),
);
