import { parseField, parseTraits } from './table-field.ts';
import { packageTexts } from './table-text.ts';

const scalars = [
  ...(['string', 'bool', 'int32', 'int64', 'float64', 'bytes', 'any'] as const),
  ...(['Time', 'MicroTime', 'Duration', 'Quantity', 'IntOrString', 'RawExtension', 'FieldsV1', 'JSON'] as const),
  ...(['JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray'] as const),
];
/**
 * How a value without fields is written. `bytes` is base64 in JSON; `Time`, `MicroTime`, `Duration` and `Quantity` are strings
 * (a Quantity may come as a number); `IntOrString` is either; `any` and the rest of the capitalised ones are free JSON.
 */
export type Scalar = (typeof scalars)[number];

interface Ref {
  /** Go writes `*T`: a zero value is then kept, and only null means absent. */
  readonly pointer: boolean;
  /** The declared name, where Go has one (`core/v1.Protocol`, `core/v1.ResourceList`). */
  readonly alias?: SchemaAlias;
}
export interface ScalarRef extends Ref {
  readonly form: 'scalar';
  readonly scalar: Scalar;
}
export interface StructRef extends Ref {
  readonly form: 'struct';
  readonly struct: SchemaType;
}
export interface ListRef extends Ref {
  readonly form: 'list';
  readonly of: TypeRef;
}
/** A map whose keys are strings. */
export interface MapRef extends Ref {
  readonly form: 'map';
  readonly of: TypeRef;
  /** The declared name of the keys, where they are not plain strings. */
  readonly keys?: SchemaAlias;
}
export type TypeRef = ScalarRef | StructRef | ListRef | MapRef;

/** What strategic merge does with a list or map, in the order the tag has them. */
export type PatchStrategy = 'merge' | 'replace' | 'retainKeys';

/** What the table says of a field beside its name and type. */
export interface FieldFacts {
  /** The protobuf field number; 0 where protobuf does not have the field. */
  readonly number: number;
  /** A zero value (of a struct: never) is left out of JSON. */
  readonly omitEmpty: boolean;
  /** A zero struct is left out of JSON too. */
  readonly omitZero: boolean;
  /** As the published OpenAPI says; the API server does not check it here. */
  readonly required: boolean;
  readonly deprecated: boolean;
  /** The declared default, as JSON; absent where there is none. */
  readonly default?: unknown;
  /** How server-side apply merges a list; absent means atomic. */
  readonly listType?: 'atomic' | 'set' | 'map';
  /** The keys of a list of type `map`; else empty. */
  readonly listKeys: readonly string[];
  /** How server-side apply merges a map or struct; absent means granular, unless the struct's own `mapType` says otherwise. */
  readonly mapType?: 'atomic' | 'granular';
  /** Strategic merge; empty means replace. */
  readonly patchStrategy: readonly PatchStrategy[];
  /** Strategic merge's key of a list of objects. It may differ from {@link listKeys}. */
  readonly mergeKey?: string;
  /** Feature gates that guard the field; empty means none. */
  readonly gates: readonly string[];
}

/** A field as JSON shows it. */
export interface Field extends FieldFacts {
  /** The JSON name. */
  readonly name: string;
  readonly type: TypeRef;
}

/** A struct whose fields stand among those of the struct around it. */
export interface Embedded {
  readonly struct: SchemaType;
  /** In protobuf it is a message of its own under this number; 0: protobuf does not have it (TypeMeta). */
  readonly number: number;
}

/** A Go struct. */
export interface SchemaType {
  /** `apps/v1.DeploymentSpec`: unique in the table. */
  readonly id: string;
  /** `DeploymentSpec`. */
  readonly name: string;
  /** `apps/v1`. */
  readonly package: string;
  /** Every field by JSON name, those of embedded structs among them, in the order in which upstream writes JSON. */
  readonly fields: ReadonlyMap<string, Field>;
  /** The struct's own members in Go's order, embedded structs still whole: what protobuf follows. */
  readonly members: readonly (Field | Embedded)[];
  /** Server-side apply owns the whole struct or its fields; absent means its fields. */
  readonly mapType?: 'atomic' | 'granular';
  readonly deprecated: boolean;
  /** At most one of its fields is set, by a discriminator. */
  readonly union: boolean;
  /** False for Table and its parts, which have no protobuf. */
  readonly protobuf: boolean;
}

