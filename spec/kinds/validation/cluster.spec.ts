import { expect } from 'chai';
import { textsOf, textsOfChange } from '../../support/rules.ts';

const node = (spec: object, status: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  spec,
  status,
});

describe('A Node', () => {
  it('has taints that differ in key or effect', () => {
    const taint = { key: 'a', value: 'b', effect: 'NoSchedule' };
    expect(textsOf(node({ taints: [taint, { ...taint, effect: 'NoExecute' }] }))).to.deep.equal([]);
    expect(textsOf(node({ taints: [taint, taint, { key: 'c', effect: 'X' }] }))).to.deep.equal([
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
      'metadata.taints[2].effect: Unsupported value: "X": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ]);
  });

  it('holds whole pods, and nothing negative', () => {
    expect(textsOf(node({}, { capacity: { pods: '1500m', cpu: '-1' }, allocatable: { pods: '1' } }))).to.deep.equal([
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
    ]);
  });

  it('has a range of addresses for each family, for good', () => {
    const at = (...podCIDRs: string[]) => node({ podCIDR: podCIDRs[0], podCIDRs });
    expect(textsOf(at('10.1.0.0/24', 'fd00::/64'))).to.deep.equal([]);
    expect(textsOf(at('10.1.0.0/24', '10.2.0.0/24'))).to.deep.equal([
      'spec.podCIDRs: Invalid value: ["10.1.0.0/24","10.2.0.0/24"]: may specify no more than one CIDR for each IP family',
    ]);
    expect(textsOfChange(at('10.1.0.0/24'), node({}))).to.deep.equal([]);
    expect(textsOfChange(at('10.2.0.0/24'), at('10.1.0.0/24'))).to.deep.equal([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    ]);
    expect(textsOfChange(node({}), at('10.1.0.0/24'))).to.deep.equal([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    ]);
  });

  it('stays the machine it is', () => {
    expect(textsOfChange(node({ providerID: 'b' }), node({ providerID: 'a' }))).to.deep.equal([
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]);
  });
});

describe('A Namespace', () => {
  it('is kept by finalizers with names', () => {
    const of = (...finalizers: string[]) =>
      textsOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, spec: { finalizers } });
    expect(of('kubernetes', 'example.com/x')).to.deep.equal([]);
    expect(of('mine')).to.deep.equal([
      'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });
});

describe('A Lease', () => {
  it('lasts some time and was never taken less than never', () => {
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l', namespace: 'shop' },
      spec: { leaseDurationSeconds: 0, leaseTransitions: -1 },
    };
    expect(textsOf(lease)).to.deep.equal([
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
      'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});

describe('An Event', () => {
  const event = (fields: object, namespace = 'shop') => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace },
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'shop' },
    ...fields,
  });

  it('stands where its object is', () => {
    expect(textsOf(event({}))).to.deep.equal([]);
    expect(textsOf(event({}, 'other'))).to.deep.equal([
      'involvedObject.namespace: Invalid value: "shop": does not match event.namespace',
    ]);
    expect(textsOf(event({ involvedObject: { kind: 'Node', name: 'n1' } }, 'default'))).to.deep.equal([]);
  });

  it('of the newer sort says who did what and why', () => {
    const eventTime = '2026-01-01T00:00:00.000000Z';
    expect(textsOf(event({ eventTime, reason: 'x'.repeat(129) }))).to.deep.equal([
      'reportingComponent: Required value',
      'reportingComponent: Invalid value: "": name part must be non-empty',
      "reportingComponent: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'reportingInstance: Required value',
      'action: Required value',
      'reason: Invalid value: "": can have at most 128 characters',
    ]);
  });
});
