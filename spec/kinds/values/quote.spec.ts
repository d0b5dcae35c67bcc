import { expect } from 'chai';
import { goJson, quote } from '../../../kinds/values/quote.ts';

describe('Text is quoted as Go does', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['', '""'],
    ['a b', '"a b"'],
    ['"\\', '"\\"\\\\"'],
    ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\x00\x1f\x7f', '"\\x00\\x1f\\x7f"'],
    ['日本 ü 😀', '"日本 ü 😀"'],
    ['\u00a0\u200b\ue000', '"\\u00a0\\u200b\\ue000"'],
    ['\u{f0000}', '"\\U000f0000"'],
    ['\ud800', '"\ufffd"'],
  ];
  for (const [text, quoted] of pairs)
    it(`${JSON.stringify(text)} as ${quoted}`, () => expect(quote(text)).to.equal(quoted));
});

describe('JSON is printed as Go does', () => {
  it('escapes what HTML would read', () => expect(goJson({ a: '<&>' })).to.equal('{"a":"\\u003c\\u0026\\u003e"}'));
  it('prints nothing as null', () => expect(goJson(undefined)).to.equal('null'));
});
