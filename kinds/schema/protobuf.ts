import { type Body, bodyOf, type Malformed } from './body.ts';
import { messageCodec, readStruct } from './protobuf/message.ts';
import type { SchemaType } from './table.ts';
import { eachField, type Reader, readBytes, readerOf, readMessage, readText, wire } from './protobuf/wire.ts';
import { writeBytes, writeMessage, writer, writeTag, writeText, written } from './protobuf/wire-writer.ts';

/** What every protobuf body begins with. */
const magic = Buffer.from('k8s\0');

/** The envelope (`runtime.Unknown`) opened, its content still bytes. */
interface Envelope {
  apiVersion: string;
  kind: string;
  raw: Buffer;
}

const readEnvelope = (reader: Reader): Envelope => {
  const found: Envelope = { apiVersion: '', kind: '', raw: Buffer.alloc(0) };
  const readTypeMeta = () =>
    eachField(reader, 'TypeMeta', (number, type) => {
      if (type !== wire.bytes || number > 2) return false;
      found[number === 1 ? 'apiVersion' : 'kind'] = readText(reader);
      return true;
    });
  eachField(reader, 'Unknown', (number, type) => {
    if (type !== wire.bytes || number > 2) return false;
    if (number === 1) readMessage(reader, readTypeMeta);
    else found.raw = readBytes(reader);
    return true;
  });
  return found;
};

/**
 * Reads a body of `application/vnd.kubernetes.protobuf`. `typeFor` says what type a kind has (both texts empty when the body does not
 * say: then the one that the request expects). The value is what upstream's JSON would be, nulls included: `check` gives it its usual
 * form. Broken bytes are a refusal in upstream's words, where it has any.
 */
export const readProtobuf = (
  bytes: Uint8Array,
  typeFor: (apiVersion: string, kind: string) => SchemaType | undefined,
): Body | Malformed => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length === 0) return { malformed: 'empty data' };
  if (!buffer.subarray(0, magic.length).equals(magic))
    return {
      malformed: `provided data does not appear to be a protobuf message, expected prefix [${[...magic].join(' ')}]`,
    };
  if (buffer.length === magic.length) return { malformed: 'empty body' };
  const outer = readerOf(buffer.subarray(magic.length));
  const { apiVersion, kind, raw } = readEnvelope(outer);
  if (outer.fault !== undefined) return { malformed: outer.fault };
  const type = typeFor(apiVersion, kind);
  if (!type?.protobuf)
    return { malformed: `no kind "${kind}" is registered for version "${apiVersion}" in scheme "reckon"` };
  const reader = readerOf(raw);
  const value = readStruct(messageCodec(type), reader);
  if (reader.fault !== undefined) return { malformed: reader.fault };
  return bodyOf({ ...(kind && { kind }), ...(apiVersion && { apiVersion }), ...value });
};

/** What a `typeOf` finds for an object, ready to write. */
type Written = Readonly<Record<string, unknown>> & { readonly apiVersion: string; readonly kind: string };

/** An object of a built-in kind as upstream writes it, in its envelope. Throws for a type that has no protobuf (Table). */
export const writeProtobuf = (type: SchemaType, object: Written): Buffer => {
  const to = writer();
  writeText(to, '');
  writeTag(to, 4, wire.bytes);
  writeText(to, '');
  writeTag(to, 3, wire.bytes);
  writeMessage(to, () => messageCodec(type).write(to, object));
  writeTag(to, 2, wire.bytes);
  writeMessage(to, () => {
    writeText(to, object.kind);
    writeTag(to, 2, wire.bytes);
    writeText(to, object.apiVersion);
    writeTag(to, 1, wire.bytes);
  });
  writeTag(to, 1, wire.bytes);
  writeHead(to, magic);
  return written(to);
};

const writeHead = (to: ReturnType<typeof writer>, head: Buffer): void => {
  writeBytes(to, head);
  // The head has no length before it.
  to.at++;
};

/**
 * A frame of a watch (`application/vnd.kubernetes.protobuf;stream=watch`): its length in four bytes, then a WatchEvent without
 * envelope around an object with one. `type` is `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
 */
export const writeWatchFrame = (type: string, object: Uint8Array): Buffer => {
  const to = writer();
  writeMessage(to, () => {
    writeBytes(to, object);
    writeTag(to, 1, wire.bytes);
  });
  writeTag(to, 2, wire.bytes);
  writeText(to, type);
  writeTag(to, 1, wire.bytes);
  const event = written(to);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
};
