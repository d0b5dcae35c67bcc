import { expect } from 'chai';
import { openTable, tableText } from '../../cli/table-text.ts';

describe('a printed table', () => {
  const rows = [
    ['NAME', 'AGE', 'MESSAGE'],
    ['web', '10s', 'all is well with this one and there is nothing to say'],
    ['a-longer-name', '', 'short'],
  ];

  it('aligns its columns and ends no line with spaces', () => {
    expect(tableText(rows).split('\n')).to.deep.equal([
      'NAME            AGE   MESSAGE',
      'web             10s   all is well with this one and there is nothing to say',
      'a-longer-name         short',
      '',
    ]);
  });

  it('cuts the widest column, on a terminal only, and never the first', () => {
    const lines = tableText(rows, 50).split('\n');
    expect(lines[1]).to.equal('web             10s   all is well with this one a…');
    expect(Math.max(...lines.map(({ length }) => length))).to.equal(50);
    expect(tableText(rows, 10)).to.contain('a-longer-name         short');
  });

  it('keeps a row on its line', () => {
    expect(tableText([['a', 'b\n  c']])).to.equal('a   b c\n');
  });

  it('stays aligned as it grows', () => {
    const add = openTable();
    expect(add([['NAME', 'AGE']])).to.equal('NAME   AGE\n');
    expect(add([['a', '1s']])).to.equal('a      1s\n');
    expect(add([['longer', '1s']])).to.equal('longer   1s\n');
  });
});
