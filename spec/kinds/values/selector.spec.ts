import { expect } from 'chai';
import { isRejection } from '../../../kinds/rejection.ts';
import {
  exactly,
  everything,
  type Labels,
  labelSelector,
  nothing,
  type Selector,
} from '../../../kinds/values/selector.ts';
import { parseLabelSelector } from '../../../kinds/values/selector-text.ts';
import { golden } from '../../support/golden.ts';

interface Read {
  readonly selector: string;
  readonly labels: Labels;
  readonly match: boolean;
  readonly canonical: string;
}
interface Refused {
  readonly selector: string;
  readonly error: string;
}

// The file's own shape.
const rows = golden('selector') as readonly (Read | Refused)[];

const readable = (text: string): Selector => {
  const selector = parseLabelSelector(text);
  if (isRejection(selector)) throw new Error(selector.message);
  return selector;
};

describe('The text of a label selector', () => {
  it('selects what upstream selects and prints as upstream prints it, for every row', () => {
    const read = rows.filter((row) => 'match' in row);
    expect(read).to.have.length(327);
    for (const row of read) {
      const selector = readable(row.selector);
      expect([selector.matches(row.labels), selector.text], row.selector).to.deep.equal([row.match, row.canonical]);
    }
  });

  it('is refused as upstream refuses it, for every row', () => {
    const refused = rows.filter((row) => 'error' in row);
    expect(refused).to.have.length(173);
    for (const row of refused)
      expect(parseLabelSelector(row.selector), row.selector).to.deep.equal({
        rejected: 'BadRequest',
        message: row.error,
      });
  });

  it('reads its own text as the same selector', () => {
    for (const row of rows.filter((row) => 'match' in row))
      expect(readable(row.canonical).requirements).to.deep.equal(readable(row.selector).requirements);
  });

  it('is refused when its list does not end', () => {
    for (const text of ['a in (b,', 'a in (,', 'a in (b,,'])
      expect(parseLabelSelector(text), text).to.deep.equal({
        rejected: 'BadRequest',
        message: "unable to parse requirement: found '', expected: ',', or identifier",
      });
  });

  it('is refused when it is longer than any client writes', () => {
    expect(parseLabelSelector('a'.repeat(65_537))).to.have.property('rejected', 'BadRequest');
  });

  it('selects everything when it is empty', () => {
    expect(readable('').matches(undefined)).to.equal(true);
    expect(readable('').requirements).to.deep.equal([]);
  });

  it('does not take what every JavaScript object has for a label', () => {
    expect(readable('constructor').matches({})).to.equal(false);
    expect(readable('!constructor').matches({})).to.equal(true);
    expect(readable('toString notin (a)').matches({})).to.equal(true);
    expect(readable('valueOf in (a)').matches({})).to.equal(false);
    expect(readable('constructor>1').matches({})).to.equal(false);
  });

  it('compares numbers of 64 bits', () => {
    expect(readable('a>9007199254740992').matches({ a: '9007199254740993' })).to.equal(true);
    expect(readable('a<1').matches({ a: 'x' })).to.equal(false);
  });
});

describe('The label selector of an object', () => {
  it('selects nothing when there is none, everything when it is empty', () => {
    expect(labelSelector(undefined)).to.equal(nothing);
    expect(nothing.matches({ a: '1' })).to.equal(false);
    expect(labelSelector({}).matches({ a: '1' })).to.equal(true);
    expect(everything.matches(undefined)).to.equal(true);
  });

  it('asks for all labels and all expressions, and prints as status.selector of a Scale shows it', () => {
    const selector = labelSelector({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['b', 'a'] },
        { key: 'old', operator: 'DoesNotExist' },
        { key: 'env', operator: 'NotIn', values: ['dev'] },
        { key: 'zone', operator: 'Exists' },
      ],
    });
    expect(selector.text).to.equal('app=web,env notin (dev),!old,tier in (a,b),zone');
    expect(selector.matches({ app: 'web', tier: 'a', zone: '' })).to.equal(true);
    for (const labels of [
      { app: 'x', tier: 'a', zone: '' },
      { app: 'web', tier: 'c', zone: '' },
      { app: 'web', tier: 'a' },
      { app: 'web', tier: 'a', zone: '', old: '' },
      { app: 'web', tier: 'a', zone: '', env: 'dev' },
    ])
      expect(selector.matches(labels), JSON.stringify(labels)).to.equal(false);
  });

  it('throws on an operator that was never validated', () => {
    expect(() => labelSelector({ matchExpressions: [{ key: 'a', operator: 'Gt' }] })).to.throw('"Gt" is no operator');
  });

  it("selects exactly by a Service's labels", () => {
    expect(exactly({ a: '1', b: '2' }).matches({ a: '1', b: '2', c: '3' })).to.equal(true);
    expect(exactly({ a: '1', b: '2' }).matches({ a: '1' })).to.equal(false);
  });
});
