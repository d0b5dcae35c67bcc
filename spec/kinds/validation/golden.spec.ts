import { expect } from 'chai';
import { causeReasonOf, type Fault, textOf } from '../../../kinds/fault.ts';
import { golden } from '../../support/golden.ts';
import { faultsOf, faultsOfChange, type Written } from '../../support/rules.ts';

interface Row {
  readonly object: Written;
  readonly before?: Written;
  /** `reason|field: text`, each once, sorted. */
  readonly faults: readonly string[];
}

// Upstream adds to this one a comparison in its own words; only the first line is asked for.
const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
const shown = (faults: readonly Fault[]) =>
  [...new Set(faults.map((one) => `${causeReasonOf(one)}|${firstLine(textOf(one))}`))].sort();

describe('Validation', () => {
  it("finds upstream's faults in new objects, for every row", () => {
    // The file's own shape.
    const rows = golden('validation') as readonly Row[];
    expect(rows).to.have.length(502);
    for (const { object, faults } of rows)
      expect(shown(faultsOf(object)), JSON.stringify(object)).to.deep.equal(faults);
  });

  it("finds upstream's faults in changes, for every row", () => {
    const rows = golden('validation-update') as readonly Row[];
    expect(rows).to.have.length(93);
    for (const { object, before, faults } of rows) {
      if (!before) expect.fail(`nothing to change: ${JSON.stringify(object)}`);
      const found = shown(faultsOfChange(object, before));
      expect(found, JSON.stringify({ object, before })).to.deep.equal(faults);
    }
  });

  it('leaves the object as it is', () => {
    for (const { object } of golden('validation') as readonly Row[]) {
      const text = JSON.stringify(object);
      faultsOf(object);
      expect(JSON.stringify(object)).to.equal(text);
    }
  });
});
