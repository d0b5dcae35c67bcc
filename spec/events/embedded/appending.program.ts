import { realClock } from '../../../events/clock.ts';
import { openEmbeddedLog } from '../../../events/embedded/log.ts';
import { appendOf, named } from '../appends.ts';

/**
 * Appends until it is killed, from many writers at once, and writes down what was acknowledged: stream, revision, position.
 * Every tenth writer keeps only its newest event; the bytes of an event grow with its revision.
 */
const log = await openEmbeddedLog({
  directory: process.argv[2] ?? '',
  clock: realClock,
  report: (what, error) => process.stderr.write(`${what} ${String(error)}\n`),
});
const session = process.argv[3] ?? '';

const write = async (writer: number) => {
  const ref = named(`writer-${writer}`);
  const retention = writer % 10 === 0 ? 'newest' : 'forever';
  let revision = -1;
  for await (const recorded of log.stream(ref)) revision = recorded.revision;
  for (;;) {
    const event = { type: 'E', text: 'x'.repeat(((revision + 1) * 97) % 3000) };
    const command = `${session} ${writer} ${revision}`;
    const [recorded] = await log.append(appendOf(ref, revision, [], { events: [event], retention, command }));
    revision++;
    process.stdout.write(`${ref.name} ${revision} ${recorded?.position}\n`);
  }
};
for (let writer = 0; writer < 40; writer++) void write(writer);