/** A declared name for something that is no struct. */
export interface SchemaAlias {
  /** `core/v1.Protocol`; `types.UID` for the few that belong to no group. */
  readonly id: string;
  readonly name: string;
  readonly package: string;
  readonly type: TypeRef;
  /** The only values, sorted, where upstream publishes them; else empty. */
  readonly enum: readonly string[];
  /** A list that protobuf wraps in a message `{repeated items = 1}`. */
  readonly message: boolean;
  readonly deprecated: boolean;
}

/** Names for text from a package that declares no kinds. */
const shared: ReadonlyMap<string, SchemaAlias> = new Map(
  ['UID', 'NodeName'].map((name) => [
    name,
    {
      id: `types.${name}`,
      name,
      package: 'types',
      type: { form: 'scalar', scalar: 'string', pointer: false },
      enum: [],
      message: false,
      deprecated: false,
    },
  ]),
);

const declared = new Map<string, SchemaType | SchemaAlias>();

const resolve = (text: string, home: string): TypeRef => {
  if (text.startsWith('*')) return { ...resolve(text.slice(1), home), pointer: true };
  if (text.startsWith('[]')) return { form: 'list', of: resolve(text.slice(2), home), pointer: false };
  if (text.startsWith('{')) {
    const end = text.indexOf('}');
    const keys = text.slice(1, end);
    const of = resolve(text.slice(end + 1), home);
    return { form: 'map', of, pointer: false, ...(keys && { keys: aliasNamed(keys, home) }) };
  }
  const scalar = scalars.find((name) => name === text);
  if (scalar) return { form: 'scalar', scalar, pointer: false };
  const found = shared.get(text) ?? named(text, home);
  return 'type' in found ? { ...found.type, alias: found } : { form: 'struct', struct: found, pointer: false };
};

const named = (text: string, home: string): SchemaType | SchemaAlias => {
  const dot = text.indexOf('.');
  const found = declaredType(dot < 0 ? home : text.slice(0, dot), text.slice(dot + 1));
  if (!found) throw new Error(`schema table: ${home} refers to ${text}, which is not in the table`);
  return found;
};
const aliasNamed = (text: string, home: string): SchemaAlias => {
  const found = named(text, home);
  if (!('type' in found)) throw new Error(`schema table: ${text} cannot be the key of a map`);
  return found;
};

/**
 * The struct or alias declared as `name` in the package `id` (`core/v1`, `Container`); undefined when there is none. Parsed on
 * first use; what it refers to is parsed when read.
 */
export const declaredType = (id: string, name: string): SchemaType | SchemaAlias | undefined => {
  const key = `${id}.${name}`;
  const known = declared.get(key);
  if (known) return known;
  const lines = packageTexts().get(id)?.types.get(name);
  if (!lines?.[0]) return undefined;
  const made = lines[0].startsWith('alias ') ? makeAlias(id, name, lines[0]) : makeStruct(id, name, lines);
  declared.set(key, made);
  return made;
};

const makeAlias = (home: string, name: string, line: string): SchemaAlias => {
  const [, , type = '', ...words] = line.split(' ');
  const values = words.find((word) => word.startsWith('E:'));
  return {
    id: `${home}.${name}`,
    name,
    package: home,
    type: resolve(type, home),
    // The table writes enums as JSON lists of strings.
    enum: values ? (JSON.parse(values.slice(2)) as string[]) : [],
    message: words.includes('pbmessage'),
    deprecated: words.includes('D'),
  };
};

const makeStruct = (home: string, name: string, [head = '', ...lines]: readonly string[]): SchemaType => {
  let members: readonly (Field | Embedded)[] | undefined;
  let fields: ReadonlyMap<string, Field> | undefined;
  return {
    id: `${home}.${name}`,
    name,
    package: home,
    ...parseTraits(head),
    // Linked when first asked for: types refer to each other in circles.
    get members() {
      return (members ??= lines.map((line) => member(line, home)));
    },
    get fields() {
      return (fields ??= new Map(
        this.members.flatMap((m) => ('name' in m ? [[m.name, m] as const] : [...m.struct.fields])),
      ));
    },
  };
};

const member = (line: string, home: string): Field | Embedded => {
  const { name, type, facts } = parseField(line);
  const ref = resolve(type, home);
  if (name !== '...') return { name, type: ref, ...facts };
  if (ref.form !== 'struct') throw new Error(`schema table: ${home} embeds ${type}, which is no struct`);
  return { struct: ref.struct, number: facts.number };
};

/** The struct `name` of the package `id`; throws when the table does not have it. */
export const structType = (id: string, name: string): SchemaType => {
  const found = declaredType(id, name);
  if (!found || 'type' in found) throw new Error(`schema table: no struct ${id}.${name}`);
  return found;
};
