import { RuntimeFailure } from '../runtime.ts';

/** What Docker tells as JSON, a line each, until it ends; `T` is the shape that its API states. Throws `Unavailable` when it breaks off. */
export async function* jsonLines<T>(stream: NodeJS.ReadableStream): AsyncGenerator<T> {
  let rest = '';
  stream.setEncoding('utf8');
  const chunks = stream[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await chunks.next().catch((error: Error) => {
      throw new RuntimeFailure('Unavailable', `Docker has broken off: ${error.message}`, error);
    });
    if (done) return;
    const lines = (rest + String(value)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) yield JSON.parse(line) as T;
  }
}
