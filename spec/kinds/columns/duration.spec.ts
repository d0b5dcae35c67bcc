import { expect } from 'chai';
import { durationText, sinceText } from '../../../kinds/columns/duration.ts';

const s = 1_000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

describe('ages', () => {
  const rows: readonly (readonly [number, string])[] = [
    [-5 * s, '<invalid>'],
    [-1 * s, '0s'],
    [0, '0s'],
    [119_999, '119s'],
    [2 * m, '2m'],
    [9 * m + 5 * s, '9m5s'],
    [10 * m + 5 * s, '10m'],
    [179 * m, '179m'],
    [3 * h, '3h'],
    [7 * h + 59 * m, '7h59m'],
    [47 * h, '47h'],
    [2 * d, '2d'],
    [7 * d + 3 * h, '7d3h'],
    [8 * d + 3 * h, '8d'],
    [729 * d, '729d'],
    [731 * d, '2y1d'],
    [8 * 365 * d, '8y'],
  ];
  for (const [ms, text] of rows) it(`of ${ms} ms read ${text}`, () => expect(durationText(ms)).to.equal(text));

  it('of what has no time are unknown', () => expect(sinceText(undefined, 0)).to.equal('<unknown>'));
});
