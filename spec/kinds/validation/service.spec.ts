import { expect } from 'chai';
import type { ServiceSpec } from '../../../kinds/schema/api/core-v1.ts';
import type { Unchecked } from '../../../kinds/validation/field-checks.ts';
import { textsOf, textsOfChange } from '../../support/rules.ts';

type Spec = Unchecked<ServiceSpec>;
const service = (spec: Spec) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { ports: [{ port: 80 }], ...spec },
});
const of = (spec: Spec) => textsOf(service(spec));
const ofChange = (before: Spec, after: Spec) => textsOfChange(service(after), service(before));

describe('A Service', () => {
  it('is a port, and of one of four types', () => {
    expect(of({})).to.deep.equal([]);
    expect(of({ ports: [] })).to.deep.equal(['spec.ports: Required value']);
    expect(of({ type: 'X' })).to.deep.equal([
      'spec.type: Unsupported value: "X": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ]);
  });

  it('names its ports where there are several, each its own way', () => {
    expect(of({ ports: [{ port: 80 }, { port: 81 }] })).to.deep.equal([
      'spec.ports[0].name: Required value',
      'spec.ports[1].name: Required value',
    ]);
    const port = (name: string, number: number) => ({ name, port: number });
    expect(of({ ports: [port('a', 80), port('a', 80), port('b', 0)] })).to.deep.equal([
      'spec.ports[1].name: Duplicate value: "a"',
      'spec.ports[2].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[2].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ]);
  });

  it('has ports on the nodes only where it is reached there', () => {
    expect(of({ ports: [{ port: 80, nodePort: 30_000 }] })).to.deep.equal([
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ]);
    const both = [
      { name: 'a', port: 80, nodePort: 30_000 },
      { name: 'b', port: 81, nodePort: 30_000 },
    ];
    expect(of({ type: 'NodePort', ports: both })).to.deep.equal(['spec.ports[1].nodePort: Duplicate value: 30000']);
  });

  it('may stand for a name outside, and then for nothing else', () => {
    expect(of({ type: 'ExternalName', externalName: 'example.com.' })).to.deep.equal([]);
    expect(of({ type: 'ExternalName', clusterIPs: ['10.0.0.1'], ipFamilyPolicy: 'SingleStack' })).to.deep.equal([
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
      'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services',
      'spec.externalName: Required value',
    ]);
  });

  it('may be without an address, unless it is reached from outside', () => {
    const headless = { clusterIP: 'None', clusterIPs: ['None'] };
    expect(of({ ...headless, ports: [] })).to.deep.equal([]);
    expect(of({ ...headless, type: 'NodePort' })).to.deep.equal([
      'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services',
    ]);
  });

  it('keeps a client for a day at most', () => {
    expect(of({ sessionAffinity: 'X' })).to.deep.equal([
      'spec.sessionAffinity: Unsupported value: "X": supported values: "ClientIP", "None"',
    ]);
    expect(
      of({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } }),
    ).to.deep.equal([
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
    ]);
  });

  it('has one address, or one of each family', () => {
    const at = (...clusterIPs: string[]) => of({ clusterIP: clusterIPs[0], clusterIPs });
    expect(at('10.0.0.1', 'fd00::1')).to.deep.equal([]);
    expect(at('10.0.0.1', '10.0.0.2')).to.deep.equal([
      'spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family',
    ]);
    expect(at('10.0.0.1', 'fd00::1', 'x')).to.deep.equal([
      'spec.clusterIPs[2]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.clusterIPs: Invalid value: ["10.0.0.1","fd00::1","x"]: may only hold up to 2 values',
    ]);
    expect(of({ clusterIP: '10.0.0.1' })).to.deep.equal(['spec.clusterIPs: Required value']);
    expect(of({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] })).to.deep.equal([
      'spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`',
    ]);
    expect(of({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv6'] })).to.deep.equal([
      'spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`',
    ]);
  });

  it('is reached from outside at addresses that lead to it', () => {
    expect(of({ externalIPs: ['127.0.0.1', '0.0.0.0', 'x'] })).to.deep.equal([
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'spec.externalIPs[1]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
      'spec.externalIPs[2]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
  });

  it('has what belongs to a balancer only where there is one', () => {
    const balanced = { loadBalancerSourceRanges: [' 10.0.0.0/8 '], loadBalancerClass: 'a/b' };
    expect(of({ ...balanced, type: 'LoadBalancer' })).to.deep.equal([]);
    expect(of({ ...balanced, allocateLoadBalancerNodePorts: true, healthCheckNodePort: 30_000 })).to.deep.equal([
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ]);
    expect(of({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' })).to.deep.equal([
      'spec.healthCheckNodePort: Required value',
    ]);
  });

  it('sends traffic where there is some', () => {
    expect(of({ externalTrafficPolicy: 'Local', internalTrafficPolicy: 'X', trafficDistribution: 'Y' })).to.deep.equal([
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      'spec.internalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"',
      'spec.trafficDistribution: Unsupported value: "Y": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ]);
  });
});

describe('A Service that is there', () => {
  const at = (...clusterIPs: string[]): Spec => ({ clusterIP: clusterIPs[0], clusterIPs });

  it('keeps its address', () => {
    expect(ofChange(at('10.0.0.1'), at('10.0.0.2'))).to.deep.equal([
      'spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set',
    ]);
    expect(ofChange(at('10.0.0.1'), {})).to.deep.equal([
      'spec.clusterIPs[0]: Invalid value: null: primary clusterIP can not be unset',
    ]);
  });

  it('may get a second address, and lose it on request', () => {
    expect(ofChange(at('10.0.0.1'), at('10.0.0.1', 'fd00::1'))).to.deep.equal([]);
    expect(ofChange(at('10.0.0.1', 'fd00::1'), at('10.0.0.1'))).to.deep.equal([
      "spec.ipFamilyPolicy: Invalid value: null: must be set to 'SingleStack' when releasing the secondary clusterIP",
    ]);
    expect(ofChange(at('10.0.0.1', 'fd00::1'), { ...at('10.0.0.1'), ipFamilyPolicy: 'SingleStack' })).to.deep.equal([]);
  });

  it('may become a name outside, and come back at another address', () => {
    const name: Spec = { type: 'ExternalName', externalName: 'example.com' };
    expect(ofChange(at('10.0.0.1'), name)).to.deep.equal([]);
    expect(ofChange(name, at('10.0.0.2'))).to.deep.equal([]);
  });

  it('keeps its families', () => {
    const of4 = { ...at('10.0.0.1'), ipFamilies: ['IPv4'] };
    expect(ofChange(of4, { ...at('10.0.0.1'), ipFamilies: ['IPv6'] })).to.include(
      'spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set',
    );
  });

  it('keeps the class of its balancer, and the port of its health checks', () => {
    const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };
    expect(
      ofChange(
        { ...local, healthCheckNodePort: 30_000, loadBalancerClass: 'a/b' },
        { ...local, healthCheckNodePort: 30_001 },
      ),
    ).to.deep.equal([
      'spec.loadBalancerClass: Invalid value: null: may not change once set',
      'spec.healthCheckNodePort: Forbidden: field is immutable',
    ]);
  });
});
