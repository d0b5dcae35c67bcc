import { expect } from 'chai';
import fc from 'fast-check';
import { highestOf, nextAddress, parseRange } from '../../runtime-agent/addresses.ts';

describe('addresses of a node', () => {
  it('leave out the range itself, the gateway and the broadcast address', () => {
    const range = parseRange('10.244.1.0/29') ?? expect.fail('no range');
    expect(range.gateway).equal('10.244.1.1');
    const given: string[] = [];
    for (let next = nextAddress(range, new Set()); next; next = nextAddress(range, new Set(given), next))
      given.push(next);
    expect(given).deep.equal(['10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6']);
  });

  it('cross from one byte to the next', () => {
    const range = parseRange('10.244.0.0/23');
    expect(range && nextAddress(range, new Set(), '10.244.0.255')).equal('10.244.1.0');
  });

  for (const text of [
    '10.0.0.0',
    '10.0.0/24',
    '10.0.0.0/31',
    '10.0.0.0/33',
    '10.0.0.256/24',
    'fd00::/64',
    '',
    '10.0.0.0/24 ',
  ]) {
    it(`do not come from "${text}"`, () => {
      expect(parseRange(text)).equal(undefined);
    });
  }

  it('rest as long as possible, and are never given twice', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (steps) => {
        const range = parseRange('192.168.7.128/28');
        const taken = new Set<string>();
        let latest: string | undefined;
        for (const take of steps) {
          const next = range && nextAddress(range, taken, latest);
          if (take && next) {
            expect(taken.has(next)).equal(false);
            taken.add(next);
            latest = next;
          } else {
            if (take) expect(taken.size).equal(13);
            const [first] = taken;
            if (first) taken.delete(first);
          }
        }
      }),
    );
  });

  it('go on from the highest, whatever the letters say', () => {
    expect(highestOf(['10.0.0.9', '10.0.0.10', '10.0.0.2'])).equal('10.0.0.10');
    expect(highestOf([])).equal(undefined);
  });
});
