import { expect } from 'chai';
import { isRejection } from '../../../kinds/rejection.ts';
import { type FieldSelector, parseFieldSelector, type Selectable } from '../../../kinds/values/field-selector.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly phase: string;
}

const selectable = { 'status.phase': (pod: Pod) => pod.phase };
const pod = (name: string, phase: string): Pod => ({ metadata: { name, namespace: 'shop' }, phase });

const readable = (text: string): FieldSelector<Pod> => {
  const selector = parseFieldSelector(text, selectable);
  if (isRejection(selector)) throw new Error(selector.message);
  return selector;
};

const refused = (text: string, fields: Selectable<Pod> = selectable) => parseFieldSelector(text, fields);

describe('A field selector', () => {
  it('asks for equality with = and ==, for the opposite with !=', () => {
    for (const text of ['status.phase=Running', 'status.phase==Running', 'status.phase!=Failed'])
      expect([pod('a', 'Running'), pod('a', 'Failed')].map(readable(text).matches), text).to.deep.equal([true, false]);
  });

  it('asks for all terms, prints them sorted, and skips empty ones', () => {
    const selector = readable(',status.phase!=Failed,,metadata.name=a,');
    expect(selector.text).to.equal('metadata.name=a,status.phase!=Failed');
    expect([pod('a', ''), pod('b', ''), pod('a', 'Failed')].map(selector.matches)).to.deep.equal([true, false, false]);
  });

  it('knows the name and namespace of every object', () => {
    expect(readable('metadata.namespace=shop,metadata.name=a').matches(pod('a', ''))).to.equal(true);
    expect(readable('metadata.namespace=').matches({ metadata: { name: 'node' }, phase: '' })).to.equal(true);
  });

  it('selects everything when it is empty', () => {
    expect(readable('').matches(pod('a', ''))).to.equal(true);
  });

  it('reads escaped values and writes them again', () => {
    const selector = readable('metadata.name=a\\,b\\=c\\\\d');
    expect(selector.terms).to.deep.equal([{ field: 'metadata.name', equal: true, value: 'a,b=c\\d' }]);
    expect(selector.text).to.equal('metadata.name=a\\,b\\=c\\\\d');
  });

  const messages: readonly (readonly [string, string])[] = [
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ['a=b,c', "invalid selector: 'a=b,c'; can't understand 'c'"],
    ['metadata.name=a=b', 'invalid field selector: unescaped character in value: 61'],
    ['metadata.name=a\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['metadata.name=a\\', 'invalid field selector: invalid escape sequence: \\'],
    ['spec.x=1', 'field label not supported: spec.x'],
    ['constructor=1', 'field label not supported: constructor'],
  ];
  for (const [text, message] of messages)
    it(`refuses ${text}`, () => expect(refused(text)).to.deep.equal({ rejected: 'BadRequest', message }));

  it('says what it knows where it knows only names', () => {
    expect(refused('data.k=1', {})).to.deep.equal({
      rejected: 'BadRequest',
      message: '"data.k" is not a known field selector: only "metadata.name", "metadata.namespace"',
    });
  });

  it('is refused when it is longer than any client writes', () => {
    expect(refused('a'.repeat(65_537))).to.have.property('rejected', 'BadRequest');
  });
});
