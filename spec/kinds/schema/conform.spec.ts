import { expect } from 'chai';
import fc from 'fast-check';
import { sortedJson } from '../../../kinds/schema/body.ts';
import { conform } from '../../../kinds/schema/conform.ts';
import { readAsGo } from '../../../kinds/schema/go/reader.ts';
import { typeOf } from '../../../kinds/schema/kind-rows.ts';
import { golden } from '../../support/golden.ts';

interface Row {
  readonly apiVersion: string;
  readonly kind: string;
  readonly json: unknown;
}
const rows = ['protobuf', 'protobuf-more'].flatMap((name) => golden(name) as readonly Row[]);

/** Values that are of some type, and of no other. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, '', 0, -1, 1.5, 2 ** 31, 2 ** 53, true, [], {}, [null], { a: null }),
  fc.constantFrom<unknown>('1Gi', '0.5', 'aGk=', 'aGk', '2026-01-01T00:00:00Z', '2026-02-30T00:00:00Z', '50%'),
);

/** The value with another in one of its places, which `path` picks. */
const changed = (value: unknown, path: readonly number[], to: unknown): unknown => {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return to;
  const keys = Object.keys(value);
  const key = keys[step % (keys.length + 1)] ?? 'extra';
  const inner = changed((value as Readonly<Record<string, unknown>>)[key], rest, to);
  return Array.isArray(value)
    ? value.map((item: unknown, i) => (String(i) === key ? inner : item))
    : { ...value, [key]: inner };
};

describe('the quick look at a body', () => {
  it('lets nothing pass that the close look refuses, and misses no unknown field', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.array(fc.nat(40), { maxLength: 7 }), odd, (row, path, to) => {
        const type = typeOf(row.apiVersion, row.kind);
        if (!type) throw new Error(`no ${row.apiVersion} ${row.kind}`);
        const value = { ...(changed(row.json, path, to) as object) };
        const found = { suspect: false, unknown: 0, keys: 0 };
        conform(type, value, found);
        const reading = readAsGo({ form: 'struct', struct: type, pointer: false }, sortedJson(value));
        if ('failed' in reading) expect(found.suspect, reading.failed).to.equal(true);
        else if (!found.suspect) expect(found.unknown).to.be.at.least(reading.strict.length);
      }),
      { numRuns: 1_500 },
    );
  });
});
