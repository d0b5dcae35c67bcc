/** Watch events on their way to many watchers: the same bytes for all of them. */
export interface Batch {
  /** One JSON document each, with its newline. */
  readonly events: readonly Buffer[];
  /** All of them as one chunk of a chunked HTTP body; made when first asked for. */
  readonly chunk: Buffer;
}

const crlf = Buffer.from('\r\n');

/** Puts events together; at least one. */
export const batchOf = (events: readonly Buffer[]): Batch => {
  let chunk: Buffer | undefined;
  return {
    events,
    get chunk() {
      if (chunk) return chunk;
      let length = 0;
      for (const event of events) length += event.length;
      chunk = Buffer.concat([Buffer.from(`${length.toString(16)}\r\n`), ...events, crlf]);
      return chunk;
    },
  };
};

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

const starts = Object.fromEntries(
  (['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'] as const).map((type) => [
    type,
    Buffer.from(`{"type":"${type}","object":`),
  ]),
) as Readonly<Record<EventType, Buffer>>;
const end = Buffer.from('}\n');

/** One event; `object` is JSON. */
export const eventBytes = (type: EventType, object: Buffer): Buffer => Buffer.concat([starts[type], object, end]);
