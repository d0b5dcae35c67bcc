import { expect } from 'chai';
import { jsonMerge } from '../../../kinds/patch/json-merge.ts';
import { golden } from '../../support/golden.ts';

interface Row {
  readonly original: unknown;
  readonly patch: unknown;
  readonly result?: unknown;
  readonly error?: string;
}

describe('A JSON merge patch', () => {
  it('makes of every row what upstream makes of it', () => {
    // The file's own shape.
    const rows = golden('json-merge') as readonly Row[];
    expect(rows).to.have.length(100);
    for (const { original, patch, result, error } of rows)
      expect(jsonMerge(original, patch), JSON.stringify({ original, patch })).to.deep.equal(
        error === undefined ? result : { rejected: 'BadRequest', message: error },
      );
  });

  it('leaves the original as it is and shares what it does not touch', () => {
    const original = { spec: { a: { deep: [1] }, b: 1 }, status: { c: 2 } };
    const text = JSON.stringify(original);
    // What a merge of two objects gives.
    const merged = jsonMerge(original, { spec: { b: null } }) as typeof original;
    expect(merged).to.deep.equal({ spec: { a: { deep: [1] } }, status: { c: 2 } });
    expect(merged.status).to.equal(original.status);
    expect(merged.spec.a).to.equal(original.spec.a);
    expect(JSON.stringify(original)).to.equal(text);
  });

  it('takes __proto__ for a name like any other', () => {
    const merged = jsonMerge({}, JSON.parse('{"__proto__":{"polluted":1}}'));
    expect(JSON.stringify(merged)).to.equal('{"__proto__":{"polluted":1}}');
    expect(merged).not.to.have.property('polluted');
  });
});
