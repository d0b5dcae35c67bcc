/** Types of control frames (SPDY/3.1, section 2.6). */
export const frameType = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

/** Why a stream is reset (section 2.6.3). */
export const resetStatus = {
  protocolError: 1,
  invalidStream: 2,
  refusedStream: 3,
  cancel: 5,
  internalError: 6,
  flowControlError: 7,
  streamAlreadyClosed: 9,
} as const;

export const flag = { fin: 1, unidirectional: 2 } as const;

/** A control frame, or a piece of a data frame as it came: a frame of 16 MiB is never held as a whole. */
export type Frame =
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly body: Buffer }
  | { readonly kind: 'data'; readonly stream: number; readonly bytes: Buffer; readonly fin: boolean };

/** The peer does not speak SPDY/3.1, or breaks its rules: the connection ends. */
export class SpdyViolation extends Error {
  override readonly name = 'SpdyViolation';
}

const version = 3;
const headBytes = 8;
/** The largest header block that a client of ours sends is under 1 KiB. */
const controlBytesMax = 64 * 1024;
const idMask = 0x7fffffff;

/** Takes bytes off a stream by count. */
const bytesOf = (source: AsyncIterable<Buffer>) => {
  const parts = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  /** Waits for the next bytes; false at the end. */
  const more = async (): Promise<boolean> => {
    const next = await parts.next();
    if (next.done === true) return false;
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    return true;
  };
  const cut = (count: number): Buffer => {
    const taken = rest.subarray(0, count);
    rest = rest.subarray(count);
    return taken;
  };
  return {
    /** Exactly `count` bytes; undefined when the source ends before them. */
    take: async (count: number): Promise<Buffer | undefined> => {
      while (rest.length < count) if (!(await more())) return undefined;
      return cut(count);
    },
    /** What is there, at least one byte and at most `countMax`; undefined when the source has ended. */
    takeSome: async (countMax: number): Promise<Buffer | undefined> => {
      while (rest.length === 0) if (!(await more())) return undefined;
      return cut(Math.min(rest.length, countMax));
    },
    /** Lets go of the source. */
    end: async () => {
      await parts.return?.();
    },
  };
};

type Bytes = ReturnType<typeof bytesOf>;

/** False when the source ended in the middle of the frame; here and below. */
const readControl = async function* (head: Buffer, bytes: Bytes): AsyncGenerator<Frame, boolean, void> {
  if ((head.readUInt16BE(0) & 0x7fff) !== version) throw new SpdyViolation('a control frame is not of SPDY/3');
  const length = head.readUIntBE(5, 3);
  if (length > controlBytesMax) throw new SpdyViolation(`a control frame is longer than ${controlBytesMax} bytes`);
  const body = await bytes.take(length);
  if (!body) return false;
  yield { kind: 'control', type: head.readUInt16BE(2), flags: head.readUInt8(4), body };
  return true;
};

const readData = async function* (head: Buffer, bytes: Bytes): AsyncGenerator<Frame, boolean, void> {
  const stream = head.readUInt32BE(0);
  const fin = (head.readUInt8(4) & flag.fin) !== 0;
  let left = head.readUIntBE(5, 3);
  if (left === 0) yield { kind: 'data', stream, bytes: Buffer.alloc(0), fin };
  while (left > 0) {
    const piece = await bytes.takeSome(left);
    if (!piece) return false;
    left -= piece.length;
    yield { kind: 'data', stream, bytes: piece, fin: fin && left === 0 };
  }
  return true;
};

/**
 * The frames of a connection, in their order. Ends where the source ends, even in the middle of a frame.
 * Throws {@link SpdyViolation} on another version and on a control frame over 64 KiB.
 */
export const readFrames = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Frame, void, void> {
  const bytes = bytesOf(source);
  try {
    for (let head = await bytes.take(headBytes); head; head = await bytes.take(headBytes)) {
      const isControl = (head.readUInt8(0) & 0x80) !== 0;
      if (!(yield* isControl ? readControl(head, bytes) : readData(head, bytes))) return;
    }
  } finally {
    await bytes.end();
  }
};

/** The head of a data frame; its `length` bytes follow. */
export const dataHead = (stream: number, length: number, fin: boolean): Buffer => {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(stream & idMask, 0);
  head.writeUInt8(fin ? flag.fin : 0, 4);
  head.writeUIntBE(length, 5, 3);
  return head;
};

const control = (type: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(0x8000 | version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
};

const words = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) buffer.writeUInt32BE(value, 4 * index);
  return buffer;
};

export const synReplyFrame = (stream: number, headerBlock: Buffer): Buffer =>
  control(frameType.synReply, Buffer.concat([words(stream), headerBlock]));
export const rstStreamFrame = (stream: number, status: number): Buffer =>
  control(frameType.rstStream, words(stream, status));
export const pingFrame = (id: number): Buffer => control(frameType.ping, words(id));
export const windowUpdateFrame = (stream: number, delta: number): Buffer =>
  control(frameType.windowUpdate, words(stream, delta));
/** `status` 0 is an orderly end, 1 a breach of the protocol. */
export const goAwayFrame = (lastStream: number, status: 0 | 1): Buffer =>
  control(frameType.goAway, words(lastStream, status));

/** A stream's number at the start of a control frame's body, or elsewhere in it. */
export const idAt = (body: Buffer, offset = 0): number => {
  if (body.length < offset + 4) throw new SpdyViolation('a control frame ends too early');
  return body.readUInt32BE(offset) & idMask;
};

/** The initial window of a SETTINGS frame; undefined when it names none. */
export const initialWindowIn = (body: Buffer): number | undefined => {
  const count = idAt(body);
  if (body.length < 4 + 8 * count) throw new SpdyViolation('a SETTINGS frame ends too early');
  for (let index = 0; index < count; index++)
    if (body.readUIntBE(4 + 8 * index + 1, 3) === 7) return idAt(body, 4 + 8 * index + 4);
  return undefined;
};
