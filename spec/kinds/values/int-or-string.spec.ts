import { expect } from 'chai';
import { type IntOrString, scale, scaled } from '../../../kinds/values/int-or-string.ts';
import { parseInt64 } from '../../../kinds/values/integer.ts';
import { golden } from '../../support/golden.ts';

interface Row {
  readonly in: IntOrString;
  readonly total: number;
  readonly roundUp: boolean;
  readonly out?: number;
  readonly error?: string;
}

describe('A number or a percentage of a total', () => {
  it('is what upstream says, for every row', () => {
    // The file's own shape.
    const rows = golden('intstr') as readonly Row[];
    expect(rows).to.have.length(150);
    for (const row of rows)
      expect(scale(row.in, row.total, row.roundUp ? 'up' : 'down'), JSON.stringify(row)).to.equal(row.error ?? row.out);
  });

  it('says that a percentage has too many digits', () => {
    expect(scale('99999999999999999999%', 1, 'up')).to.equal(
      'invalid value for IntOrString: invalid value "99999999999999999999%": strconv.Atoi: parsing "99999999999999999999": value out of range',
    );
  });

  it('throws on what was never validated', () => {
    expect(() => scaled('x', 1, 'up')).to.throw('Cannot scale "x": invalid value for IntOrString');
    expect(scaled('50%', 3, 'up')).to.equal(2);
  });
});

describe('A 64-bit integer', () => {
  it('is read to its very bounds', () => {
    expect(parseInt64('9223372036854775807')).to.equal(9223372036854775807n);
    expect(parseInt64('-9223372036854775808')).to.equal(-9223372036854775808n);
    expect(parseInt64('+0000000000000000000000005')).to.equal(5n);
    expect(parseInt64('9223372036854775808')).to.equal('value out of range');
    expect(parseInt64('-9223372036854775809')).to.equal('value out of range');
  });

  it('is digits and at most one sign', () => {
    for (const text of ['', '+', '1_000', '0x1', ' 1', '1.0'])
      expect(parseInt64(text), text).to.equal('invalid syntax');
  });
});
