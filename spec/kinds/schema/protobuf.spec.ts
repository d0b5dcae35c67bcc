import { expect } from 'chai';
import fc from 'fast-check';
import type { Malformed } from '../../../kinds/schema/body.ts';
import { checkValue } from '../../../kinds/schema/check.ts';
import { kindRows, typeOf } from '../../../kinds/schema/kind-rows.ts';
import { readProtobuf, writeProtobuf, writeWatchFrame } from '../../../kinds/schema/protobuf.ts';
import type { SchemaType } from '../../../kinds/schema/table.ts';
import { golden } from '../../support/golden.ts';

interface Row {
  readonly apiVersion: string;
  readonly kind: string;
  readonly json: Parameters<typeof writeProtobuf>[1];
  /** Base64, with the envelope. */
  readonly pb: string;
}
/** The last file holds what the other two lack: CRDs, lists, options, Status. Upstream made it from the same modules. */
const files = ['protobuf', 'protobuf-pod-deployment', 'protobuf-more'];
const rows = files.flatMap((name) => golden(name) as readonly Row[]);

const typeNamed = (apiVersion: string, kind: string): SchemaType => {
  const type = typeOf(apiVersion, kind);
  if (!type) throw new Error(`no ${apiVersion} ${kind}`);
  return type;
};
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item) ?? null);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
};
const refusal = (bytes: Uint8Array): string => {
  const read = readProtobuf(bytes, typeOf);
  return 'malformed' in read ? read.malformed : 'nothing';
};
/** An envelope around raw bytes that claim to be a Pod. */
const pod = (...raw: number[]): Buffer =>
  Buffer.from([...Buffer.from('k8s\0\n\t\n\u0002v1\u0012\u0003Pod\u0012', 'latin1'), raw.length, ...raw]);

