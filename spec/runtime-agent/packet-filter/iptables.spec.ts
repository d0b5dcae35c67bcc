import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { iptablesPacketFilter } from '../../../runtime-agent/packet-filter/iptables.ts';
import { PacketFilterUnavailable } from '../../../runtime-agent/packet-filter/packet-filter.ts';
import { after, anyStep } from './generated.ts';
import { addBridge, isRoot, type Network, openNetwork } from './network.ts';
import { packetFilterContract } from './packet-filter.contract.ts';
import { nodeWith, port, web } from './samples.ts';

const foreign = `*filter
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
:MINE - [0:0]
-A INPUT -p tcp -m tcp --dport 23 -j DROP
-A FORWARD -j DOCKER-USER
-A FORWARD -i docker0 -j ACCEPT
-A DOCKER-USER -j RETURN
-A MINE -s 10.96.0.10/32 -j DROP
COMMIT
*nat
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT
`;

/** Rules and policies, without comments and counters. */
const rulesIn = (saved: string) =>
  saved
    .split('\n')
    .filter((line) => !line.startsWith('#') && line !== '')
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));

const node = nodeWith([web([port(['10.244.1.5', '10.244.2.5'], { nodePort: 30080 })])]);

for (const program of ['iptables-nft', 'iptables-legacy'] as const) {
  describe(`iptablesPacketFilter with ${program}`, function () {
    this.timeout(60_000);
    const networks: Network[] = [];
    const open = () => {
      const network = openNetwork();
      networks.push(network);
      addBridge(network);
      return { ...network, filter: iptablesPacketFilter({ prefix: network.prefix, program }) };
    };
    before(function () {
      if (!isRoot) this.skip();
    });
    afterEach(() => networks.splice(0).forEach((network) => network.remove()));

    packetFilterContract(() => open().filter);

    it('holds what rules from nothing would be after 1,000 random changes, and leaves foreign rules', async () => {
      const { filter, feed, run } = open();
      feed(foreign, `${program}-restore`);
      const before = rulesIn(run(`${program}-save`));
      const [steps = []] = fc.sample(fc.array(anyStep, { minLength: 1000, maxLength: 1000 }), 1);
      const nodes = [...after(steps)];
      const last = nodes.at(-1) ?? nodeWith([]);
      for (const [index, asked] of nodes.entries()) if (index % 20 === 19) await filter.apply(asked);
      const fresh = open();
      fresh.feed(foreign, `${program}-restore`);
      await fresh.filter.apply(last);
      const [saved, scratch] = [rulesIn(run(`${program}-save`)), rulesIn(fresh.run(`${program}-save`))];
      expect(saved.toSorted()).to.deep.equal(scratch.toSorted());
      expect((await filter.repair()).chains).to.deep.equal([]);
      expect(saved.filter((line) => !line.includes('RECKON-'))).to.deep.equal(before);
      await filter.clear();
      expect(rulesIn(run(`${program}-save`))).to.deep.equal(before);
    });

    it('takes over what its predecessor left, and writes none of it again', async () => {
      const { filter, prefix } = open();
      await filter.apply(node);
      expect((await iptablesPacketFilter({ prefix, program }).apply(node)).chains).to.deep.equal([]);
    });

    it('repairs a removed hook, a changed chain and a removed chain, and names them', async () => {
      const { filter, feed, run } = open();
      await filter.apply(node);
      const before = rulesIn(run(`${program}-save`));
      feed(
        `*nat\n-D PREROUTING -m comment --comment "reckon services" -j RECKON-SERVICES\n-F RECKON-LOCAL-PORTS\n-F RECKON-EXT-2CC2141D8C65E9B8\n-X RECKON-EXT-2CC2141D8C65E9B8\nCOMMIT\n`,
        `${program}-restore`,
        '--noflush',
      );
      expect((await filter.repair()).chains).to.have.members([
        'nat RECKON-LOCAL-PORTS',
        'nat RECKON-EXT-2CC2141D8C65E9B8',
        'nat PREROUTING',
      ]);
      expect(rulesIn(run(`${program}-save`)).toSorted()).to.deep.equal(before.toSorted());
    });

    it('starts from what is really there when what it remembers does not fit any more', async () => {
      const { filter, run } = open();
      await filter.apply(node);
      run(program, '-t', 'nat', '-F');
      run(program, '-t', 'nat', '-X');
      await filter.apply(
        nodeWith([...node.services, web([port(['10.244.1.5'])], { name: 'new', clusterIPs: ['10.96.0.11'] })]),
      );
      expect((await filter.repair()).chains).to.deep.equal([]);
      expect(run(`${program}-save`))
        .to.include('default/new:http')
        .and.to.include('default/web:http');
    });

    it('writes nothing at all when one rule cannot be written, and names it', async () => {
      const { filter, run } = open();
      await filter.apply(node);
      const before = rulesIn(run(`${program}-save`));
      const bad = nodeWith([web([port(['10.244.1.7']), port(['10.244.1.5'], { name: 'odd', port: 70_000 })])]);
      const error = await filter.apply(bad).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(PacketFilterUnavailable);
      expect(String(error)).to.match(
        /Cannot write packet rules: .*\n.*\n?.*line \d+: .*--dport 70000 .*default\/web:odd/s,
      );
      expect(rulesIn(run(`${program}-save`))).to.deep.equal(before);
      expect((await filter.apply(node)).chains).to.deep.equal([]);
    });
  });
}

