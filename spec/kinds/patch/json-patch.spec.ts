import { expect } from 'chai';
import type { Fields } from '../../../kinds/patch/json-merge.ts';
import { jsonPatch } from '../../../kinds/patch/json-patch.ts';
import { golden } from '../../support/golden.ts';

interface Row {
  readonly original: Fields;
  readonly patch: readonly unknown[];
  readonly result?: unknown;
  readonly error?: string;
}

const refused = { rejected: 'Invalid', message: 'the server rejected our request due to an error in our request' };

describe('A JSON patch', () => {
  it('makes of every row what upstream makes of it, and leaves the original as it is', () => {
    // The file's own shape.
    const rows = golden('json-patch') as readonly Row[];
    expect(rows).to.have.length(200);
    for (const { original, patch, result, error } of rows) {
      const label = JSON.stringify({ original, patch });
      expect(jsonPatch(original, patch), label).to.deep.equal(error === undefined ? result : refused);
      expect(JSON.stringify({ original, patch })).to.equal(label);
    }
  });

  it('shares what it does not touch', () => {
    const original = { spec: { list: [{ a: 1 }, { b: 2 }] }, status: {} };
    // The patch keeps the shape.
    const patched = jsonPatch(original, [{ op: 'replace', path: '/spec/list/0/a', value: 3 }]) as typeof original;
    expect(patched.spec.list).to.deep.equal([{ a: 3 }, { b: 2 }]);
    expect(patched.status).to.equal(original.status);
    expect(patched.spec.list[1]).to.equal(original.spec.list[1]);
  });

  it('does not let two copies of a value change each other', () => {
    expect(
      jsonPatch({ a: { x: [1] } }, [
        { op: 'copy', from: '/a', path: '/b' },
        { op: 'add', path: '/b/x/-', value: 2 },
        { op: 'move', from: '/a', path: '/c' },
        { op: 'add', path: '/c/x/0', value: 0 },
      ]),
    ).to.deep.equal({ b: { x: [1, 2] }, c: { x: [0, 1] } });
  });

  const cannot: readonly (readonly [string, Fields, Fields])[] = [
    ['test what is otherwise', { a: 1 }, { op: 'test', path: '/a', value: 2 }],
    ['reach into text', { a: 'x' }, { op: 'add', path: '/a/length', value: 0 }],
    ['set the length of a list', { a: [1, 2] }, { op: 'replace', path: '/a/length', value: 0 }],
    ['take what every object inherits for a place', { a: {} }, { op: 'add', path: '/a/toString/name', value: 1 }],
    ['change what an object inherits', { a: {} }, { op: 'add', path: '/a/__proto__', value: { b: 1 } }],
    ['put something behind the end of a list', { a: [1] }, { op: 'add', path: '/a/2', value: 0 }],
    ['make a list of the document', { a: 1 }, { op: 'replace', path: '', value: [] }],
    ['remove the document', { a: 1 }, { op: 'remove', path: '' }],
    ['use a path that does not begin with a slash', { a: 1 }, { op: 'remove', path: 'x/a' }],
    ['do what it does not know', { a: 1 }, { op: 'increment', path: '/a' }],
    ['do anything without a path', { a: 1 }, { op: 'remove' }],
  ];
  for (const [what, original, operation] of cannot)
    it(`cannot ${what}`, () => expect(jsonPatch(original, [operation])).to.deep.equal(refused));

  it('replaces and tests the document as a whole', () => {
    expect(
      jsonPatch({ a: 1 }, [
        { op: 'test', path: '', value: { a: 1 } },
        { op: 'replace', path: '', value: { b: 2 } },
      ]),
    ).to.deep.equal({ b: 2 });
  });

  const shapes: readonly (readonly [unknown, string])[] = [
    [{}, 'cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    [[1], 'cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
    [[{ op: 1 }], 'cannot unmarshal number into Go struct field jsonPatchOp.op of type string'],
    [[{ op: 'add', path: ['a'] }], 'cannot unmarshal array into Go struct field jsonPatchOp.path of type string'],
  ];
  for (const [patch, message] of shapes)
    it(`is not ${JSON.stringify(patch)}`, () =>
      expect(jsonPatch({}, patch)).to.deep.equal({
        rejected: 'BadRequest',
        message: `error decoding patch: json: ${message}`,
      }));

  it('has at most 10,000 operations', () => {
    const times = (length: number) => Array.from({ length }, () => ({ op: 'add', path: '/a', value: 1 }));
    expect(jsonPatch({}, times(10_000))).to.deep.equal({ a: 1 });
    expect(jsonPatch({}, times(10_001))).to.deep.equal({
      rejected: 'RequestEntityTooLarge',
      message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
  });

  it('copies at most 3 MiB', () => {
    const copies = (count: number) =>
      jsonPatch(
        { a: 'x'.repeat(1_048_574) },
        Array.from({ length: count }, (_, i) => ({ op: 'copy', from: '/a', path: `/${i}` })),
      );
    expect(copies(3)).to.have.property('2');
    expect(copies(4)).to.deep.equal(refused);
  });
});
