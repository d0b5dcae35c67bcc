import { createRequire } from 'node:module';
import { constants, createInflate, deflateRawSync, deflateSync } from 'node:zlib';
import { SpdyViolation } from './spdy-frame.ts';

// Only the dictionary of this package is used: its server end refuses kubectl.
const dictionary =
  // The file exports a Buffer for each version of the protocol; it has no types.
  (
    createRequire(import.meta.url)('spdy-transport/lib/spdy-transport/protocol/spdy/dictionary.js') as Record<
      string,
      Buffer
    >
  )['3.1'];

/** Names in lower case, as the protocol wants them. A name given more than once keeps its values apart by NUL. */
export type HeaderBlock = Readonly<Record<string, string>>;

const blockBytesMax = 64 * 1024;
const headersMax = 64;

const parse = (block: Buffer): HeaderBlock => {
  let offset = 0;
  const word = (): number => {
    if (offset + 4 > block.length) throw new SpdyViolation('a header block ends too early');
    offset += 4;
    return block.readUInt32BE(offset - 4);
  };
  const text = (): string => {
    const end = word() + offset;
    if (end > block.length) throw new SpdyViolation('a header block ends too early');
    const value = block.toString('utf8', offset, end);
    offset = end;
    return value;
  };
  const count = word();
  if (count > headersMax) throw new SpdyViolation(`a header block names more than ${headersMax} headers`);
  const headers = new Map<string, string>();
  for (let index = 0; index < count; index++) headers.set(text().toLowerCase(), text());
  return Object.fromEntries(headers);
};

/** Reads the header blocks of one connection: each continues the compression of the one before it. */
export const headerReader = () => {
  if (!dictionary) throw new Error('The package spdy-transport has no dictionary for SPDY/3.1');
  const inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH });
  let parts: Buffer[] = [];
  let size = 0;
  let fail: ((error: Error) => void) | undefined;
  inflate.on('data', (part: Buffer) => {
    size += part.length;
    if (size > blockBytesMax) inflate.destroy();
    else parts.push(part);
  });
  // A write that fails is told of here, one that comes too late by its callback.
  inflate.on('error', (error) => fail?.(error));
  const inflated = (block: Buffer) =>
    new Promise<Buffer>((resolve, reject) => {
      fail = (cause) => reject(new SpdyViolation('a header block cannot be inflated', { cause }));
      parts = [];
      size = 0;
      inflate.write(block, (error) => {
        inflate.read();
        if (size > blockBytesMax) reject(new SpdyViolation(`a header block is longer than ${blockBytesMax} bytes`));
        else if (error) fail?.(error);
        else resolve(Buffer.concat(parts));
      });
    });
  return {
    /** The headers in this block. Throws {@link SpdyViolation} when it is damaged, or longer than 64 KiB inflated. */
    // An empty block would never be answered by zlib.
    read: async (block: Buffer): Promise<HeaderBlock> => parse(block.length === 0 ? block : await inflated(block)),
    close: () => inflate.destroy(),
  };
};

const wordOf = (value: number): Buffer => {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(value);
  return word;
};

const textOf = (value: string): Buffer[] => {
  const bytes = Buffer.from(value);
  return [wordOf(bytes.length), bytes];
};

const unparse = (headers: HeaderBlock): Buffer => {
  const entries = Object.entries(headers);
  return Buffer.concat([
    wordOf(entries.length),
    ...entries.flatMap(([name, value]) => [...textOf(name), ...textOf(value)]),
  ]);
};

/** Adler-32 and flags that begin a zlib stream of this dictionary. */
const zlibHead = dictionary && deflateSync(Buffer.alloc(0), { dictionary }).subarray(0, 6);

/** Writes the header blocks of one connection. Each block refers to nothing before it, so no compressor is kept. */
export const headerWriter = (): ((headers: HeaderBlock) => Buffer) => {
  let first = true;
  return (headers) => {
    const block = deflateRawSync(unparse(headers), { finishFlush: constants.Z_SYNC_FLUSH });
    if (!first || !zlibHead) return block;
    first = false;
    return Buffer.concat([zlibHead, block]);
  };
};
