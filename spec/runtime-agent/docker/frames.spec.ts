import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import fc from 'fast-check';
import { copyOutputs } from '../../../runtime-agent/docker/frames.ts';

const frame = (to: 'stdout' | 'stderr', payload: string) => {
  const header = Buffer.alloc(8);
  header[0] = to === 'stdout' ? 1 : 2;
  header.writeUInt32BE(Buffer.byteLength(payload), 4);
  return Buffer.concat([header, Buffer.from(payload)]);
};

const outputs = () => ({ stdout: new PassThrough(), stderr: new PassThrough() });

const cut = (bytes: Buffer, at: readonly number[]) => {
  const places = [0, ...at.map((one) => one % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
};

describe('frames of Docker', () => {
  it('come apart the same wherever they were cut', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            to: fc.constantFrom('stdout' as const, 'stderr' as const),
            payload: fc.string({ unit: 'binary' }),
          }),
        ),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (written, at) => {
          const bytes = Buffer.concat(written.map(({ to, payload }) => frame(to, payload)));
          const { stdout, stderr } = outputs();
          const read = Promise.all([text(stdout), text(stderr)]);
          expect(await copyOutputs(Readable.from(cut(bytes, at)), true, { stdout, stderr })).equal(undefined);
          const all = (output: string) =>
            written
              .filter(({ to }) => to === output)
              .map(({ payload }) => payload)
              .join('');
          expect(await read).deep.equal([all('stdout'), all('stderr')]);
        },
      ),
      { numRuns: 200 },
    ));

  it('are none with a terminal', async () => {
    const { stdout } = outputs();
    const read = text(stdout);
    await copyOutputs(Readable.from([Buffer.from('plain '), Buffer.from('text')]), false, { stdout, stderr: stdout });
    expect(await read).equal('plain text');
  });

  it('that break off end both outputs with the failure', async () => {
    const both = outputs();
    const source = new Readable({ read() {} });
    source.push(frame('stdout', 'half').subarray(0, 10));
    const copied = copyOutputs(source, true, both);
    source.destroy(new Error('gone'));
    expect(await copied).include({ kind: 'Unavailable', message: 'Docker has broken off a stream: gone' });
    expect([both.stdout.errored, both.stderr.errored].map((error) => error?.message)).deep.equal(
      Array(2).fill('Docker has broken off a stream: gone'),
    );
  });
});
