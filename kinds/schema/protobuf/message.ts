import { type Codec, readPacked, scalarCodecs } from './scalar.ts';
import {
  type Embedded,
  type Field,
  type ListRef,
  type MapRef,
  type Scalar,
  type SchemaType,
  structType,
  type TypeRef,
} from '../table.ts';
import { eachField, failAt, type Reader, readMessage, readText, wire } from './wire.ts';
import { writeMessage, type Writer, writeTag, writeText } from './wire-writer.ts';
import { unsentField, unsentValue } from '../zero.ts';

type Fields = Record<string, unknown>;

/** A struct's fields, without tag or length of its own. */
export interface MessageCodec {
  readonly read: (reader: Reader, into: Fields) => void;
  readonly write: (to: Writer, from: Readonly<Fields>) => void;
  /** What JSON shows though nothing was sent. */
  readonly unsent: readonly (readonly [string, unknown])[];
}

/** One field between a message and an object. */
interface Slot {
  readonly number: number;
  /** False: this is not its wire type. */
  readonly read: (reader: Reader, into: Fields, type: number) => boolean;
  readonly write: (to: Writer, from: Readonly<Fields>) => void;
}

const codecOf = (ref: TypeRef): Codec => {
  if (ref.form === 'struct') return structCodec(ref.struct);
  if (ref.form === 'scalar') return scalarCodec(ref.scalar);
  if (ref.alias?.message !== true) throw new Error(`protobuf: a ${ref.form} cannot stand alone`);
  return listMessage(ref.of);
};

const structCodec = (type: SchemaType): Codec => ({
  wire: wire.bytes,
  read: (reader) => readMessage(reader, () => readStruct(messageCodec(type), reader)),
  write: (to, value) => writeMessage(to, () => messageCodec(type).write(to, (value ?? {}) as Fields)),
});

/** Reads what is left of the message, and puts in what JSON shows all the same. */
export const readStruct = (codec: MessageCodec, reader: Reader): Fields => {
  const out: Fields = {};
  codec.read(reader, out);
  for (const [name, value] of codec.unsent) if (out[name] === undefined) out[name] = value;
  return out;
};

/** `{repeated items = 1}`: Go's named lists of strings. */
const listMessage = (of: TypeRef): Codec => {
  const item = codecOf(of);
  return {
    wire: wire.bytes,
    read: (reader) =>
      readMessage(reader, () => {
        const items: unknown[] = [];
        eachField(
          reader,
          'items',
          (number, type) => number === 1 && type === item.wire && items.push(item.read(reader)) > 0,
        );
        return items;
      }),
    write: (to, value) => writeMessage(to, () => writeList(to, value, 1, item)),
  };
};

const writeList = (to: Writer, value: unknown, number: number, item: Codec): void => {
  if (!Array.isArray(value)) return;
  for (let i = value.length - 1; i >= 0; i--) {
    item.write(to, value[i]);
    writeTag(to, number, item.wire);
  }
};

const jsonSchema = (): Codec => structCodec(structType('apiextensions/v1', 'JSONSchemaProps'));
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A CRD's unions: a schema under one number, and something else under the other. */
const schemaOr = (schemaAt: 1 | 2, other: () => Codec, isList: boolean): Codec => ({
  wire: wire.bytes,
  read: (reader) =>
    readMessage(reader, () => {
      let schema: unknown = null;
      const others: unknown[] = [];
      eachField(reader, 'JSONSchemaProps', (number, type) => {
        if (number === schemaAt && type === wire.bytes) schema = jsonSchema().read(reader);
        else if (number === 3 - schemaAt && type === other().wire) others.push(other().read(reader));
        else return false;
        return true;
      });
      if (isList) return others.length > 0 ? others : schema;
      return schema ?? others.at(-1) ?? false;
    }),
  write: (to, value) =>
    writeMessage(to, () => {
      const parts = [
        { number: schemaAt, write: () => isObject(value) && writeOne(to, value, schemaAt, jsonSchema()) },
        {
          number: 3 - schemaAt,
          write: () => (isList ? writeList(to, value, 2, other()) : writeOne(to, value !== false, 1, other())),
        },
      ];
      for (const part of parts.sort((a, b) => b.number - a.number)) part.write();
    }),
});
const writeOne = (to: Writer, value: unknown, number: number, codec: Codec): void => {
  codec.write(to, value);
  writeTag(to, number, codec.wire);
};

const unions = {
  JSONSchemaPropsOrArray: schemaOr(1, () => jsonSchema(), true),
  JSONSchemaPropsOrStringArray: schemaOr(1, () => scalarCodecs.string, true),
  JSONSchemaPropsOrBool: schemaOr(2, () => scalarCodecs.bool, false),
};
const scalarCodec = (scalar: Scalar): Codec =>
  scalar in unions ? unions[scalar as keyof typeof unions] : scalarCodecs[scalar as keyof typeof scalarCodecs];

/** Values that Go holds as nil when nobody set them, and then does not write. */
const isNilable = ({ type }: Field): boolean =>
  type.pointer || type.form === 'list' || type.form === 'map' || (type.form === 'scalar' && type.scalar === 'bytes');

