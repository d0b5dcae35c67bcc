import { expect } from 'chai';
import type { Fields } from '../../../kinds/patch/json-merge.ts';
import { strategicMerge } from '../../../kinds/patch/strategic-merge.ts';
import { golden } from '../../support/golden.ts';

interface Row {
  readonly apiVersion: string;
  readonly kind: string;
  readonly original: Fields;
  readonly patch: Fields;
  readonly result?: unknown;
  readonly error?: string;
  /** Upstream itself breaks down here: it compares objects of a list that has no merge key. */
  readonly panic?: string;
}

// The file's own shape.
const rows = golden('strategic-merge') as readonly Row[];
const apply = (row: Row) => strategicMerge(row.apiVersion, row.kind, row.original, row.patch);

const pod = (containers: readonly Fields[], more: Fields = {}) => ({ spec: { containers, ...more } });
const patchPod = (original: Fields, patch: unknown) => strategicMerge('v1', 'Pod', original, patch);
const patchMeta = (original: Fields, patch: Fields) =>
  strategicMerge('v1', 'ConfigMap', { metadata: original }, { metadata: patch });

describe('A strategic merge patch', () => {
  it('makes of every row what upstream makes of it, and leaves the original as it is', () => {
    const sound = rows.filter(({ panic }) => panic === undefined);
    expect(sound).to.have.length(249);
    for (const row of sound) {
      const label = JSON.stringify(row);
      expect(apply(row), label).to.deep.equal(
        row.error === undefined ? row.result : { rejected: 'BadRequest', message: row.error },
      );
      expect(JSON.stringify(row)).to.equal(label);
    }
  });

  it('puts a list without merge key in place where upstream panics over its order', () => {
    const [row, ...others] = rows.filter(({ panic }) => panic !== undefined);
    expect(others).to.deep.equal([]);
    expect(row && apply(row)).to.deep.equal({ ...row?.original, imagePullSecrets: row?.patch['imagePullSecrets'] });
  });

  it('merges containers by name and keeps what it does not name, shared', () => {
    const original = pod(
      [
        { name: 'a', image: 'a:1', args: ['x'] },
        { name: 'b', image: 'b:1' },
      ],
      { nodeName: 'n' },
    );
    const merged = patchPod(original, pod([{ name: 'a', image: 'a:2' }, { name: 'c' }])) as typeof original;
    expect(merged).to.deep.equal(
      pod([{ name: 'a', image: 'a:2', args: ['x'] }, { name: 'c' }, { name: 'b', image: 'b:1' }], { nodeName: 'n' }),
    );
    expect(merged.spec.containers[2]).to.equal(original.spec.containers[1]);
  });

  it('deletes an element, replaces a list, replaces an object', () => {
    const original = pod([{ name: 'a', image: 'x' }, { name: 'b' }], { securityContext: { runAsUser: 1, fsGroup: 2 } });
    expect(patchPod(original, pod([{ name: 'a', $patch: 'delete' }]))).to.have.deep.nested.property('spec.containers', [
      { name: 'b' },
    ]);
    expect(patchPod(original, pod([{ $patch: 'replace' }, { name: 'c' }]))).to.have.deep.nested.property(
      'spec.containers',
      [{ name: 'c' }],
    );
    expect(
      patchPod(original, { spec: { securityContext: { $patch: 'replace', fsGroup: 3 } } }),
    ).to.have.deep.nested.property('spec.securityContext', { fsGroup: 3 });
    expect(patchPod(original, { spec: { securityContext: { $patch: 'delete' } } })).to.have.deep.nested.property(
      'spec.securityContext',
      {},
    );
  });

  it('replaces lists that are not merged, and merges those of scalars that are', () => {
    expect(patchPod(pod([{ name: 'a', args: ['x', 'y'] }]), pod([{ name: 'a', args: ['z'] }]))).to.deep.equal(
      pod([{ name: 'a', args: ['z'] }]),
    );
    expect(patchMeta({ finalizers: ['a/b', 'c/d'] }, { finalizers: ['e/f', 'a/b'] })).to.deep.equal({
      metadata: { finalizers: ['e/f', 'a/b', 'c/d'] },
    });
    expect(patchMeta({ finalizers: ['a/b', 'c/d'] }, { '$deleteFromPrimitiveList/finalizers': ['a/b'] })).to.deep.equal(
      {
        metadata: { finalizers: ['c/d'] },
      },
    );
  });

  it("orders elements as it says, the server's own where they were", () => {
    const named = (...names: string[]) => pod(names.map((name) => ({ name })));
    expect(
      patchPod(named('a', 'own', 'b', 'c'), {
        spec: {
          '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }],
          containers: [{ name: 'c', image: 'x' }],
        },
      }),
    ).to.deep.equal(pod([{ name: 'own' }, { name: 'c', image: 'x' }, { name: 'a' }, { name: 'b' }]));
  });

  it('keeps of an object only what it says', () => {
    expect(
      strategicMerge(
        'apps/v1',
        'Deployment',
        { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
        { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      ),
    ).to.deep.equal({ spec: { strategy: { type: 'Recreate' } } });
  });

  it('takes away what is null, and leaves nulls out of what is new', () => {
    expect(
      patchMeta({ labels: { a: '1', b: '2' } }, { labels: { a: null }, annotations: { c: null, d: '4' } }),
    ).to.deep.equal({
      metadata: { labels: { b: '2' }, annotations: { d: '4' } },
    });
  });

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['an unknown directive', { spec: { $patch: 'x' } }, 'unknown patch type: x in map: map[$patch:x]'],
    [
      'a list that is to be merged into',
      pod([{ $patch: 'merge' }]),
      'merging lists cannot yet be specified in the patch',
    ],
    ['an element without key', pod([{ image: 'x' }]), 'map: map[image:x] does not contain declared merge key: name'],
    [
      'a deletion without key',
      pod([{ $patch: 'delete' }]),
      'map: map[$patch:delete] does not contain declared merge key: name',
    ],
    [
      'an element of another type',
      { spec: { containers: ['x'] } },
      'list element types are not identical: [[map[name:a]] [x]]',
    ],
    [
      'an order that is no list',
      { spec: { '$setElementOrder/containers': 1 } },
      'expected a []interface {}, but received a int64',
    ],
    ['an order of nothing', { spec: { $setElementOrder: [] } }, 'invalid patch format of setElementOrder list'],
    ['a deletion from nothing', { spec: { $deleteFromPrimitiveList: [] } }, 'invalid patch format of primitive list'],
    [
      'an order without the patched element',
      { spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] } },
      "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    ],
    ['a list', [], 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ];
  for (const [what, patch, message] of wrong)
    it(`refuses ${what}`, () =>
      expect(patchPod(pod([{ name: 'a' }]), patch)).to.deep.equal({ rejected: 'BadRequest', message }));

  it('refuses kinds without a type, naming the patches they take', () => {
    expect(strategicMerge('example.com/v1', 'Widget', {}, {})).to.deep.equal({
      rejected: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    });
  });
});
