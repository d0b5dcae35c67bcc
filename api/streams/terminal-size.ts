import type { Readable } from 'node:stream';

/** A terminal's size in characters, 1 to 65535 each. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** A client sends under 40 bytes for a size. */
const textMax = 4096;

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0xffff;

const sizeIn = (text: string): TerminalSize | undefined => {
  // A flat object was matched, so this is JSON or an error that ends the stream of sizes.
  const { Width: width, Height: height } = JSON.parse(text) as Record<string, unknown>;
  return isSize(width) && isSize(height) ? { width, height } : undefined;
};

/** The sizes in a stream of `{"Width":80,"Height":24}`; others than sizes are passed over, and it ends at what is no JSON. */
export const terminalSizes = async function* (source: Readable): AsyncGenerator<TerminalSize, void, void> {
  let text = '';
  try {
    for await (const part of source) {
      text += String(part);
      for (let object = /^\s*(\{[^{}]*\})/.exec(text); object; object = /^\s*(\{[^{}]*\})/.exec(text)) {
        text = text.slice(object[0].length);
        const size = sizeIn(object[1] ?? '');
        if (size) yield size;
      }
      if (text.length > textMax) return;
    }
  } catch (error) {
    // A client that goes away, or sends something else, names no more sizes.
    if (!source.destroyed && !(error instanceof SyntaxError)) throw error;
  }
};
