import { expect } from 'chai';
import { textOf } from '../../../kinds/fault.ts';
import type { ApiObject, Metadata } from '../../../kinds/object.ts';
import { validateMetadata, validateMetadataUpdate } from '../../../kinds/validation/metadata.ts';
import { check } from '../../../kinds/values/names.ts';

const rules = { namespaced: true, nameCheck: check.dns1123Subdomain };

const object = (metadata: Partial<Metadata>): ApiObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'a',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...metadata,
  },
});

const faultsOf = (metadata: Partial<Metadata>) => validateMetadata(rules, object(metadata)).map(textOf);
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const namePart =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe('The metadata of an object', () => {
  it('may be as little as a name', () => {
    expect(faultsOf({})).to.deep.equal([]);
  });

  it('needs a name', () => {
    expect(faultsOf({ name: '' })).to.deep.equal(['metadata.name: Required value: name or generateName is required']);
  });

  it('has a name as its kind wants it', () => {
    expect(faultsOf({ name: 'A_' })).to.deep.equal([`metadata.name: Invalid value: "A_": ${subdomain}`]);
    expect(faultsOf({ generateName: 'a.' })).to.deep.equal([
      `metadata.generateName: Invalid value: "a.": ${subdomain}`,
    ]);
    expect(faultsOf({ generateName: 'a-' })).to.deep.equal([]);
  });

  it('has a namespace where its kind has one, and only there', () => {
    expect(faultsOf({ namespace: '' })).to.deep.equal(['metadata.namespace: Required value']);
    expect(validateMetadata({ ...rules, namespaced: false }, object({})).map(textOf)).to.deep.equal([
      'metadata.namespace: Forbidden: not allowed on this type',
    ]);
  });

  it('has labels with names and values as upstream wants them', () => {
    expect(faultsOf({ labels: { 'a b': 'c' } })).to.deep.equal([`metadata.labels: Invalid value: "a b": ${namePart}`]);
    expect(faultsOf({ labels: { a: '-' } })).to.have.length(1);
  });

  it('has annotations whose names may be upper case, of at most 256 KiB in all', () => {
    expect(faultsOf({ annotations: { 'EXAMPLE.com/A': 'any text\n' } })).to.deep.equal([]);
    expect(faultsOf({ annotations: { a: 'x'.repeat(262_143) } })).to.deep.equal([]);
    expect(faultsOf({ annotations: { a: 'x'.repeat(262_144) } })).to.deep.equal([
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ]);
  });

  it('has owners that are named wholly, and at most one controller', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'a', uid: 'u' };
    expect(faultsOf({ ownerReferences: [{ apiVersion: 'apps/', kind: '', name: '', uid: '' }] })).to.deep.equal([
      'metadata.ownerReferences.apiVersion: Invalid value: "apps/": version must not be empty',
      'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
      'metadata.ownerReferences.name: Invalid value: "": must not be empty',
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ]);
    expect(faultsOf({ ownerReferences: [{ ...owner, apiVersion: 'v1', kind: 'Event' }] })).to.deep.equal([
      'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"a","uid":"u"}: /v1, Kind=Event is disallowed from being an owner',
    ]);
    const controllers = [
      { ...owner, controller: true },
      { ...owner, name: 'b', controller: true },
    ];
    expect(faultsOf({ ownerReferences: controllers })).to.deep.equal([
      `metadata.ownerReferences: Invalid value: ${JSON.stringify(controllers)}: Only one reference can have Controller set to true. Found "true" in references for ReplicaSet/a and ReplicaSet/b`,
    ]);
  });

  it("has finalizers that are qualified, or upstream's own, but not both ways to delete", () => {
    expect(faultsOf({ finalizers: ['example.com/a', 'kubernetes', 'orphan'] })).to.deep.equal([]);
    expect(faultsOf({ finalizers: ['a'] })).to.deep.equal([
      'metadata.finalizers[0]: Invalid value: "a": name is neither a standard finalizer name nor is it fully qualified',
    ]);
    expect(faultsOf({ finalizers: ['orphan', 'foregroundDeletion'] })).to.deep.equal([
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ]);
    expect(faultsOf({ finalizers: ['a b/c'] })).to.deep.equal([
      `metadata.finalizers: Invalid value: "a b/c": prefix part ${subdomain}`,
    ]);
  });

  it('has managed fields as the server writes them', () => {
    expect(
      faultsOf({ managedFields: [{ operation: 'Apply', fieldsType: 'FieldsV1', manager: 'kubectl' }] }),
    ).to.deep.equal([]);
    expect(
      faultsOf({
        managedFields: [{ operation: 'x', fieldsType: 'V2', manager: 'm'.repeat(129), subresource: 's'.repeat(257) }],
      }),
    ).to.deep.equal([
      'metadata.managedFields[0].operation: Invalid value: "x": must be `Apply` or `Update`',
      'metadata.managedFields[0].fieldsType: Invalid value: "V2": must be `FieldsV1`',
      'metadata.managedFields[0].manager: Too long: may not be more than 128 bytes',
      'metadata.managedFields[0].subresource: Too long: may not be more than 256 bytes',
    ]);
  });
});

const changed = (after: Partial<Metadata>, before: Partial<Metadata> = {}) =>
  validateMetadataUpdate(object(after), object(before)).map(textOf);

describe('A write to metadata', () => {
  it('may change labels', () => {
    expect(changed({ labels: { a: '1' } })).to.deep.equal([]);
  });

  it('may not change what the server set', () => {
    expect(changed({ uid: 'v' })).to.deep.equal(['metadata.uid: Invalid value: "v": field is immutable']);
    expect(changed({ deletionTimestamp: '2026-01-02T00:00:00Z' })).to.deep.equal([
      'metadata.deletionTimestamp: Invalid value: "2026-01-02T00:00:00Z": field is immutable',
    ]);
  });

  it('may take finalizers off an object that is being deleted, but put none on', () => {
    const dying = { deletionTimestamp: '2026-01-02T00:00:00Z', finalizers: ['a/b'] };
    expect(changed({ ...dying, finalizers: [] }, dying)).to.deep.equal([]);
    expect(changed({ ...dying, finalizers: ['a/b', 'd/e', 'c/d'] }, dying)).to.deep.equal([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"c/d", "d/e"}',
    ]);
  });
});