describe('iptablesPacketFilter', () => {
  const networks: Network[] = [];
  const open = () => {
    const network = openNetwork();
    networks.push(network);
    addBridge(network);
    return network;
  };
  afterEach(() => networks.splice(0).forEach((network) => network.remove()));

  it('learns how an iptables that spells a rule differently prints it, and still sees changes', async function () {
    if (!isRoot) this.skip();
    const { prefix, run } = open();
    const folder = mkdtempSync(join(tmpdir(), 'reckon-spec-'));
    try {
      const save = `#!/bin/sh\nPATH=\${PATH#*:} iptables-save "$@" | sed s/0.50000000000/0.5/\n`;
      writeFileSync(join(folder, 'iptables-save'), save, { mode: 0o755 });
      const filter = iptablesPacketFilter({ prefix: [...prefix, 'env', `PATH=${folder}:${process.env['PATH']}`] });
      await filter.apply(node);
      expect((await filter.repair()).chains).to.deep.equal(['nat RECKON-SVC-2CC2141D8C65E9B8']);
      expect((await filter.repair()).chains).to.deep.equal([]);
      run('iptables', '-t', 'nat', '-D', 'RECKON-SVC-2CC2141D8C65E9B8', '2');
      expect((await filter.repair()).chains).to.deep.equal(['nat RECKON-SVC-2CC2141D8C65E9B8']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says what a node lacks and what that means, and makes rules all the same', async function () {
    if (!isRoot) this.skip();
    const hide = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o ro none /proc/sys/net && exec "$@"', 'sh'];
    const filter = iptablesPacketFilter({ prefix: [...open().prefix, ...hide] });
    const { chains, warnings } = await filter.apply(node);
    expect(chains).not.to.be.empty;
    expect(warnings.map((warning) => warning.split(' ')[0])).to.deep.equal([
      'net.ipv4.ip_forward',
      'net.bridge.bridge-nf-call-iptables',
      'net.ipv4.conf.all.route_localnet',
    ]);
  });

  it('says that the bridge is not there yet', async function () {
    if (!isRoot) this.skip();
    const network = open();
    network.run('ip', 'link', 'del', 'reckon0');
    const { warnings } = await iptablesPacketFilter({ prefix: network.prefix }).apply(node);
    expect(warnings.join()).to.match(/ports of the bridge reckon0 cannot be listed: .*does not exist/);
  });

  it('says what to do when it may not change rules', async function () {
    if (!isRoot) this.skip();
    const filter = iptablesPacketFilter({ prefix: ['setpriv', '--reuid=65534', '--clear-groups'] });
    const error = await filter.installed().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(PacketFilterUnavailable);
    expect(String(error)).to.include('(run the agent as root)');
  });

  it('says what to install where there is no iptables', async () => {
    const error = await iptablesPacketFilter({ prefix: ['env', '-i', 'PATH=/nowhere'] })
      .installed()
      .catch((reason: unknown) => reason);
    expect(String(error)).to.include('Cannot read packet rules').and.to.include('apt-get install iptables');
  });
});
