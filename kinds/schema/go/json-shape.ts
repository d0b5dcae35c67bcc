/** What a glance over JSON text tells that parsing hides. */
export interface JsonShape {
  /** Keys of all objects. `JSON.parse` drops a key that stands twice; counting what it kept shows it. */
  readonly keys: number;
  /** How deep objects and lists stand in each other. */
  readonly depth: number;
  /** No number has a fraction or an exponent: `1.0` is no integer to Go, but is to JavaScript. */
  readonly wholeNumbers: boolean;
}

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [point, upperE, lowerE, zero, nine] = [0x2e, 0x45, 0x65, 0x30, 0x39];

/** The index of the quote that ends the string whose opening quote stands at `start`. */
export const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at++;
  }
  return text.length;
};

/** Looks over text that `JSON.parse` has accepted. */
export const shapeOf = (text: string): JsonShape => {
  let keys = 0;
  let depth = 0;
  let deepest = 0;
  let wholeNumbers = true;
  let before = comma;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === colon) keys++;
    else if (code === openBrace || code === openBracket) deepest = Math.max(deepest, ++depth);
    else if (code === closeBrace || code === closeBracket) depth--;
    else if (code === point || code === upperE || (code === lowerE && before >= zero && before <= nine))
      wholeNumbers = false;
    before = code;
  }
  return { keys, depth: deepest, wholeNumbers };
};