const singleSlot = (field: Field): Slot => {
  const { name, number, omitEmpty, type } = field;
  const codec = codecOf(type);
  const nilable = isNilable(field);
  const dropsZero = omitEmpty && !type.pointer;
  const read = (reader: Reader, into: Fields, sent: number): boolean => {
    if (sent !== codec.wire) return false;
    const value = codec.read(reader);
    const isZero = value === null ? !type.pointer : dropsZero && (value === '' || value === 0 || value === false);
    if (!isZero) into[name] = value;
    return true;
  };
  const write = (to: Writer, from: Readonly<Fields>): void => {
    const value = from[name];
    if (nilable && (value === undefined || value === null)) return;
    codec.write(to, value);
    writeTag(to, number, codec.wire);
  };
  return { number, read, write };
};

const listSlot = ({ name, number, type }: Field & { type: ListRef }): Slot => {
  const item = codecOf(type.of);
  const read = (reader: Reader, into: Fields, sent: number): boolean => {
    const items = (into[name] ??= []) as unknown[];
    if (sent === item.wire) items.push(item.read(reader));
    else if (sent === wire.bytes) readPacked(reader, item, items);
    else return false;
    return true;
  };
  return { number, read, write: (to, from) => writeList(to, from[name], number, item) };
};

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
/** In the order of their bytes in UTF-8, which is JavaScript's order but for surrogates. */
const sortedKeys = (value: object): string[] => {
  const keys = Object.keys(value);
  return keys.some((key) => /[\ud800-\udfff]/.test(key)) ? keys.sort(byBytes) : keys.sort();
};

const mapSlot = ({ name, number, type }: Field & { type: MapRef }): Slot => {
  const item = codecOf(type.of);
  const readEntry = (reader: Reader): [string, unknown] => {
    const entry: [string, unknown] = ['', unsentValue(type.of)];
    eachField(reader, name, (at, sent) => {
      if (at === 1 && sent === wire.bytes) entry[0] = readText(reader);
      else if (at === 2 && sent === item.wire) entry[1] = item.read(reader);
      else return false;
      return true;
    });
    return entry;
  };
  const read = (reader: Reader, into: Fields, sent: number): boolean => {
    if (sent !== wire.bytes) return false;
    const [key, value] = readMessage(reader, readEntry);
    const map = (into[name] ??= {}) as Fields;
    // Not by assignment: a key may be `__proto__`.
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
    return true;
  };
  const write = (to: Writer, from: Readonly<Fields>): void => {
    const value = from[name];
    if (!isObject(value)) return;
    const map = value as Fields;
    for (const key of sortedKeys(map).reverse()) {
      writeMessage(to, () => {
        writeOne(to, map[key], 2, item);
        writeText(to, key);
        writeTag(to, 1, wire.bytes);
      });
      writeTag(to, number, wire.bytes);
    }
  };
  return { number, read, write };
};

/** A struct whose fields stand among the others in JSON, but in a message of their own here. */
const embeddedSlot = ({ struct, number }: Embedded): Slot => ({
  number,
  read: (reader, into, sent) => {
    if (sent !== wire.bytes) return false;
    readMessage(reader, () => messageCodec(struct).read(reader, into));
    return true;
  },
  write: (to, from) => {
    writeMessage(to, () => messageCodec(struct).write(to, from));
    writeTag(to, number, wire.bytes);
  },
});

const slotOf = (member: Field | Embedded): Slot => {
  if (!('name' in member)) return embeddedSlot(member);
  const { type } = member;
  if (type.form === 'list' && type.alias?.message !== true) return listSlot({ ...member, type });
  return type.form === 'map' ? mapSlot({ ...member, type }) : singleSlot(member);
};

const compile = (type: SchemaType): MessageCodec => {
  // Upstream writes fields by number; the writer goes from the end.
  const slots = type.members.filter(({ number }) => number > 0).map(slotOf);
  const backwards = slots.toSorted((a, b) => b.number - a.number);
  const byNumber: (Slot | undefined)[] = [];
  for (const slot of slots) byNumber[slot.number] = slot;
  const unsent = [...type.fields.values()].flatMap((field) => {
    const value = unsentField(field);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return {
    unsent,
    read: (reader, into) =>
      eachField(reader, type.name, (number, sent) => {
        const slot = byNumber[number];
        if (slot && !slot.read(reader, into, sent))
          failAt(reader, `proto: wrong wireType = ${sent} for field ${number} of ${type.name}`);
        return slot !== undefined;
      }),
    write: (to, from) => {
      for (const slot of backwards) slot.write(to, from);
    },
  };
};

const messages = new Map<string, MessageCodec>();

/** The codec of a struct, compiled on first use. */
export const messageCodec = (type: SchemaType): MessageCodec => {
  const known = messages.get(type.id);
  if (known) return known;
  if (!type.protobuf) throw new Error(`protobuf: ${type.id} has no protobuf form`);
  const made = compile(type);
  messages.set(type.id, made);
  return made;
};
