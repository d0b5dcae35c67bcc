import { expect } from 'chai';
import { addressRange } from '../../../commands/claims/address-range.ts';
import { addressBand, choicesIn, portBand } from '../../../commands/claims/band.ts';

describe('bands', () => {
  it('offer every number once, those below the static border last', () => {
    const choices = [...choicesIn({ first: 1, last: 9, dynamicFrom: 4 }, 'seed')];
    expect(choices.toSorted((a, b) => a - b)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(choices.slice(6).every((n) => n < 4)).to.equal(true);
  });

  it('offer the same numbers to the same seed, others to another', () => {
    const first = (seed: string) => choicesIn(portBand(30_000, 32_767), seed).next().value;
    expect(first('a')).to.equal(first('a')).and.not.equal(first('b'));
  });

  it('draw the border where upstream draws it', () => {
    expect(addressBand(2 ** 16).dynamicFrom).to.equal(256);
    expect(addressBand(2 ** 8).dynamicFrom).to.equal(16);
    expect(portBand(30_000, 32_767).dynamicFrom).to.equal(30_086);
  });
});

describe('address ranges', () => {
  it('know what is theirs: all but the first and the last', () => {
    const { offsetOf, addressAt, size } = addressRange('10.96.0.0/16');
    expect(size).to.equal(65_536);
    expect(addressAt(1)).to.equal('10.96.0.1');
    expect(addressAt(65_534)).to.equal('10.96.255.254');
    expect(
      ['10.96.0.1', '10.96.0.0', '10.96.255.255', '10.95.255.255', '10.97.0.0', 'web', '10.96.00.1'].map(offsetOf),
    ).to.deep.equal([1, undefined, undefined, undefined, undefined, undefined, undefined]);
  });

  it('begin where the block begins', () => expect(addressRange('192.168.7.9/24').cidr).to.equal('192.168.7.0/24'));

  for (const cidr of ['10.0.0.0', '10.0.0.0/31', '10.0.0/8', '10.0.0.256/8', '::/64', 'web'])
    it(`cannot be made of ${cidr}`, () => expect(() => addressRange(cidr)).to.throw('it is no IPv4 block'));
});
