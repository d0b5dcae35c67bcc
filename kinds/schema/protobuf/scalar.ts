import { shapeOf } from '../go/json-shape.ts';
import { jsonDepthMax, jsonSyntaxError } from '../go/json-syntax.ts';
import type { Scalar } from '../table.ts';
import {
  eachField,
  failAt,
  type Reader,
  readBytes,
  readLength,
  readMessage,
  readSigned,
  readText,
  readUnsigned,
  wire,
} from './wire.ts';
import {
  writeBytes,
  writeDouble,
  writeInteger,
  writeMessage,
  type Writer,
  writeTag,
  writeText,
} from './wire-writer.ts';

/** One value between protobuf and the JSON that upstream shows for it. */
export interface Codec {
  readonly wire: number;
  /** Reads the value; the reader stands behind the tag. */
  readonly read: (reader: Reader) => unknown;
  /** Writes the value, with its length where it has one; `undefined` and null write what Go has when nobody set anything. */
  readonly write: (to: Writer, value: unknown) => void;
}

/** A message whose fields `field` reads into what `make` turns into a value. */
const message = <Parts extends object>(
  parts: () => Parts,
  field: (parts: Parts, number: number, type: number, reader: Reader) => boolean,
  make: (parts: Parts, reader: Reader) => unknown,
  write: (to: Writer, value: unknown) => void,
): Codec => ({
  wire: wire.bytes,
  read: (reader) =>
    readMessage(reader, () => {
      const found = parts();
      eachField(reader, 'value', (number, type) => field(found, number, type, reader));
      return make(found, reader);
    }),
  write: (to, value) => writeMessage(to, () => write(to, value)),
});

const integer = (bits: 32 | 64): Codec => ({
  wire: wire.varint,
  read: (reader) => readSigned(reader, bits),
  write: (to, value) => writeInteger(to, Number(value ?? 0)),
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const text: Codec = { wire: wire.bytes, read: readText, write: (to, value) => writeText(to, textOf(value)) };

const double: Codec = {
  wire: wire.fixed64,
  read: (reader) => {
    const start = reader.at;
    if (start + 8 > reader.end) return failAt(reader, 'unexpected EOF');
    reader.at += 8;
    return reader.bytes.readDoubleLE(start);
  },
  write: (to, value) => writeDouble(to, Number(value ?? 0)),
};

/** Seconds that every date of JSON can hold: years 0 to 9999. */
const [secondsMin, secondsMax] = [-62_167_219_200, 253_402_300_799];

const readInstant = (reader: Reader): { seconds: number; nanos: number } | null =>
  readMessage(reader, () => {
    if (reader.at === reader.end) return null;
    const found = { seconds: 0, nanos: 0 };
    eachField(reader, 'Timestamp', (number, type) => {
      if (type !== wire.varint || number > 2) return false;
      if (number === 1) found.seconds = readSigned(reader, 64);
      else found.nanos = readSigned(reader, 32);
      return true;
    });
    if (found.seconds < secondsMin || found.seconds > secondsMax) failAt(reader, 'proto: time out of range');
    return reader.fault === undefined ? found : null;
  });

const time = (micro: boolean): Codec => ({
  wire: wire.bytes,
  read: (reader) => {
    const found = readInstant(reader);
    if (!found) return null;
    const date = new Date(found.seconds * 1_000).toISOString().slice(0, 19);
    return `${date}${micro ? `.${String(Math.trunc(found.nanos / 1_000)).padStart(6, '0')}` : ''}Z`;
  },
  write: (to, value) =>
    writeMessage(to, () => {
      if (typeof value !== 'string') return;
      writeInteger(to, micro ? Number(/\.(\d{1,6})/.exec(value)?.[1]?.padEnd(6, '0') ?? 0) * 1_000 : 0);
      writeTag(to, 2, wire.varint);
      writeInteger(to, Math.floor(Date.parse(value) / 1_000));
      writeTag(to, 1, wire.varint);
    }),
});

/** Go keeps free JSON as the bytes it came in. */
const raw: Codec = message(
  (): { bytes: Buffer } => ({ bytes: Buffer.alloc(0) }),
  (parts, number, type, reader) => {
    if (number !== 1 || type !== wire.bytes) return false;
    parts.bytes = readBytes(reader);
    return true;
  },
  ({ bytes }, reader) => (bytes.length === 0 ? null : parsed(bytes, reader)),
  (to, value) => {
    if (value === undefined || value === null) return;
    writeText(to, JSON.stringify(value));
    writeTag(to, 1, wire.bytes);
  },
);
const parsed = (bytes: Buffer, reader: Reader): unknown => {
  const json = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    // A client's bytes: the answer says what is wrong with them.
    return failAt(reader, jsonSyntaxError(json) ?? String(error));
  }
  return shapeOf(json).depth <= jsonDepthMax ? value : failAt(reader, jsonSyntaxError(json) ?? 'exceeded max depth');
};

const intOrString: Codec = message(
  () => ({ type: 0, number: 0, text: '' }),
  (parts, number, type, reader) => {
    if (number === 1 && type === wire.varint) parts.type = readSigned(reader, 64);
    else if (number === 2 && type === wire.varint) parts.number = readSigned(reader, 32);
    else if (number === 3 && type === wire.bytes) parts.text = readText(reader);
    else return false;
    return true;
  },
  (parts) => (parts.type === 1 ? parts.text : parts.number),
  (to, value) => {
    const isText = typeof value === 'string';
    writeText(to, textOf(value));
    writeTag(to, 3, wire.bytes);
    writeInteger(to, isText ? 0 : Number(value ?? 0));
    writeTag(to, 2, wire.varint);
    writeInteger(to, isText ? 1 : 0);
    writeTag(to, 1, wire.varint);
  },
);

const quantity: Codec = message(
  () => ({ text: '' }),
  (parts, number, type, reader) => {
    if (number !== 1 || type !== wire.bytes) return false;
    parts.text = readText(reader);
    return true;
  },
  (parts) => parts.text,
  (to, value) => {
    writeText(to, typeof value === 'number' ? String(value) : textOf(value ?? '0'));
    writeTag(to, 1, wire.bytes);
  },
);

const unused = (): never => {
  throw new Error('protobuf: the table has no codec for this type');
};
/** Only metrics have durations and only tables have `any`: what clients never send and upstream never writes as protobuf. */
const none: Codec = { wire: wire.bytes, read: unused, write: unused };

const base64: Codec = {
  wire: wire.bytes,
  read: (reader) => readBytes(reader).toString('base64'),
  write: (to, value) => writeBytes(to, Buffer.from(textOf(value), 'base64')),
};

const bool: Codec = {
  wire: wire.varint,
  read: (reader) => readUnsigned(reader) !== 0,
  write: (to, value) => writeInteger(to, value === true ? 1 : 0),
};

/** Every scalar that holds no other type. */
export const scalarCodecs: { readonly [S in Exclude<Scalar, `JSONSchemaPropsOr${string}`>]: Codec } = {
  string: text,
  bool,
  int32: integer(32),
  int64: integer(64),
  float64: double,
  bytes: base64,
  Time: time(false),
  MicroTime: time(true),
  IntOrString: intOrString,
  Quantity: quantity,
  RawExtension: raw,
  FieldsV1: raw,
  JSON: raw,
  Duration: none,
  any: none,
};

/** Reads a list of numbers that a client has packed into one field. */
export const readPacked = (reader: Reader, codec: Codec, into: unknown[]): void => {
  const end = readLength(reader);
  while (reader.at < end && reader.fault === undefined) into.push(codec.read(reader));
};
