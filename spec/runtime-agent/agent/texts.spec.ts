import { expect } from 'chai';
import type { ServeService } from '../../../commands/orders/order.ts';
import { fieldValue, resourceValue } from '../../../runtime-agent/downward.ts';
import { expand, serviceVariables } from '../../../runtime-agent/environment.ts';
import { hostsText, resolvText } from '../../../runtime-agent/names.ts';
import { podNamed } from '../../support/node.ts';

const where = { podIP: '10.0.0.9', hostIP: '192.0.2.1', capacity: { cpuMilli: 3_500, memoryBytes: 2 ** 30 } };

describe('variables in a text', () => {
  const values = new Map([
    ['A', 'a'],
    ['B', '$(A)'],
    ['EMPTY', ''],
  ]);
  for (const [text, expected] of [
    ['$(A)', 'a'],
    ['x$(A)y$(A)', 'xaya'],
    ['$(B)', '$(A)'],
    ['$(EMPTY)', ''],
    ['$(NONE)', '$(NONE)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$$$$', '$$'],
    ['$A ${A} $', '$A ${A} $'],
    ['$(A', '$(A'],
    ['$()', '$()'],
  ] as const) {
    it(`${text} is ${expected}`, () => expect(expand(text, values)).to.equal(expected));
  }
});

describe('variables of Services', () => {
  const service = (namespace: string, name: string, clusterIPs = ['10.96.0.7']): ServeService => ({
    type: 'ServeService',
    node: '*',
    key: `service/${namespace}/${name}`,
    position: 1,
    namespace,
    name,
    uid: name,
    clusterIPs,
    externalIPs: [],
    ports: [
      { name: 'web', protocol: 'TCP', port: 80, nodePort: 0, backends: [] },
      { name: 'dns-x', protocol: 'UDP', port: 53, nodePort: 0, backends: [] },
    ],
    affinitySeconds: 0,
    internalTrafficPolicy: 'Cluster',
    externalTrafficPolicy: 'Cluster',
  });

  it('name host, ports and links', () => {
    expect(Object.fromEntries(serviceVariables([service('shop', 'my-web')], 'shop', true))).to.deep.equal({
      MY_WEB_SERVICE_HOST: '10.96.0.7',
      MY_WEB_SERVICE_PORT: '80',
      MY_WEB_SERVICE_PORT_WEB: '80',
      MY_WEB_SERVICE_PORT_DNS_X: '53',
      MY_WEB_PORT: 'tcp://10.96.0.7:80',
      MY_WEB_PORT_80_TCP: 'tcp://10.96.0.7:80',
      MY_WEB_PORT_80_TCP_PROTO: 'tcp',
      MY_WEB_PORT_80_TCP_PORT: '80',
      MY_WEB_PORT_80_TCP_ADDR: '10.96.0.7',
      MY_WEB_PORT_53_UDP: 'udp://10.96.0.7:53',
      MY_WEB_PORT_53_UDP_PROTO: 'udp',
      MY_WEB_PORT_53_UDP_PORT: '53',
      MY_WEB_PORT_53_UDP_ADDR: '10.96.0.7',
    });
  });

  it('are of the pod’s namespace only, and of kubernetes; none of headless ones', () => {
    const all = [
      service('shop', 'mine'),
      service('other', 'theirs'),
      service('default', 'kubernetes'),
      service('shop', 'headless', []),
    ];
    const hosts = (links: boolean) =>
      [...serviceVariables(all, 'shop', links).keys()].filter((name) => name.endsWith('_HOST'));
    expect(hosts(true)).to.deep.equal(['MINE_SERVICE_HOST', 'KUBERNETES_SERVICE_HOST']);
    expect(hosts(false)).to.deep.equal(['KUBERNETES_SERVICE_HOST']);
  });
});

describe('a pod’s own facts', () => {
  const pod = podNamed(
    'web',
    {
      serviceAccountName: 'robot',
      containers: [
        { name: 'free', image: 'a' },
        {
          name: 'bound',
          image: 'a',
          resources: { requests: { cpu: '100m' }, limits: { cpu: '1500m', memory: '10M' } },
        },
      ],
    },
    { labels: { b: '2', a: 'say "x"' }, annotations: { 'example.com/a': 'x\ny' } },
  );

  for (const [fieldPath, value] of [
    ['metadata.name', 'web'],
    ['metadata.namespace', 'default'],
    ['metadata.uid', 'uid-web'],
    ['metadata.labels', 'a="say \\"x\\""\nb="2"'],
    ['metadata.annotations', 'example.com/a="x\\ny"'],
    ["metadata.labels['b']", '2'],
    ["metadata.annotations['example.com/a']", 'x\ny'],
    ["metadata.labels['none']", ''],
    ['spec.nodeName', 'n1'],
    ['spec.serviceAccountName', 'robot'],
    ['status.podIP', '10.0.0.9'],
    ['status.hostIP', '192.0.2.1'],
  ] as const) {
    it(fieldPath, () => expect(fieldValue(pod, { fieldPath }, where)).to.equal(value));
  }

  it('other paths are refused', () => {
    expect(() => fieldValue(pod, { fieldPath: 'spec.x' }, where)).to.throw('unsupported fieldPath: spec.x');
  });

  for (const [container, resource, divisor, value] of [
    ['bound', 'limits.cpu', undefined, '2'],
    ['bound', 'limits.cpu', '1m', '1500'],
    ['bound', 'requests.cpu', '1m', '100'],
    ['bound', 'limits.memory', '1Mi', '10'],
    ['bound', 'limits.memory', '0', '10000000'],
    ['free', 'limits.cpu', undefined, '4'],
    ['free', 'limits.memory', '1Mi', '1024'],
    ['free', 'requests.memory', undefined, '0'],
  ] as const) {
    it(`${resource} of ${container} in units of ${divisor ?? '1'} is ${value}`, () => {
      const selector = { resource, ...(divisor !== undefined && { divisor }) };
      expect(resourceValue(pod, container, selector, where)).to.equal(value);
    });
  }
});

describe('a pod’s files of names', () => {
  it('hosts: itself, with its domain where it has one, and its aliases', () => {
    const pod = podNamed('web', {
      containers: [],
      subdomain: 'shop',
      hostAliases: [{ ip: '192.0.2.9', hostnames: ['a', 'b'] }],
    });
    expect(hostsText(pod, '10.0.0.9').split('\n').slice(3)).to.deep.equal([
      '10.0.0.9\tweb.shop.default.svc.cluster.local\tweb',
      '192.0.2.9\ta\tb',
      '',
    ]);
  });

  const node = '# a comment\nnameserver 192.0.2.53\nsearch example.com\noptions timeout:1\n';
  it('resolv.conf: the node’s, and what the pod adds', () => {
    const dnsConfig = {
      nameservers: ['1.1.1.1', '192.0.2.53'],
      searches: ['a.b'],
      options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }],
    };
    expect(resolvText(podNamed('web', { containers: [], dnsConfig }), node)).to.equal(
      'nameserver 192.0.2.53\nnameserver 1.1.1.1\nsearch example.com a.b\noptions timeout:1 ndots:2 rotate\n',
    );
  });

  it('resolv.conf: the pod’s alone with policy None', () => {
    const pod = podNamed('web', { containers: [], dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } });
    expect(resolvText(pod, node)).to.equal('nameserver 1.1.1.1\n');
  });
});
