import { expect } from 'chai';
import { asPrefix, check, checkId, checkPort } from '../../../kinds/values/names.ts';
import { golden } from '../../support/golden.ts';

interface Row {
  readonly check: keyof typeof check;
  readonly in: string;
  readonly errors: readonly string[];
}

// The file's own shape.

const rows = golden('names') as readonly Row[];
const checks = [...new Set(rows.map((row) => row.check))].sort();

describe('Names are checked as upstream checks them', () => {
  it('covers every row', () => {
    expect([rows.length, checks.length]).to.deep.equal([900, 12]);
  });

  for (const name of checks)
    it(name, () => {
      for (const row of rows.filter((row) => row.check === name))
        expect(check[name](row.in), JSON.stringify(row.in)).to.deep.equal(row.errors);
    });

  it('lets the start of a generated name end with a hyphen', () => {
    expect(asPrefix(check.dns1123Label)('web-')).to.deep.equal([]);
    expect(asPrefix(check.dns1123Label)('-')).to.have.length(1);
    expect(check.dns1123Label('web-')).to.have.length(1);
  });

  it('counts bytes, not characters', () => {
    expect(check.labelValue('ü'.repeat(32))).to.have.length(2);
  });

  it('names the prefix that is missing', () => {
    expect(check.qualifiedName('/a')).to.deep.equal(['prefix part must be non-empty']);
  });

  it('says that a port name has two hyphens in a row', () => {
    expect(check.portName('a--b')).to.deep.equal(['must not contain consecutive hyphens']);
  });

  it('says that a key leaves its folder', () => {
    expect(check.configMapKey('.')).to.deep.equal(["must not be '.'"]);
    expect(check.configMapKey('..a')).to.deep.equal(["must not start with '..'"]);
    expect(check.configMapKey('.a')).to.deep.equal([]);
  });

  it('says that a name is no part of a path', () => {
    expect(check.pathSegment('Any.name_at:all')).to.deep.equal([]);
    expect(check.pathSegment('..')).to.deep.equal(["may not be '..'"]);
    expect(check.pathSegment('a/b%2f')).to.deep.equal(["may not contain '/'", "may not contain '%'"]);
  });

  it('allows any printable ASCII but = in an environment variable', () => {
    expect(check.relaxedEnvVarName('a b{}')).to.deep.equal([]);
    expect(check.relaxedEnvVarName('')).to.deep.equal(['environment variable name must be non-empty']);
    for (const name of ['a=b', 'ü', 'a\tb'])
      expect(check.relaxedEnvVarName(name)).to.deep.equal([
        "a valid environment variable name must consist only of printable ASCII characters other than '='",
      ]);
  });

  it('bounds ports and user ids', () => {
    expect([...checkPort(1), ...checkPort(65_535), ...checkId(0), ...checkId(2 ** 31 - 1)]).to.deep.equal([]);
    expect(checkPort(0)).to.deep.equal(['must be between 1 and 65535, inclusive']);
    expect(checkId(-1)).to.deep.equal(['must be between 0 and 2147483647, inclusive']);
  });
});
