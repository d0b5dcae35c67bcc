import { expect } from 'chai';
import { BlockList } from 'node:net';
import fc from 'fast-check';
import * as cidr from '../../../kinds/values/cidr.ts';

const address = (text: string): cidr.Address => cidr.parseAddress(text) ?? expect.fail(`no address: ${text}`);
const range = (text: string): cidr.Cidr => cidr.parseCidr(text) ?? expect.fail(`no range: ${text}`);
const textAt = (text: string, index: number) => {
  const nth = cidr.nthAddress(range(text), index);
  return nth && cidr.textOfAddress(nth);
};

describe('An address', () => {
  for (const [written, printed] of [
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['1::', '1::'],
    ['::1.2.3.4', '::102:304'],
    ['fd00:0:0:1:0:0:0:1', 'fd00:0:0:1::1'],
  ] as const)
    it(`${written} prints as ${printed}`, () => expect(cidr.textOfAddress(address(written))).to.equal(printed));

  it('is not a word, a zone, or a number with leading zeros', () => {
    for (const text of ['', 'x', '10.0.0', '10.0.0.01', '10.0.0.256', 'fe80::1%eth0', '10.0.0.0/8', '1:2'])
      expect(cidr.parseAddress(text), text).to.equal(undefined);
  });

  it('reads what it prints', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(address(cidr.textOfAddress(address(text)))).to.deep.equal(address(text));
      }),
    );
  });
});

describe('A range of addresses', () => {
  it('clears the bits beyond its prefix', () => {
    expect(cidr.textOfCidr(range('10.1.2.3/16'))).to.equal('10.1.0.0/16');
    expect(cidr.textOfCidr(range('2001:db8::1/32'))).to.equal('2001:db8::/32');
  });

  it('is an address and a prefix that fits', () => {
    for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/', '::/129', '/8', '10.0.0.0/-1'])
      expect(cidr.parseCidr(text), text).to.equal(undefined);
  });

  it('counts its addresses and finds the nth', () => {
    expect(cidr.sizeOf(range('10.96.0.0/12'))).to.equal(1_048_576n);
    expect(textAt('10.96.0.0/12', 1)).to.equal('10.96.0.1');
    expect(textAt('10.96.0.0/30', 3)).to.equal('10.96.0.3');
    expect(textAt('10.96.0.0/30', 4)).to.equal(undefined);
    expect(textAt('10.96.0.0/30', -1)).to.equal(undefined);
    expect(textAt('fd00::/64', 10)).to.equal('fd00::a');
  });

  it('contains what Node says it contains', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (base, other, prefix) => {
        const list = new BlockList();
        list.addSubnet(base, prefix);
        expect(cidr.contains(range(`${base}/${prefix}`), address(other))).to.equal(list.check(other));
      }),
    );
    expect(cidr.contains(range('::/0'), address('10.0.0.1'))).to.equal(false);
  });
});

describe('An address as old fields take it', () => {
  const read = (text: string) => {
    const found = cidr.parseLegacyAddress(text);
    return found && cidr.textOfAddress(found);
  };

  it('may have leading zeros in its numbers', () => {
    expect(read('010.000.00.08')).to.equal('10.0.0.8');
    expect(read('::ffff:010.0.0.01')).to.equal('10.0.0.1');
    expect(read('00010::00a')).to.equal('10::a');
  });

  it('is IPv4 where IPv6 only wraps it', () => {
    expect(read('::ffff:a00:1')).to.equal('10.0.0.1');
    expect(read('::a00:1')).to.equal('::a00:1');
  });

  it('is still an address', () => {
    for (const text of ['', '10.0.0', '0010.0.0.256', '1.2.3.4.5', '0001g::', 'fe80::1%eth0', '-1.0.0.1'])
      expect(read(text), text).to.equal(undefined);
  });

  it('begins a range whose prefix may have zeros too', () => {
    const readRange = (text: string) => {
      const found = cidr.parseLegacyCidr(text);
      return found && cidr.textOfCidr(found);
    };
    expect(readRange('010.01.2.3/016')).to.equal('10.1.0.0/16');
    expect(readRange('::ffff:10.0.0.1/120')).to.equal('::ffff:a00:0/120');
    for (const text of ['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/8/8', '/8', '10.0.0.0/+8'])
      expect(readRange(text), text).to.equal(undefined);
  });
});
