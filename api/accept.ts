/** The media types of objects, by what they are called here. */
export const mediaTypes = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
} as const;

export type Format = keyof typeof mediaTypes;

/** How a client wants to see objects. */
export interface Representation {
  readonly format: Format;
  /** `Object` is the object itself; a Table or PartialObjectMetadata of it otherwise. */
  readonly as: 'Object' | 'Table' | 'PartialObjectMetadata';
  /** Of meta.k8s.io, for what is not the object itself. */
  readonly version: 'v1' | 'v1beta1';
}

/** One thing that an Accept header lists. */
export interface MediaRange {
  /** `application/json`, in lower case. */
  readonly type: string;
  /** `as`, `g`, `v` and the like; without `q`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What clients accept when they do not say. */
const anything: readonly MediaRange[] = [{ type: '*/*', parameters: {} }];
/** No client lists more. */
const rangesMax = 32;

const readRange = (text: string): MediaRange & { readonly q: number } => {
  const [type = '', ...rest] = text.split(';');
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  let q = 1;
  for (const pair of rest) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, equals).trim().toLowerCase();
    const value = pair
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    if (key === 'q') q = Number(value);
    else if (equals > 0) parameters[key] = value;
  }
  return { type: type.trim().toLowerCase(), parameters, q: Number.isNaN(q) ? 1 : q };
};

const readRanges = (header: string): readonly MediaRange[] =>
  header
    .split(',')
    .slice(0, rangesMax)
    .map(readRange)
    .filter(({ type, q }) => type !== '' && q > 0)
    // Equals stay in the client's order.
    .sort((a, b) => b.q - a.q);

/** Clients send the same few headers again and again. */
const known = new Map<string, readonly MediaRange[]>();
const knownMax = 256;

/** What an Accept header lists, what is wanted most first. Absent or empty means anything. */
export const mediaRanges = (header: string | undefined): readonly MediaRange[] => {
  if (!header) return anything;
  const found = known.get(header);
  if (found) return found;
  const read = readRanges(header);
  const ranges = read.length > 0 ? read : anything;
  if (known.size >= knownMax) known.clear();
  known.set(header, ranges);
  return ranges;
};

const formatOf = (type: string, formats: readonly Format[]): Format | undefined => {
  if (type === '*/*' || type === 'application/*') return formats[0];
  return formats.find((format) => mediaTypes[format] === type);
};

const partial = new Set(['PartialObjectMetadata', 'PartialObjectMetadataList']);

/** What a resource can be shown as. */
export interface Offer {
  /** What is offered, the first for clients that accept anything. */
  readonly formats: readonly Format[];
  /** Whether it also comes as a Table or as metadata alone. */
  readonly transforms: boolean;
}

const shown = ({ type, parameters }: MediaRange, { formats, transforms }: Offer): Representation | undefined => {
  const format = formatOf(type, formats);
  if (!format) return undefined;
  const { as, g, v } = parameters;
  if (as === undefined) return { format, as: 'Object', version: 'v1' };
  if (!transforms || g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1') || format === 'protobuf') return undefined;
  if (as === 'Table') return { format, as, version: v };
  return partial.has(as) ? { format, as: 'PartialObjectMetadata', version: v } : undefined;
};

/**
 * The first representation that the client accepts and we offer; undefined when there is none: 406. Protobuf only where the
 * client takes nothing else: every object's JSON is there already.
 */
export const representationFor = (header: string | undefined, offer: Offer): Representation | undefined => {
  let last: Representation | undefined;
  for (const range of mediaRanges(header)) {
    const found = shown(range, offer);
    if (found && found.format !== 'protobuf') return found;
    last ??= found;
  }
  return last;
};
