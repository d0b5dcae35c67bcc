import { expect } from 'chai';
import { textsOf, textsOfChange } from '../../support/rules.ts';

const metadata = { name: 'web', namespace: 'shop' };
const endpoints = (subset: object) => textsOf({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: [subset] });
const slice = (fields: object) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata,
  addressType: 'IPv4',
  endpoints: [],
  ...fields,
});
const addresses = (...texts: string[]) => [{ addresses: texts }];

describe('Endpoints', () => {
  it('are addresses that lead somewhere', () => {
    expect(endpoints({ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] })).to.deep.equal([]);
    expect(endpoints({ ports: [{ port: 80 }] })).to.deep.equal([
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
    ]);
    expect(endpoints({ addresses: [{ ip: '169.254.0.1' }], notReadyAddresses: [{ ip: 'x' }] })).to.deep.equal([
      'subsets[0].addresses[0].ip: Invalid value: "169.254.0.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      'subsets[0].notReadyAddresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[0].notReadyAddresses[0].ip: Invalid value: "x": must be a valid IP address',
    ]);
  });

  it('name their ports where there are several', () => {
    expect(endpoints({ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }, { name: 'b', port: 0 }] })).to.deep.equal(
      [
        'subsets[0].ports[0].name: Required value',
        'subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    );
  });
});

describe('An EndpointSlice', () => {
  it('is of one type of address', () => {
    expect(textsOf(slice({ endpoints: addresses('10.0.0.1') }))).to.deep.equal([]);
    expect(textsOf(slice({ addressType: '' }))).to.deep.equal(['addressType: Required value']);
    expect(textsOf(slice({ endpoints: addresses('fd00::1') }))).to.deep.equal([
      'endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address',
    ]);
    expect(textsOf(slice({ addressType: 'IPv6', endpoints: addresses('FD00::1') }))).to.deep.equal([
      'endpoints[0].addresses[0]: Invalid value: "FD00::1": must be in canonical form ("fd00::1")',
    ]);
    expect(textsOf(slice({ addressType: 'FQDN', endpoints: addresses('web') }))).to.deep.equal([
      'endpoints[0].addresses[0]: Invalid value: "web": should be a domain with at least two segments separated by dots',
    ]);
  });

  it('has endpoints with addresses', () => {
    expect(textsOf(slice({ endpoints: addresses() }))).to.deep.equal([
      'endpoints[0].addresses: Required value: must contain at least 1 address',
    ]);
  });

  it('holds a thousand endpoints, with a hundred addresses each', () => {
    const many = Array.from({ length: 1_001 }, () => ({ addresses: ['10.0.0.1'] }));
    expect(textsOf(slice({ endpoints: many }))).to.deep.equal([
      'endpoints: Too many: 1001: must have at most 1000 items',
    ]);
    const wide = Array.from({ length: 101 }, (_, i) => `10.0.0.${i}`);
    expect(textsOf(slice({ endpoints: addresses(...wide) }))).to.deep.equal([
      'endpoints[0].addresses: Too many: 101: must have at most 100 items',
    ]);
  });

  it('names its ports each its own way', () => {
    expect(textsOf(slice({ ports: [{ port: 80 }, { port: 81, protocol: 'X' }] }))).to.deep.equal([
      'ports[1].name: Duplicate value: ""',
      'ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
    ]);
  });

  it('stays of its type', () => {
    expect(textsOfChange(slice({ addressType: 'IPv6' }), slice({}))).to.deep.equal([
      'addressType: Invalid value: "IPv6": field is immutable',
    ]);
  });
});
