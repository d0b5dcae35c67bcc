import { quote } from '../../values/quote.ts';

/**
 * Deeper objects and lists are refused in the words of Go's decoder. Its own limit is 10,000; here it is what everything that walks
 * an object by recursion can bear (`JSON.stringify` ends between 1,000 and 5,000).
 */
export const jsonDepthMax = 1_000;

const unended = 'unexpected end of JSON input';
const space = /[ \t\r\n]*/y;
const words: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/** Go reads bytes: of a character beyond ASCII it shows the first. */
const shown = (char: string): string => {
  if (char === "'" || char === '"') return char === '"' ? `'"'` : String.raw`'\''`;
  const byte = String.fromCodePoint(Buffer.from(char)[0] ?? 0);
  return `'${quote(byte).slice(1, -1)}'`;
};

/** Where a read stopped: at the next index, or for a reason. */
type Step = { readonly at: number } | { readonly wrong: string };

/** What Go says of the first wrong byte, by what it was about to read there. */
const unexpected = (text: string, at: number, where: string): Step => ({
  wrong: `invalid character ${shown(String.fromCodePoint(text.codePointAt(at) ?? 0))} ${where}`,
});

const readWord = (text: string, start: number, word: string): Step => {
  for (let i = 1; i < word.length; i++)
    if (text[start + i] !== word[i]) return unexpected(text, start + i, `in literal ${word} (expecting '${word[i]}')`);
  return { at: start + word.length };
};

const readString = (text: string, start: number): Step => {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '"') return { at: at + 1 };
    if (char < ' ') return unexpected(text, at, 'in string literal');
    if (char !== '\\') continue;
    const escape = text[++at] ?? '';
    if (escape === 'u') {
      const wrong = [1, 2, 3, 4].find((i) => !/^[0-9a-fA-F]$/.test(text[at + i] ?? ''));
      if (wrong !== undefined) return unexpected(text, at + wrong, String.raw`in \u hexadecimal character escape`);
    } else if (!'bfnrt\\/"'.includes(escape)) return unexpected(text, at, 'in string escape code');
  }
  return { wrong: unended };
};

const readNumber = (text: string, start: number): Step => {
  const digits = (at: number): number => {
    let end = at;
    while (/^[0-9]$/.test(text[end] ?? '')) end++;
    return end;
  };
  let at = text[start] === '-' ? start + 1 : start;
  if (digits(at) === at) return unexpected(text, at, 'in numeric literal');
  at = text[at] === '0' ? at + 1 : digits(at);
  if (text[at] === '.') {
    if (digits(at + 1) === at + 1) return unexpected(text, at + 1, 'after decimal point in numeric literal');
    at = digits(at + 1);
  }
  if (text[at] !== 'e' && text[at] !== 'E') return { at };
  at += /^[+-]$/.test(text[at + 1] ?? '') ? 2 : 1;
  return digits(at) === at ? unexpected(text, at, 'in exponent of numeric literal') : { at: digits(at) };
};

const readScalar = (text: string, at: number): Step => {
  const char = text[at] ?? '';
  if (char === '"') return readString(text, at);
  if (/^[-0-9]$/.test(char)) return readNumber(text, at);
  const word = words[char];
  return word ? readWord(text, at, word) : unexpected(text, at, 'looking for beginning of value');
};

/** Where the scanner stands: before a value or key (an end is allowed right after an opening), or behind one. */
type Stand = 'value' | 'value or end' | 'key' | 'key or end' | 'after key' | 'after value';

/** Why Go's scanner refuses `text`, in its words; undefined when it is JSON. */
export const jsonSyntaxError = (text: string): string | undefined => {
  // Go ends its scan as if a space followed.
  const input = `${text} `;
  const open: string[] = [];
  let stand: Stand = 'value';
  let at = 0;
  for (;;) {
    space.lastIndex = at;
    at += space.exec(input)?.[0].length ?? 0;
    if (at >= input.length) return stand === 'after value' && open.length === 0 ? undefined : unended;
    const next = stepFrom(stand, input, at, open);
    if ('wrong' in next) return next.wrong;
    ({ at, stand } = next);
  }
};

type Next = { readonly at: number; readonly stand: Stand } | { readonly wrong: string };

const then = (step: Step, stand: Stand): Next => ('wrong' in step ? step : { at: step.at, stand });

const stepFrom = (stand: Stand, text: string, at: number, open: string[]): Next => {
  const char = text[at] ?? '';
  switch (stand) {
    case 'key or end':
    case 'key':
      if (char === '}' && stand === 'key or end') return close(at, open);
      if (char !== '"') return then(unexpected(text, at, 'looking for beginning of object key string'), 'after key');
      return then(readString(text, at), 'after key');
    case 'after key':
      return char === ':' ? { at: at + 1, stand: 'value' } : then(unexpected(text, at, 'after object key'), 'value');
    case 'after value':
      return afterValue(text, at, open);
    default:
      if (char === ']' && stand === 'value or end') return close(at, open);
      if (char !== '{' && char !== '[') return then(readScalar(text, at), 'after value');
      if (open.push(char) > jsonDepthMax) return then(unexpected(text, at, 'exceeded max depth'), 'value');
      return { at: at + 1, stand: char === '{' ? 'key or end' : 'value or end' };
  }
};

const close = (at: number, open: string[]): Next => {
  open.pop();
  return { at: at + 1, stand: 'after value' };
};

const afterValue = (text: string, at: number, open: string[]): Next => {
  const inside = open.at(-1);
  const char = text[at];
  if (inside === undefined) return then(unexpected(text, at, 'after top-level value'), 'after value');
  if (char === ',') return { at: at + 1, stand: inside === '{' ? 'key' : 'value' };
  if (char === (inside === '{' ? '}' : ']')) return close(at, open);
  return then(unexpected(text, at, inside === '{' ? 'after object key:value pair' : 'after array element'), 'value');
};
