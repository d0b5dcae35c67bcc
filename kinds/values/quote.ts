/** Go's short escapes; whatever else cannot be printed is written as `\x..`, `\u....` or `\U........`. */
const short: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

const plain = /^[ !#-[\]-~]*$/;
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const escape = (char: string): string => {
  const known = short[char];
  if (known !== undefined) return known;
  if (printable.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  // Decoding a lone surrogate from JSON gives Go the replacement character.
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
};

/** Text in double quotes as Go's `%q` prints it, which is how upstream's messages quote what a client sent. */
export const quote = (text: string): string =>
  plain.test(text) ? `"${text}"` : `"${Array.from(text, escape).join('')}"`;

const htmlEscapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** A value as Go's `json.Marshal` prints it: `<`, `>` and `&` escaped. Keys keep the order they have in `value`. */
export const goJson = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replaceAll(/[<>&\u2028\u2029]/g, (char) => htmlEscapes[char] ?? char);
