import {
  type Document,
  isScalar,
  Lexer,
  LineCounter,
  parseDocument,
  type Scalar,
  type Tags,
  visit,
  type YAMLError,
} from 'yaml';
import { quote } from '../values/quote.ts';
import { type Body, bodyOf, type Malformed, readJson } from './body.ts';
import { shapeOf } from './go/json-shape.ts';
import { jsonDepthMax } from './go/json-syntax.ts';

/** References that one value may be reached by; a "billion laughs" needs many more. */
const aliasesMax = 1_000;

/** Go's YAML keeps dates and base sixty as text. */
const asText = /timestamp|binary|omap|pairs|set$/;
const customTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || !(asText.test(tag.tag) || tag.format === 'TIME'));

const malformed = (why: string): Malformed => ({ malformed: why });

/** Whether flow collections, or list items begun on one line, stand too deep in each other for a parser that recurses into each. */
const isTooDeep = (text: string): boolean => {
  let [flow, items] = [0, 0];
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') flow++;
    else if (token === ']' || token === '}') flow--;
    else if (token === '-' || token === '?') items++;
    else if (token === '\n') items = 0;
    if (flow > jsonDepthMax || items > jsonDepthMax) return true;
  }
  return false;
};
/** Whether a closer look at the depth is worth its time. */
const mayBeDeep = (text: string): boolean =>
  text.split(/[[{]/, jsonDepthMax + 2).length > jsonDepthMax || /(?:[-?][ \t]+){100}/.test(text);

/** Go's words for what both parsers find, by the other's code and message. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^TAB_AS_INDENT/, 'found character that cannot start any token'],
  [/^BLOCK_AS_IMPLICIT_KEY/, 'mapping values are not allowed in this context'],
  [/closing .quote/, 'found unexpected end of stream'],
  [/Flow map/i, "did not find expected ',' or '}'"],
  [/Flow seq/i, "did not find expected ',' or ']'"],
];

/** Go does not name the first line, unless a flow collection is not closed there. */
const describe = ({ code, message, pos: [at] }: YAMLError, lines: LineCounter): string => {
  const text = words.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1];
  const { line } = lines.linePos(at);
  const why = text ?? (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  return `yaml: ${line > 1 || /',' or/.test(why) ? `line ${line}: ` : ''}${why}`;
};

/** What strict reading says of keys that stand twice. */
const duplicatesOf = (doc: Document.Parsed, lines: LineCounter): string[] => {
  const found: string[] = [];
  visit(doc, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue;
        if (seen.has(key.value)) found.push(duplicateOf(key, lines));
        seen.add(key.value);
      }
    },
  });
  return found.length === 0 ? [] : [`yaml: unmarshal errors:\n${found.join('\n')}`];
};
const duplicateOf = ({ value, range }: Scalar, lines: LineCounter): string => {
  const { line } = lines.linePos(range?.[0] ?? 0);
  return `  line ${line}: key ${typeof value === 'string' ? quote(value) : String(value)} already set in map`;
};

const hasNoJson = (doc: Document.Parsed): boolean => {
  let found = false;
  visit(doc, {
    Scalar: (_, { value }) => {
      found ||= typeof value === 'number' && !Number.isFinite(value);
    },
  });
  return found;
};

/** The errors of the document itself: of several documents upstream reads the first. */
const errorOf = (doc: Document.Parsed): YAMLError | undefined =>
  doc.errors.find(({ code }) => code !== 'MULTIPLE_DOCS');

const toBody = (text: string): Body | Malformed => {
  const lines = new LineCounter();
  // Keys that stand twice are looked for afterwards: the parser would compare each key with all others.
  const doc = parseDocument(text, {
    uniqueKeys: false,
    version: '1.1',
    merge: true,
    lineCounter: lines,
    customTags,
    logLevel: 'silent',
  });
  const error = errorOf(doc);
  if (error) return malformed(describe(error, lines));
  if (/\.(?:inf|nan)/i.test(text) && hasNoJson(doc)) return malformed('json: unsupported value');
  const value: unknown = doc.toJS({ maxAliasCount: aliasesMax });
  // Throws on a value that contains itself; shared parts become copies, as in Go.
  const json = JSON.stringify(value);
  if (shapeOf(json).depth > jsonDepthMax) return malformed('yaml: exceeded max depth');
  return bodyOf(JSON.parse(json), { faults: duplicatesOf(doc, lines) });
};

/** What the parser throws instead of noting: aliases. */
const thrown = (error: Error): Malformed => {
  if (/Excessive alias count/.test(error.message)) return malformed('yaml: document contains excessive aliasing');
  const missing = /^Unresolved alias.*: (.*)$/.exec(error.message)?.[1];
  if (missing !== undefined) return malformed(`yaml: unknown anchor '${missing}' referenced`);
  return malformed(/circular/.test(error.message) ? 'yaml: anchor value contains itself' : `yaml: ${error.message}`);
};

/**
 * Reads a YAML body: the first document of the text, by the rules of YAML 1.1, as upstream's parser has them. Where upstream reads
 * apply patches, it puts `error converting YAML to JSON: ` before the words that come back.
 */
export const readYaml = (text: string): Body | Malformed => {
  if (/^\s*\{/.test(text)) {
    // Patches are often JSON under the name of YAML, which is far quicker to read.
    const body = readJson(text);
    if (!('malformed' in body)) return { ...body, json: () => text };
  }
  if (mayBeDeep(text) && isTooDeep(text)) return malformed(`yaml: exceeded max depth of ${jsonDepthMax}`);
  try {
    return toBody(text);
  } catch (error) {
    // A client's text: the answer says what is wrong with it.
    if (error instanceof Error) return thrown(error);
    throw error;
  }
};
