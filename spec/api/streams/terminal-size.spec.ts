import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { type TerminalSize, terminalSizes } from '../../../api/streams/terminal-size.ts';

describe('the sizes of a terminal', () => {
  const sizesIn = async (...parts: readonly string[]) => {
    const source = new PassThrough();
    for (const part of parts) source.write(part);
    source.end();
    const sizes: TerminalSize[] = [];
    for await (const size of terminalSizes(source)) sizes.push(size);
    return sizes;
  };

  it('may come in pieces, or several at once', async () => {
    expect(await sizesIn('{"Width":80,', '"Height":24}\n{"Width":1,"Height":65535}')).to.deep.equal([
      { width: 80, height: 24 },
      { width: 1, height: 65_535 },
    ]);
  });

  it('are sizes, or are passed over', async () => {
    expect(await sizesIn('{"Width":0,"Height":1}{"Width":65536,"Height":1}{"Width":"1","Height":1}{}')).to.deep.equal(
      [],
    );
  });

  it('end at what is no JSON, and at 4 KiB without a size', async () => {
    expect(await sizesIn('{"Width":80,"Height":24}', '{nonsense}', '{"Width":80,"Height":25}')).to.have.length(1);
    expect(await sizesIn('x'.repeat(5000), '{"Width":80,"Height":24}')).to.deep.equal([]);
  });
});
