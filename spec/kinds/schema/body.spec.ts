import { expect } from 'chai';
import { type Body, type Malformed, readJson } from '../../../kinds/schema/body.ts';
import { check } from '../../../kinds/schema/check.ts';
import { typeOf } from '../../../kinds/schema/kind-rows.ts';
import { readYaml } from '../../../kinds/schema/yaml-body.ts';

const malformed = (body: Body | Malformed): string => ('malformed' in body ? body.malformed : 'nothing');
const sound = (body: Body | Malformed): Body => {
  if ('malformed' in body) throw new Error(body.malformed);
  return body;
};

const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('a JSON body', () => {
  const said: Readonly<Record<string, string>> = {
    '': 'unexpected end of JSON input',
    '{': 'unexpected end of JSON input',
    '{"a"': 'unexpected end of JSON input',
    '"a': 'unexpected end of JSON input',
    '{"a":1,}': "invalid character '}' looking for beginning of object key string",
    '[1,]': "invalid character ']' looking for beginning of value",
    '[1 2]': "invalid character '2' after array element",
    '{"a" 1}': "invalid character '1' after object key",
    '{"a":1 "b":2}': `invalid character '"' after object key:value pair`,
    trux: "invalid character 'x' in literal true (expecting 'e')",
    nul: "invalid character ' ' in literal null (expecting 'l')",
    '1.': "invalid character ' ' after decimal point in numeric literal",
    '{"a":1e}': "invalid character '}' in exponent of numeric literal",
    '"\n"': String.raw`invalid character '\n' in string literal`,
    '"\\x"': "invalid character 'x' in string escape code",
    '"\\u12g4"': String.raw`invalid character 'g' in \u hexadecimal character escape`,
    '{} x': "invalid character 'x' after top-level value",
    "'a'": String.raw`invalid character '\'' looking for beginning of value`,
    '\ufeff{}': "invalid character 'ï' looking for beginning of value",
  };
  for (const [text, why] of Object.entries(said))
    it(`is refused as Go refuses it: ${JSON.stringify(text)}`, () =>
      expect(malformed(readJson(text))).to.equal(`couldn't get version/kind; json parse error: ${why}`));

  it('is an object that says as text what it is', () => {
    expect(malformed(readJson('[]'))).to.match(
      /json: cannot unmarshal array into Go value of type struct \{ APIVersion string/,
    );
    expect(malformed(readJson('{"kind":5}'))).to.match(
      /json: cannot unmarshal number into Go struct field \.kind of type string$/,
    );
    expect(sound(readJson('null'))).to.deep.include({ apiVersion: '', kind: '', value: {} });
  });

  it('is refused when it is nested too deep for anything to walk', () => {
    expect(malformed(readJson(nested(100_000)))).to.match(/exceeded max depth$/);
    expect(malformed(readJson('['.repeat(1_000_000)))).to.match(/exceeded max depth$/);
    expect(malformed(readJson(nested(900)))).to.equal('nothing');
  });
});

describe('a YAML body', () => {
  it('is read by the rules of YAML 1.1, dates and base sixty left alone', () => {
    const text =
      'kind: X\non: off\nday: 2026-01-01\ntime: 12:30:45\nmode: 0644\nbase: &b {a: 1}\nmore: {<<: *b, c: ~}\nnine: "9"\n8: 7\n';
    const { value, kind } = sound(readYaml(text));
    expect(kind).to.equal('X');
    expect(value).to.deep.equal({
      kind: 'X',
      true: false,
      day: '2026-01-01',
      time: '12:30:45',
      mode: 420,
      base: { a: 1 },
      more: { a: 1, c: null },
      nine: '9',
      8: 7,
    });
  });

  it('is its first document', () => expect(sound(readYaml('a: 1\n---\na: 2\n')).value).to.deep.equal({ a: 1 }));

  it('may be JSON', () => expect(sound(readYaml(' {"kind":"X"}')).kind).to.equal('X'));

  it('tells strict readers of keys that stand twice, and of unknown fields after them', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: b\ndata:\n  "k": x\n  k: z\nfoo: 1\n';
    const body = sound(readYaml(text));
    expect(check(typeOf('v1', 'ConfigMap'), body, true)).to.deep.include({
      strict: [
        'yaml: unmarshal errors:\n  line 5: key "name" already set in map\n  line 8: key "k" already set in map',
        'unknown field "foo"',
      ],
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' }, data: { k: 'z' } },
    });
    expect(check(typeOf('v1', 'ConfigMap'), body, false)).to.deep.include({ strict: [] });
  });

  const refused: Readonly<Record<string, RegExp>> = {
    'a: b: c': /^yaml: mapping values are not allowed in this context$/,
    'a:\n\t- b': /^yaml: line 2: found character that cannot start any token$/,
    '{a: 1': /^yaml: line 1: did not find expected ',' or '}'$/,
    'a: *x': /unknown anchor 'x' referenced$/,
    'a: &x [*x]': /contains itself$/,
    'a: .inf': /unsupported value/,
    '- a': /cannot unmarshal array into Go value/,
    'kind: 5': /cannot unmarshal number into Go struct field \.kind of type string/,
  };
  for (const [text, why] of Object.entries(refused))
    it(`is refused: ${JSON.stringify(text)}`, () => expect(malformed(readYaml(text))).to.match(why));

  it('is refused when its aliases multiply', () => {
    const laughs = 'bcdefghij'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]\n`);
    expect(malformed(readYaml(`a: &a [x,x,x,x,x,x,x,x,x]\n${laughs.join('')}`))).to.match(
      /document contains excessive aliasing$/,
    );
  });

  it('takes a time in proportion to its length, however many keys it has', () => {
    const keys = Array.from({ length: 30_000 }, (_, i) => `k${i}: v\n`).join('');
    expect(Object.keys(sound(readYaml(keys)).value)).to.have.length(30_000);
  });

  it('is refused when it is nested too deep, before anyone walks it', () => {
    for (const deep of ['['.repeat(1_000_000), '{a: '.repeat(100_000), '- '.repeat(500_000), '? '.repeat(500_000)])
      expect(malformed(readYaml(deep))).to.match(/^yaml: /);
  });
});
