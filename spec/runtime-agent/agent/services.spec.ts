import { expect } from 'chai';
import type { ServeService } from '../../../commands/orders/order.ts';
import type { Sandbox } from '../../../runtime-agent/container.ts';
import { type NodeProjection, projectNode } from '../../../runtime-agent/node-world.ts';
import { noPacketFilter } from '../../../runtime-agent/packet-filter/none.ts';
import type { NodeRules } from '../../../runtime-agent/packet-filter/packet-filter.ts';
import { type Services, serveServices } from '../../../runtime-agent/services.ts';
import { epochMs, settled, type VirtualClock, virtualClock } from '../../support/clock.ts';
import { podNamed } from '../../support/node.ts';

const service = (name: string): ServeService => ({
  type: 'ServeService',
  node: '*',
  key: `service/default/${name}`,
  position: 1,
  namespace: 'default',
  name,
  uid: name,
  clusterIPs: ['10.96.0.7'],
  externalIPs: [],
  ports: [
    {
      name: '',
      protocol: 'TCP',
      port: 80,
      nodePort: 0,
      backends: [{ ip: '10.0.0.9', port: 8080, ready: true, serving: true, terminating: false, node: '' }],
    },
  ],
  affinitySeconds: 0,
  internalTrafficPolicy: 'Cluster',
  externalTrafficPolicy: 'Cluster',
});

describe('the Services of a node', () => {
  let clock: VirtualClock;
  let projection: NodeProjection;
  let services: Services;
  let applied: NodeRules[];
  let repairs: number;
  let warnings: string[];
  /** Why the packet filter cannot be used; undefined while it can. */
  let trouble: string | undefined;

  beforeEach(() => {
    clock = virtualClock();
    projection = projectNode({ node: 'n1', hostIP: '192.0.2.1', runtime: 'docker' });
    [applied, repairs, warnings, trouble] = [[], 0, [], undefined];
    const none = noPacketFilter();
    services = serveServices({
      filter: {
        ...none,
        apply: async (rules) => {
          if (trouble !== undefined) throw new Error(trouble);
          applied.push(rules);
          return { ...(await none.apply(rules)), warnings: ['no IPv6'] };
        },
        repair: () => {
          repairs++;
          return none.repair();
        },
      },
      network: () => ({
        node: 'n1',
        addresses: ['192.0.2.1'],
        bridge: 'reckon0',
        podCIDR: '10.0.0.0/24',
        clusterCIDR: '10.0.0.0/16',
        serviceCIDR: '10.96.0.0/16',
      }),
      world: projection.world,
      clock,
      warn: (text) => warnings.push(text),
    });
  });
  afterEach(() => services.stop());

  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  const names = () => applied.at(-1)?.services.map(({ name }) => name);

  it('leave the installed rules alone until all orders are read', async () => {
    services.ordered(service('a'));
    await pass(10_000);
    expect(applied).to.have.length(0);
    services.allRead();
    await pass(20);
    expect(names()).to.deep.equal(['a']);
  });

  it('that change together are applied together', async () => {
    services.allRead();
    for (const name of ['a', 'b', 'c']) services.ordered(service(name));
    await pass(20);
    expect(applied).to.have.length(1);
    services.ordered({ type: 'Forget', node: '*', key: 'service/default/b', position: 2 });
    await pass(20);
    expect(names()).to.deep.equal(['a', 'c']);
    await pass(30_000);
    expect(applied).to.have.length(2);
  });

  it('are applied later when it cannot be done now, with the newest of all', async () => {
    services.allRead();
    trouble = 'xtables is locked';
    services.ordered(service('a'));
    await pass(20);
    expect(warnings).to.deep.equal(['Cannot bring packet rules up to date, trying again: xtables is locked']);
    trouble = undefined;
    services.ordered(service('b'));
    await pass(2_000);
    expect(names()).to.deep.equal(['a', 'b']);
  });

  it('warn once of what is wrong, and are looked after every minute', async () => {
    services.allRead();
    await pass(20);
    services.ordered(service('a'));
    await pass(20);
    expect(warnings).to.deep.equal(['no IPv6']);
    await pass(60_000);
    await pass(60_000);
    expect(repairs).to.equal(2);
    services.stop();
    await pass(600_000);
    expect(repairs).to.equal(2);
  });

  it('open the host ports of pods that run here', async () => {
    services.allRead();
    await pass(20);
    const ports = [
      { containerPort: 8080, hostPort: 80 },
      { containerPort: 53, hostPort: 53, protocol: 'UDP' as const, hostIP: '192.0.2.1' },
      { containerPort: 1 },
    ];
    const pod = podNamed('web', { containers: [{ name: 'web', image: 'web', ports }] });
    const sandbox: Sandbox = {
      id: 's',
      pod: { uid: 'uid-web', namespace: 'default', name: 'web' },
      attempt: 0,
      state: 'running',
      ip: '10.0.0.9',
      network: 'pod',
      createdAt: epochMs,
      labels: {},
    };
    projection.ordered({ type: 'RunPod', node: 'n1', key: 'pod/uid-web', position: 1, pod });
    projection.observed({ type: 'SandboxSeen', sandbox });
    services.podsChanged();
    await pass(20);
    const common = { namespace: 'default', name: 'web', podIP: '10.0.0.9' };
    expect(applied.at(-1)?.hostPorts).to.deep.equal([
      { ...common, protocol: 'TCP', hostPort: 80, containerPort: 8080 },
      { ...common, protocol: 'UDP', hostPort: 53, hostIP: '192.0.2.1', containerPort: 53 },
    ]);
    const before = applied.length;
    services.podsChanged();
    await pass(20);
    expect(applied).to.have.length(before);
    projection.observed({ type: 'SandboxSeen', sandbox: { ...sandbox, state: 'exited' } });
    services.podsChanged();
    await pass(20);
    expect(applied.at(-1)?.hostPorts).to.deep.equal([]);
  });
});
