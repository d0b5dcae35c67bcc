import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { RuntimeFailure } from '../runtime.ts';

/** Where what Docker sends goes. Without a terminal it comes in frames, each of one of the two outputs. */
export interface Outputs {
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
}

const headerBytes = 8;
const stderrKind = 2;

/** Waits until the reader wants more. One who has left wants nothing, and must not hold up the other output. */
const writeTo = async (output: PassThrough, chunk: Buffer): Promise<void> => {
  if (output.destroyed || output.write(chunk)) return;
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(output, 'drain', { signal }), once(output, 'close', { signal })]);
  settled.abort();
};

/** Takes frames apart: one byte for the output, three empty, four for the length, then so many bytes. */
const copyFrames = async (source: Readable, { stdout, stderr }: Outputs): Promise<void> => {
  let header = Buffer.alloc(0);
  let output = stdout;
  let left = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    let rest = chunk;
    while (rest.length > 0) {
      if (left === 0) {
        const missing = headerBytes - header.length;
        header = Buffer.concat([header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (header.length < headerBytes) break;
        output = header[0] === stderrKind ? stderr : stdout;
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const part = rest.subarray(0, left);
      left -= part.length;
      rest = rest.subarray(part.length);
      await writeTo(output, part);
    }
  }
};

/** Everything to the one output a terminal has. */
const copyBytes = async (source: Readable, { stdout }: Outputs): Promise<void> => {
  for await (const chunk of source as AsyncIterable<Buffer>) await writeTo(stdout, chunk);
};

/**
 * Copies what Docker sends until it ends, and ends the outputs. Resolves in the end, with what went wrong if something
 * did; the outputs then break off with the same error. dockerode's own way of doing this knows no back-pressure.
 */
export const copyOutputs = async (
  source: Readable,
  framed: boolean,
  outputs: Outputs,
): Promise<RuntimeFailure | undefined> => {
  const all = new Set([outputs.stdout, outputs.stderr]);
  // Who iterates, pipes or asks for the exit code is told; who only listens to data must not bring the agent down.
  for (const output of all) output.on('error', () => {});
  try {
    await (framed ? copyFrames : copyBytes)(source, outputs);
    for (const output of all) output.end();
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const failure = new RuntimeFailure('Unavailable', `Docker has broken off a stream: ${said}`, error);
    for (const output of all) output.destroy(failure);
    return failure;
  }
};
