/** Protobuf's wire types that Kubernetes uses. */
export const wire = { varint: 0, fixed64: 1, bytes: 2 } as const;

/** Deeper messages are refused; only CRDs have types that contain themselves. */
export const messageDepthMax = 200;

/** Where a message is being read. After a fault nothing more is read: every loop ends and `fault` says why. */
export interface Reader {
  readonly bytes: Buffer;
  at: number;
  /** Where the message that is being read ends. */
  end: number;
  depth: number;
  fault: string | undefined;
}

export const readerOf = (bytes: Buffer): Reader => ({ bytes, at: 0, end: bytes.length, depth: 0, fault: undefined });

/** Notes the first fault and ends all reading. */
export const failAt = (reader: Reader, fault: string): void => {
  reader.fault ??= fault;
  reader.end = 0;
  reader.at = reader.bytes.length;
};
const shortOf = (reader: Reader): number => {
  failAt(reader, 'unexpected EOF');
  return 0;
};

/** An unsigned integer of up to 28 bits at once, the rest with care; beyond 2^53 the nearest number. */
export const readUnsigned = (reader: Reader): number => {
  const { bytes, end } = reader;
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    if (reader.at >= end) return shortOf(reader);
    const byte = bytes[reader.at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return Number(readLong(reader, BigInt(value)));
};

/** What follows the first four bytes of a long integer. */
const readLong = (reader: Reader, low: bigint): bigint => {
  let value = low;
  for (let shift = 28n; shift < 70n; shift += 7n) {
    if (reader.at >= reader.end) return BigInt(shortOf(reader));
    const byte = reader.bytes[reader.at++] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  failAt(reader, 'proto: integer overflow');
  return 0n;
};

/** A signed integer of 32 or 64 bits, as Go cuts it; beyond 2^53 the nearest number. */
export const readSigned = (reader: Reader, bits: 32 | 64): number => {
  let low = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    if (reader.at >= reader.end) return shortOf(reader);
    const byte = reader.bytes[reader.at++] ?? 0;
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return low;
  }
  return Number(BigInt.asIntN(bits, readLong(reader, BigInt(low))));
};

/** The end of the bytes that start here: reads their length. */
export const readLength = (reader: Reader): number => {
  const length = readUnsigned(reader);
  const end = reader.at + length;
  // Go's int is signed: what does not fit is negative to it.
  if (length >= 2 ** 63) failAt(reader, 'proto: negative length found during unmarshaling');
  else if (end > reader.end) failAt(reader, 'unexpected EOF');
  return reader.fault === undefined ? end : reader.at;
};

export const readText = (reader: Reader): string => {
  const end = readLength(reader);
  const start = reader.at;
  reader.at = end;
  return reader.bytes.toString('utf8', start, end);
};

export const readBytes = (reader: Reader): Buffer => {
  const end = readLength(reader);
  const start = reader.at;
  reader.at = end;
  return reader.bytes.subarray(start, end);
};

/** Reads the message that starts here with `read`, which sees only it. */
export const readMessage = <T>(reader: Reader, read: (reader: Reader) => T): T => {
  const outer = reader.end;
  const end = readLength(reader);
  if (++reader.depth > messageDepthMax) failAt(reader, 'proto: message nested too deep');
  if (reader.fault === undefined) reader.end = end;
  const value = read(reader);
  reader.depth--;
  if (reader.fault === undefined) reader.end = outer;
  return value;
};

/** Calls `field` for every field of the message, with the reader behind its tag; what it does not take is skipped. */
export const eachField = (reader: Reader, message: string, field: (number: number, type: number) => boolean): void => {
  while (reader.at < reader.end) {
    const tag = readUnsigned(reader);
    const [number, type] = [tag >>> 3, tag & 7];
    if (reader.fault !== undefined) return;
    if (type === 4) failAt(reader, `proto: ${message}: wiretype end group for non-group`);
    else if (number === 0) failAt(reader, `proto: ${message}: illegal tag 0 (wire type ${type})`);
    else if (!field(number, type)) skip(reader, type);
  }
};

const skip = (reader: Reader, type: number): void => {
  if (type === wire.varint) readUnsigned(reader);
  else if (type === wire.bytes) reader.at = readLength(reader);
  else if (type === wire.fixed64 || type === 5) {
    reader.at += type === 5 ? 4 : 8;
    if (reader.at > reader.end) failAt(reader, 'unexpected EOF');
  } else if (type === 3) skipGroup(reader);
  else failAt(reader, `proto: illegal wireType ${type}`);
};

const skipGroup = (reader: Reader): void => {
  for (let open = 1; open > 0 && reader.fault === undefined; ) {
    if (reader.at >= reader.end) return void shortOf(reader);
    const type = readUnsigned(reader) & 7;
    if (type === 3) open++;
    else if (type === 4) open--;
    else skip(reader, type);
  }
};
