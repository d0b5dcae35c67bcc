import { expect } from 'chai';
import { clockText, momentOf } from '../../cli/moment.ts';
import { UserError } from '../../cli/output.ts';

/** 2026-03-10, a quarter past eleven by this machine's clock. */
const now = new Date(2026, 2, 10, 11, 15, 0).getTime();
const local = (...parts: [number, number, number, number, number, number]) => new Date(...parts).getTime();

describe('--at', () => {
  it('takes a version as it is', () => {
    expect(momentOf('1234', now)).to.deep.equal({ asOf: '1234' });
  });

  for (const [text, seconds] of [
    ['10s', 10],
    ['10 s ago', 10],
    ['5 minutes ago', 300],
    ['1h30m', 5_400],
    ['2 days ago', 172_800],
  ] as const)
    it(`takes "${text}" as ${seconds} s before now, by the server's clock`, () => {
      expect(momentOf(text, now)).to.deep.equal({ asOf: `${seconds}s`, at: now - seconds * 1_000 });
    });

  for (const [text, at] of [
    ['10:43', local(2026, 2, 10, 10, 43, 0)],
    ['10:43:12', local(2026, 2, 10, 10, 43, 12)],
    ['11:16', local(2026, 2, 9, 11, 16, 0)],
    ['2026-03-01', local(2026, 2, 1, 0, 0, 0)],
    ['2026-03-01 10:43', local(2026, 2, 1, 10, 43, 0)],
    ['2026-03-01T10:43:00Z', Date.UTC(2026, 2, 1, 10, 43)],
    ['2026-03-01T10:43:00.250+02:00', Date.UTC(2026, 2, 1, 8, 43) + 250],
  ] as const)
    it(`takes "${text}" as that moment, the last one up to now`, () => {
      expect(momentOf(text, now)).to.deep.equal({ asOf: new Date(at).toISOString(), at });
    });

  for (const text of ['yesterday', '', '25:00', '10:61', '10 lightyears ago', '2026-13-01', '2026-03-10 12:00'])
    it(`refuses "${text}"`, () => {
      expect(() => momentOf(text, now)).to.throw(UserError);
    });

  it('is shown by this machine’s clock, with the date on other days', () => {
    expect(clockText(local(2026, 2, 10, 9, 5, 7), now)).to.equal('09:05:07');
    expect(clockText(local(2026, 2, 9, 9, 5, 7), now)).to.equal('2026-03-09 09:05:07');
  });
});
