import { expect } from 'chai';
import { openTails } from '../../../events/embedded/tails.ts';

describe('the tails of streams', () => {
  it('are found again, however many there are', () => {
    const tails = openTails();
    const count = 20_000;
    for (let i = 1; i <= count; i++) tails.move(`pods-default/web-${i}`, 0, i);
    for (let i = 1; i <= count; i += 2) tails.move(`pods-default/web-${i}`, i, count + i);
    expect(tails.size).to.equal(count);
    const again = openTails(tails.shelves());
    for (let i = 1; i <= count; i++)
      for (const table of [tails, again])
        expect(table.find(`pods-default/web-${i}`)).to.include(i % 2 === 0 ? i : count + i);
    expect(again.find('pods-default/nobody').length).to.be.at.most(1);
  });

  it('take no more room when streams come and go', () => {
    const tails = openTails();
    for (let i = 1; i <= 200_000; i++) {
      tails.move(`events-default/e-${i}`, 0, i);
      if (i > 1000) tails.remove(`events-default/e-${i - 1000}`, i - 1000);
    }
    expect(tails.size).to.equal(1000);
    expect(tails.shelves().reduce((sum, { positions }) => sum + positions.length, 0)).to.be.at.most(8192);
    expect(tails.find('events-default/e-199500')).to.include(199_500);
    expect(tails.find('events-default/e-100')).not.to.include(100);
  });

  it('tell apart streams that share a hash', () => {
    const tails = openTails();
    // Both have the CRC-32 4ddb0c25.
    tails.move('plumless', 0, 1);
    tails.move('buckeroo', 0, 2);
    expect(tails.find('plumless')).to.have.members([1, 2]);
    tails.move('plumless', 1, 3);
    tails.remove('buckeroo', 2);
    expect(tails.find('buckeroo')).to.deep.equal([3]);
  });
});
