import { expect } from 'chai';
import * as quantity from '../../../kinds/values/quantity.ts';
import { golden } from '../../support/golden.ts';

const { parseQuantity, quantityOf, textOfQuantity } = quantity;

interface Read {
  readonly in: string;
  readonly canonical: string;
  readonly format: string;
  /** The exact amount, as a decimal number; with a fraction where upstream holds it as a big decimal. */
  readonly dec: string;
  readonly value: string;
  readonly milli: string;
}
interface Refused {
  readonly in: string;
  readonly error: string;
}
interface Pair {
  readonly a: string;
  readonly b: string;
  readonly cmp: number;
  readonly sum: string;
  readonly difference: string;
}

// The file's own shape.

const rows = golden('quantity') as readonly (Read | Refused | Pair)[];
const read = rows.filter((row) => 'canonical' in row);
const refused = rows.filter((row) => 'error' in row);
const pairs = rows.filter((row) => 'a' in row);

/** The exact amount in parts of 10^-places, rounded away from zero; reads upstream's decimal, not our own. */
const roundedDec = (dec: string, places: number): bigint => {
  const [whole = '', fraction = ''] = dec.replace('-', '').split('.');
  const shown = BigInt(whole + fraction.padEnd(places, '0').slice(0, places));
  const rest = /[1-9]/.test(fraction.slice(places)) ? 1n : 0n;
  return dec.startsWith('-') ? -(shown + rest) : shown + rest;
};

/**
 * Upstream's int64 answers are wrong where the amount does not fit 64 bits (they wrap), and where a negative amount is held
 * as a big decimal (they wrap, or round toward zero and add one, against their own documentation).
 */
const upstreamErrs = ({ dec }: Read, exact: bigint): boolean =>
  BigInt.asIntN(64, exact) !== exact || (dec.startsWith('-') && dec.includes('.'));

describe('A quantity', () => {
  it('covers every row of upstream', () => {
    expect([read.length, refused.length, pairs.length]).to.deep.equal([678, 72, 250]);
  });

  it('prints as upstream prints it', () => {
    for (const row of read) expect(textOfQuantity(quantityOf(row.in)), row.in).to.equal(row.canonical);
  });

  it('keeps the format upstream keeps', () => {
    for (const row of read) expect(quantityOf(row.in).format, row.in).to.equal(row.format);
  });

  it('is worth exactly what upstream says, and as many whole units and thousandths where upstream is right', () => {
    // How many of the 678 rows are not what upstream itself documents.
    const wrong = { value: 0, milli: 0 };
    for (const row of read) {
      const is = quantityOf(row.in);
      const value = roundedDec(row.dec, 0);
      const milli = roundedDec(row.dec, 3);
      expect([is.nanos, quantity.valueOf(is), quantity.milliValueOf(is)], row.in).to.deep.equal([
        roundedDec(row.dec, 9),
        value,
        milli,
      ]);
      if (upstreamErrs(row, value)) wrong.value++;
      else expect(String(value), row.in).to.equal(row.value);
      if (upstreamErrs(row, milli)) wrong.milli++;
      else expect(String(milli), row.in).to.equal(row.milli);
    }
    expect(wrong).to.deep.equal({ value: 118, milli: 215 });
  });

  it('compares, adds and subtracts as upstream does', () => {
    for (const row of pairs) {
      const [a, b] = [quantityOf(row.a), quantityOf(row.b)];
      const label = `${row.a} and ${row.b}`;
      expect(Math.sign(quantity.compareQuantities(a, b)), label).to.equal(row.cmp);
      expect(textOfQuantity(quantity.addQuantities(a, b)), label).to.equal(row.sum);
      expect(textOfQuantity(quantity.subtractQuantities(a, b)), label).to.equal(row.difference);
    }
  });

  it('refuses what upstream refuses, in its words', () => {
    for (const row of refused) expect(parseQuantity(row.in), row.in).to.equal(row.error);
  });

  it('reads a JSON number', () => {
    expect(textOfQuantity(quantityOf(0.5))).to.equal('500m');
    expect(textOfQuantity(quantityOf(1e21))).to.equal('1e+21');
  });

  it('refuses exponents and lengths that nobody means', () => {
    expect(parseQuantity('1e1000')).to.equal("unable to parse quantity's suffix");
    expect(textOfQuantity(quantityOf('1e999'))).to.equal('1e999');
    expect(parseQuantity('1'.repeat(1_025))).to.equal('unable to parse numeric part of quantity');
  });

  it('prints beyond the largest suffix with the largest suffix', () => {
    expect(textOfQuantity(quantityOf('1000E'))).to.equal('1000E');
    let sum = quantityOf('4Ei');
    for (let doubled = 0; doubled < 8; doubled++) sum = quantity.addQuantities(sum, sum);
    expect(textOfQuantity(sum)).to.equal('1024Ei');
  });

  it('reads a missing number as 0, but only before a small suffix', () => {
    for (const text of ['+', '.', 'Ti', 'E', '.n']) expect(textOfQuantity(quantityOf(text)), text).to.equal('0');
    for (const text of ['Ei', '+Pi', '.Ei', 'e-10'])
      expect(parseQuantity(text), text).to.equal('unable to parse numeric part of quantity');
  });

  it('throws on a text that was never validated', () => {
    expect(() => quantityOf('x')).to.throw('Cannot read the quantity "x": quantities must match');
  });
});