describe('protobuf', () => {
  rows.forEach(({ apiVersion, kind, json, pb }, i) => {
    it(`is read as upstream reads it, row ${i + 1}: ${kind}`, () => {
      const read = readProtobuf(Buffer.from(pb, 'base64'), typeOf);
      expect(read).to.deep.include({ apiVersion, kind });
      expect((read as { value: unknown }).value).to.deep.equal(json);
    });
    it(`is written as upstream writes it, row ${i + 1}: ${kind}`, () =>
      expect(writeProtobuf(typeNamed(apiVersion, kind), json).toString('base64')).to.equal(pb));
  });

  it('becomes the same object as JSON does', () => {
    for (const { apiVersion, kind, json } of rows) {
      // Of an empty list among a CRD's dependencies Go makes a null.
      if (kind === 'CustomResourceDefinition') continue;
      const checked = checkValue(typeNamed(apiVersion, kind), json, true);
      expect(checked).to.have.deep.property('strict', []);
      expect((checked as { object: unknown }).object).to.deep.equal(withoutNulls(json));
    }
  });

  it('has a form for every kind that has one upstream', () => {
    for (const { apiVersion, kind, listKind } of kindRows()) {
      for (const name of listKind === undefined ? [kind] : [kind, listKind]) {
        const type = typeNamed(apiVersion, name);
        const isMetrics = apiVersion.includes('metrics.k8s.io');
        if (!type.protobuf || isMetrics) continue;
        const bytes = writeProtobuf(type, { apiVersion, kind: name });
        const read = readProtobuf(bytes, typeOf);
        if ('malformed' in read) throw new Error(read.malformed);
        expect(
          writeProtobuf(type, { apiVersion, kind: name, ...read.value }).equals(bytes),
          `${apiVersion} ${name}`,
        ).to.equal(true);
      }
    }
  });

  it('writes a watch event with its length before it', () => {
    const frame = writeWatchFrame('ADDED', Buffer.from('k8s\0x'));
    expect(frame.readUInt32BE()).to.equal(frame.length - 4);
    expect(frame.subarray(4).toString('latin1')).to.equal('\n\u0005ADDED\u0012\u0007\n\u0005k8s\0x');
  });

  it('keeps what it can of numbers that JavaScript cannot hold', () => {
    const type = typeNamed('v1', 'Pod');
    const write = (generation: number) =>
      readProtobuf(writeProtobuf(type, { apiVersion: 'v1', kind: 'Pod', metadata: { generation } }), typeOf);
    expect(write(2 ** 63)).to.have.nested.property('value.metadata.generation', 2 ** 63);
    expect(write(-5)).to.have.nested.property('value.metadata.generation', -5);
  });

  const broken: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', Buffer.alloc(0), /^empty data$/],
    [
      'JSON',
      Buffer.from('{"kind":"Pod"}'),
      /^provided data does not appear to be a protobuf message, expected prefix \[107 56 115 0\]$/,
    ],
    ['a prefix alone', Buffer.from('k8s\0'), /^empty body$/],
    [
      'a kind nobody knows',
      Buffer.from('k8s\0\n\t\n\u0002v1\u0012\u0003Foo', 'latin1'),
      /^no kind "Foo" is registered for version "v1"/,
    ],
    ['a cut envelope', Buffer.from('k8s\0\n\t\n\u0002v1', 'latin1'), /^unexpected EOF$/],
    ['a cut message', pod(0x0a, 0x05, 0x0a), /^unexpected EOF$/],
    ['an integer of eleven bytes', pod(...Array<number>(11).fill(0xff)), /^proto: integer overflow$/],
    ['a length beyond all memory', pod(0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f), /^unexpected EOF$/],
    ['a negative length', pod(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), /negative length/],
    ['another wire type', pod(0x08, 0x01), /^proto: wrong wireType = 0 for field 1 of Pod$/],
    ['the end of a group', pod(0x0c), /^proto: Pod: wiretype end group for non-group$/],
    ['field 0', pod(0x02, 0x00), /^proto: Pod: illegal tag 0 \(wire type 2\)$/],
    ['an unknown wire type', pod(0x7f), /^proto: illegal wireType 7$/],
    ['a group without end', pod(0x7b, 0x08), /^unexpected EOF$/],
  ];
  for (const [what, bytes, why] of broken)
    it(`is refused with a reason when it is ${what}`, () => expect(refusal(bytes)).to.match(why));

  it('skips fields that it does not know', () => {
    const read = readProtobuf(
      pod(0x7b, 0x08, 0x01, 0x7c, 0x78, 0x05, 0x75, 1, 2, 3, 4, 0x71, 1, 2, 3, 4, 5, 6, 7, 8),
      typeOf,
    );
    expect(read).to.have.nested.property('value.kind', 'Pod');
  });

  it('is refused when messages stand too deep in each other, or raw bytes are no JSON', () => {
    const crd = (depth: number) => {
      let schema: unknown = { type: 'string' };
      for (let i = 0; i < depth; i++) schema = { not: schema };
      return writeProtobuf(typeNamed('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        spec: { versions: [{ schema: { openAPIV3Schema: schema } }] },
      });
    };
    expect(refusal(crd(150))).to.equal('nothing');
    expect(refusal(crd(250))).to.equal('proto: message nested too deep');
    const list = writeProtobuf(typeNamed('v1', 'List'), { apiVersion: 'v1', kind: 'List', items: [{ a: 1 }] });
    expect(refusal(Buffer.from(list.toString('latin1').replace('{"a":1}', '{"a":1]'), 'latin1'))).to.match(
      /after object key:value pair$/,
    );
  });

  it('never throws and always ends, whatever the bytes', () => {
    const types = kindRows()
      .filter(({ apiVersion }) => !apiVersion.includes('metrics.k8s.io'))
      .map(({ apiVersion, kind }) => typeNamed(apiVersion, kind))
      .filter(({ protobuf }) => protobuf);
    const body = fc.uint8Array({ maxLength: 200 });
    const some = fc.constantFrom(...types);
    fc.assert(
      fc.property(body, some, (bytes, type) => {
        const read = readProtobuf(
          Buffer.concat([Buffer.from('k8s\0\u0012'), Buffer.from([bytes.length]), bytes]),
          () => type,
        );
        expect(read).to.satisfy((answer: object) => 'malformed' in answer || 'value' in answer);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws on a good message with some bytes changed or cut', () => {
    const good = fc.constantFrom(...rows.map(({ pb }) => Buffer.from(pb, 'base64')));
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 });
    fc.assert(
      fc.property(good, changes, fc.nat(), (bytes, at, cut) => {
        const changed = Buffer.from(bytes);
        for (const [index, byte] of at) changed[4 + (index % (changed.length - 4))] = byte;
        const read: Malformed | object = readProtobuf(changed.subarray(0, changed.length - (cut % 8)), typeOf);
        expect(read).to.be.an('object');
      }),
      { numRuns: 1_000 },
    );
  });
});
