import { expect } from 'chai';
import { iptablesPacketFilter } from '../../../runtime-agent/packet-filter/iptables.ts';
import type { NodeRules, PacketFilter, ServiceRules } from '../../../runtime-agent/packet-filter/packet-filter.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { isRoot, type Network } from './network.ts';
import { nodeWith, port, web } from './samples.ts';

const [a, b, c] = ['10.244.1.5', '10.244.1.6', '10.244.1.7'] as const;
const [clusterIP, nodePort, loopback] = ['http://10.96.0.10', 'http://192.168.77.1:30080', 'http://127.0.0.1:30080'];
/** curl's exit code for a connection that was refused. */
const refusedCode = 7;
/** Well below the second a client waits before it tries again. */
const atOnceMs = 500;

const tally = (text: string) => Map.groupBy(text.split('\n'), (line) => line.split(' ')[0] ?? '');
/** `default/web` on its ClusterIP and a node port. */
const over = (ips: readonly string[], more: Partial<ServiceRules> = {}) => web([port(ips, { nodePort: 30080 })], more);
const dnsOver = (ips: readonly string[]) => web([port(ips, { protocol: 'UDP', port: 53, nodePort: 30053 })]);

for (const program of ['iptables-nft', 'iptables-legacy'] as const) {
  describe(`real packets under ${program}`, function () {
    this.timeout(60_000);
    let cluster: Cluster;
    let node: Network;
    let outside: Network;
    let podA: Network;
    let filter: PacketFilter;
    const serve = (services: readonly ServiceRules[], more: Partial<NodeRules> = {}) =>
      filter.apply({ ...nodeWith(services), addresses: ['192.168.77.1', '10.244.1.1'], ...more });
    const answer = async (from: Network, url: string) => (await cluster.curl(from, url)).body;

    before(async function () {
      if (!isRoot) return this.skip();
      cluster = openCluster();
      ({ node, outside } = cluster);
      podA = await cluster.addPod('a', a);
      await cluster.addPod('b', b);
      await cluster.addPod('c', c);
      await cluster.serve(outside, 'outside');
      // The machine outside also plays another node, with a pod on it.
      outside.run('ip', 'addr', 'add', '10.244.2.5/32', 'dev', 'eth0');
      outside.run('ip', 'route', 'add', '10.244.1.0/24', 'via', '192.168.77.1');
      node.run('ip', 'route', 'add', '10.244.2.0/24', 'via', '192.168.77.2');
      node.run(program, '-P', 'FORWARD', 'DROP');
    });
    beforeEach(() => {
      filter = iptablesPacketFilter({ prefix: node.prefix, program });
    });
    afterEach(() => filter?.clear());
    after(() => cluster?.remove());

    it('spread 1,000 connections to a ClusterIP evenly over its pods', async () => {
      await serve([over([a, b, c])]);
      const counts = [...tally(await answer(node, `${clusterIP}/?[1-1000]`)).values()].map((lines) => lines.length);
      const chiSquare = counts.reduce((sum, count) => sum + (count - 1000 / 3) ** 2 / (1000 / 3), 0);
      expect(counts).to.have.lengthOf(3);
      // Two degrees of freedom: chance alone exceeds this once in 100,000 runs.
      expect(chiSquare).to.be.below(23.03);
    });

    it('reach a neighbour, another node and the world outside with the right address', async () => {
      await serve([over([b])]);
      expect(await answer(podA, clusterIP)).to.equal(`b ${a}`);
      expect(await answer(podA, 'http://10.244.2.5:8080')).to.equal(`outside ${a}`);
      expect(await answer(podA, 'http://192.168.77.2:8080')).to.equal('outside 192.168.77.1');
    });

    it('reach a pod of another node through a ClusterIP, from a pod and from the node', async () => {
      await serve([over(['10.244.2.5'])]);
      expect(await answer(podA, clusterIP)).to.equal(`outside ${a}`);
      expect(await answer(node, clusterIP)).to.match(/^outside /);
    });

    it('bring a pod back to itself through its Service', async () => {
      await serve([over([a])]);
      expect(await answer(podA, clusterIP)).to.equal('a 10.244.1.1');
      expect(await answer(podA, nodePort)).to.equal('a 10.244.1.1');
    });

    it('reach a node port from outside, from the node, at 127.0.0.1 and from a pod', async () => {
      await serve([over([b])]);
      expect(await answer(outside, nodePort)).to.equal('b 10.244.1.1');
      expect(await answer(node, nodePort)).to.equal('b 10.244.1.1');
      expect(await answer(node, loopback)).to.equal('b 10.244.1.1');
      expect(await answer(podA, nodePort)).to.equal('b 10.244.1.1');
    });

    it('keep the address of a client outside with externalTrafficPolicy Local', async () => {
      await serve([over([b, '10.244.2.5'], { externalTrafficPolicy: 'Local' })]);
      const answers = await answer(outside, `${nodePort}/?[1-20]`);
      expect(new Set(answers.split('\n'))).to.deep.equal(new Set(['b 192.168.77.2']));
    });

    it('are refused at once when a Service has no endpoints', async () => {
      await serve([over([]), { ...dnsOver([]), name: 'dns' }]);
      for (const [from, url] of [
        [podA, clusterIP],
        [node, clusterIP],
        [podA, nodePort],
        [outside, nodePort],
      ] as const) {
        const { code, tookMs } = await cluster.curl(from, url);
        expect(code).to.equal(refusedCode);
        expect(tookMs).to.be.below(atOnceMs);
      }
      expect(await cluster.udp(podA, '10.96.0.10', 53).ask()).to.equal('ECONNREFUSED');
    });

    it('reach a host port from outside and at 127.0.0.1, until the pod is gone', async () => {
      const http = {
        namespace: 'default',
        name: 'b',
        protocol: 'TCP',
        hostPort: 2333,
        podIP: b,
        containerPort: 8080,
      } as const;
      await serve([], { hostPorts: [http] });
      expect(await answer(outside, 'http://192.168.77.1:2333')).to.equal('b 192.168.77.2');
      expect(await answer(node, 'http://127.0.0.1:2333')).to.equal('b 10.244.1.1');
      await serve([]);
      expect((await cluster.curl(outside, 'http://192.168.77.1:2333')).code).to.equal(refusedCode);
    });

    it('of one UDP client go to another endpoint as soon as its own is gone', async () => {
      await serve([dnsOver([b])]);
      const [inside, atNode] = [cluster.udp(podA, '10.96.0.10', 53), cluster.udp(outside, '192.168.77.1', 30053)];
      expect([await inside.ask(), await atNode.ask()]).to.deep.equal([`b ${a}`, 'b 10.244.1.1']);
      await serve([dnsOver([c])]);
      expect([await inside.ask(), await atNode.ask()]).to.deep.equal([`c ${a}`, 'c 10.244.1.1']);
    });

    it('of one client stay with one endpoint under session affinity', async () => {
      await serve([over([a, b, c], { affinitySeconds: 60 })]);
      expect(tally(await answer(outside, `${nodePort}/?[1-30]`)).size).to.equal(1);
    });

    it('lose no connection while rules change and the agent starts again', async () => {
      await serve([over([a, b, c])]);
      for (let change = 0; change < 10; change += 1) {
        const requests = cluster.curl(node, `${clusterIP}/?[1-100]`);
        await serve([over([a, b, c].slice(change % 3))]);
        if (change % 5 === 4) filter = iptablesPacketFilter({ prefix: node.prefix, program });
        const { code, body } = await requests;
        expect([code, body.split('\n').length]).to.deep.equal([0, 100]);
      }
    });

    it('between pods of one bridge work without the kernel’s bridge filter, from the node’s address', async () => {
      node.run('sh', '-c', 'echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables');
      const hide = [
        'unshare',
        '--mount',
        'sh',
        '-c',
        'mount -t tmpfs -o ro none /proc/sys/net/bridge && exec "$@"',
        'sh',
      ];
      filter = iptablesPacketFilter({ prefix: [...node.prefix, ...hide], program });
      const { warnings } = await serve([over([b]), web([port([a])], { name: 'self', clusterIPs: ['10.96.0.11'] })]);
      expect(warnings.join()).to.match(/bridge-nf-call-iptables cannot be set .* see the node as the client/);
      expect(await answer(podA, clusterIP)).to.equal('b 10.244.1.1');
      expect(await answer(podA, 'http://10.96.0.11')).to.equal('a 10.244.1.1');
    });

    it('find the way to a ClusterIP on a node without a default route, which is given back', async () => {
      const routes = () => node.run('ip', 'route', 'show', 'proto', '82').trim();
      await serve([over([b])]);
      expect(routes()).to.equal('10.96.0.0/16 dev lo scope link');
      await filter.clear();
      expect(routes()).to.equal('');
      expect(node.run('cat', '/proc/sys/net/ipv4/conf/all/route_localnet').trim()).to.equal('0');
    });
  });
}
