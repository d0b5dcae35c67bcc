import { wire } from '../../kinds/schema/protobuf/wire.ts';
import {
  writeDouble,
  writeInteger,
  writeMessage,
  type Writer,
  writer,
  writeTag,
  writeText,
  written,
} from '../../kinds/schema/protobuf/wire-writer.ts';

type Json = Readonly<Record<string, unknown>>;

/** How a key of a JSON object becomes a field of a message. */
interface Rule {
  /** A JSON key; `*` is every key that no rule names, `x-*` every extension. */
  readonly key: string;
  readonly number: number;
  /** `string`, `bool`, `double`, `any` (YAML within a message), or the name of a message. */
  readonly type: string;
  /** `[]`: one field for each item; `{}`: one for each key, with the key beside the value. */
  readonly each: '' | '[]' | '{}';
}
type Rules = ReadonlyMap<string, readonly Rule[]>;

/**
 * Messages that only hold one of several others: the numbers that lead to it, and what it is; without numbers it is left empty.
 * Undefined: `type` is no such message.
 */
export type Choose = (
  type: string,
  value: unknown,
) => { readonly through: readonly number[]; readonly type: string } | undefined;

/** Reads a table of rules: a line is a message, then `key=number:type` with `[]` or `{}` behind it. */
export const rulesOf = (table: string): Rules =>
  new Map(
    table
      .trim()
      .split('\n')
      .map((line) => {
        const [message = '', ...fields] = line.trim().split(/\s+/);
        return [message, fields.map(ruleOf).sort((a, b) => b.number - a.number)] as const;
      }),
  );
const ruleOf = (text: string): Rule => {
  const [, key = '', number = '', type = '', each = ''] = /^(\S+)=(\d+):(\w+)(\[\]|\{\})?$/.exec(text) ?? [];
  if (type === '') throw new Error(`gnostic: no rule: ${text}`);
  return { key, number: Number(number), type, each: each as Rule['each'] };
};

const wireOf = (type: string): number =>
  type === 'bool' ? wire.varint : type === 'double' ? wire.fixed64 : wire.bytes;

/** Writes an OpenAPI document as gnostic's protobuf has it. */
export const gnosticWriter = (rules: Rules, choose: Choose) => {
  const writeFields = (to: Writer, type: string, value: Json): void => {
    const own = rules.get(type);
    if (!own) throw new Error(`gnostic: no message ${type}`);
    const named = new Set(own.map(({ key }) => key));
    // Where there are no extensions, a key that looks like one is a property of that name.
    const isExtension = (key: string) => named.has('x-*') && key.startsWith('x-');
    const keys = Object.keys(value);
    const others = keys.filter((key) => !named.has(key) && !isExtension(key));
    const extensions = keys.filter(isExtension);
    for (const rule of own) {
      if (rule.key === '*') writeEntries(to, rule, value, others);
      else if (rule.key === 'x-*') writeEntries(to, rule, value, extensions);
      else writeField(to, rule, value[rule.key]);
    }
  };

  const writeField = (to: Writer, rule: Rule, value: unknown): void => {
    // A plain zero is not written.
    if (value === undefined || (rule.type === 'string' && value === '') || (rule.type === 'bool' && value === false))
      return;
    if (rule.each === '{}') return writeEntries(to, rule, value as Json, Object.keys(value as Json));
    if (rule.each === '[]')
      return (value as readonly unknown[])
        .toReversed()
        .forEach((item) => writeTagged(to, rule.number, rule.type, item));
    return writeTagged(to, rule.number, rule.type, value);
  };

  const writeEntries = (to: Writer, { number, type }: Rule, value: Json, keys: readonly string[]): void => {
    for (const key of keys.toReversed()) {
      writeMessage(to, () => {
        writeTagged(to, 2, type, value[key]);
        writeTagged(to, 1, 'string', key);
      });
      writeTag(to, number, wire.bytes);
    }
  };

  const writeTagged = (to: Writer, number: number, type: string, value: unknown): void => {
    writeValue(to, type, value);
    writeTag(to, number, wireOf(type));
  };

  const writeValue = (to: Writer, type: string, value: unknown): void => {
    if (type === 'bool') return writeInteger(to, value === true ? 1 : 0);
    if (type === 'double') return writeDouble(to, Number(value));
    // The rules say that it is a text.
    if (type === 'string') return writeText(to, value as string);
    // JSON is YAML.
    if (type === 'any') return writeMessage(to, () => writeTagged(to, 2, 'string', JSON.stringify(value)));
    const chosen = choose(type, value);
    if (chosen?.through.length === 0) return writeMessage(to, () => undefined);
    if (!chosen) return writeMessage(to, () => writeFields(to, type, value as Json));
    return writeThrough(to, chosen.through, chosen.type, value);
  };
  const writeThrough = (to: Writer, [number, ...rest]: readonly number[], type: string, value: unknown): void => {
    if (number === undefined) return writeValue(to, type, value);
    writeMessage(to, () => {
      writeThrough(to, rest, type, value);
      writeTag(to, number, rest.length === 0 ? wireOf(type) : wire.bytes);
    });
  };

  return (document: Json): Buffer => {
    const to = writer();
    writeFields(to, 'Document', document);
    return written(to);
  };
};
