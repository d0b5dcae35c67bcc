import { expect } from 'chai';
import { examine } from '../../../cli/prerequisites/make-ready.ts';
import { reportText } from '../../../cli/prerequisites/report.ts';
import { type SimulatedMachine, simulatedMachine, socket, without } from './simulated-machine.ts';

describe('the checks', () => {
  const stateOf = async (machine: SimulatedMachine, name: string, ports: readonly number[] = []) => {
    const { checks } = await examine(socket, ports, true, machine);
    const { state, found, advice } = checks.find((check) => check.name === name) ?? {};
    return [state, found, advice];
  };

  it('find everything on a machine that has everything', async () => {
    const { checks } = await examine(socket, [6443], true, simulatedMachine());
    expect(checks.filter(({ state }) => state !== 'ok')).to.deep.equal([]);
    expect(checks.map(({ name }) => name).join(' ')).to.equal(
      'Node.js Linux root Docker Engine Docker, running Docker, live-restore iptables iptables-restore conntrack ip busybox, static kernel: overlay kernel: bridge kernel: veth kernel: nf_nat kernel: br_netfilter ip_forward cgroups disk port 6443',
    );
    expect(checks.every(({ why }) => why !== '')).to.equal(true);
  });

  it('know which Node reads TypeScript', async () => {
    for (const node of ['22.18.0', '23.0.0', '24.1.2'])
      expect((await stateOf(simulatedMachine({ node }), 'Node.js'))[0]).to.equal('ok');
    for (const node of ['22.17.9', '20.20.2', '18.0.0'])
      expect((await stateOf(simulatedMachine({ node }), 'Node.js'))[0]).to.equal('missing');
  });

  it('offer simulated nodes where there is no Linux, and ask for nothing else', async () => {
    const { checks } = await examine(socket, [], true, simulatedMachine({ platform: 'darwin' }));
    expect(checks.map(({ name, state }) => [name, state])).to.deep.equal([
      ['Node.js', 'ok'],
      ['Linux', 'missing'],
    ]);
  });

  it('want a Docker whose API is new enough, and one with live-restore', async () => {
    const machine = simulatedMachine();
    machine.docker = { version: '19.03.8', apiVersion: '1.40', liveRestore: false };
    expect(await stateOf(machine, 'Docker, running')).to.deep.equal([
      'missing',
      '19.03.8 with API 1.40, older than 1.41',
      'Install Docker 20.10 or later',
    ]);
    expect((await stateOf(machine, 'Docker, live-restore'))[0]).to.equal('warning');
  });

  it('tell a Docker that is off from one that is not for us', async () => {
    const machine = simulatedMachine();
    machine.get = () => Promise.reject(Object.assign(new Error('connect EACCES'), { code: 'EACCES' }));
    expect(await stateOf(machine, 'Docker, running')).to.deep.equal([
      'missing',
      `running, but not for this user: ${socket}`,
      'Run the same command with sudo',
    ]);
  });

  it('want a busybox without libraries', async () => {
    const machine = simulatedMachine();
    machine.files.set('/bin/busybox', Buffer.from('#!/bin/sh\n'));
    expect((await stateOf(machine, 'busybox, static')).slice(0, 2)).to.deep.equal([
      'missing',
      '/bin/busybox needs libraries',
    ]);
  });

  it('read the kernel’s features from what it tells', async () => {
    const machine = simulatedMachine();
    const tell = (config: string | undefined, more: Record<string, string> = {}) => {
      machine.files.delete('/boot/config-6.1.0');
      if (config !== undefined) machine.files.set('/boot/config-6.1.0', Buffer.from(config));
      for (const [path, text] of Object.entries(more)) machine.files.set(path, Buffer.from(text));
      return stateOf(machine, 'kernel: br_netfilter');
    };
    expect((await tell('CONFIG_BRIDGE_NETFILTER=y\n'))[0]).to.equal('ok');
    expect((await tell('# CONFIG_BRIDGE_NETFILTER is not set\n'))[0]).to.equal('missing');
    expect((await tell('CONFIG_BRIDGE_NETFILTER=m\n'))[0]).to.equal('warning');
    expect((await tell(undefined))[0]).to.equal('warning');
    const listed = {
      '/lib/modules/6.1.0/modules.dep': 'kernel/net/bridge/br_netfilter.ko.xz: kernel/net/bridge/bridge.ko.xz\n',
    };
    expect(await tell('CONFIG_BRIDGE_NETFILTER=m\n', listed)).to.deep.equal([
      'ok',
      'a module, loaded on first use',
      '',
    ]);
    expect((await tell(undefined, { '/proc/modules': 'br_netfilter 32768 0 - Live\n' }))[1]).to.equal('there');
  });

  it('warn of a port in use, of little room, and of packets that are not passed on', async () => {
    const machine = simulatedMachine();
    expect((await stateOf(machine, 'port 80', [80]))[0]).to.equal('warning');
    machine.freeBytes = async () => 1024 ** 3;
    expect((await stateOf(machine, 'disk')).slice(0, 2)).to.deep.equal(['warning', '1.0 GiB free for /var/lib/docker']);
    machine.freeBytes = async () => 1024 ** 2;
    expect((await stateOf(machine, 'disk'))[0]).to.equal('missing');
    machine.files.set('/proc/sys/net/ipv4/ip_forward', Buffer.from('0\n'));
    expect((await stateOf(machine, 'ip_forward')).slice(0, 2)).to.deep.equal(['ok', '0; the agent sets it to 1']);
    expect((await stateOf(Object.assign(machine, { root: false }), 'ip_forward'))[0]).to.equal('warning');
  });

  it('tell cgroups v1 from v2 and from none', async () => {
    const machine = simulatedMachine();
    machine.files.set('/proc/mounts', Buffer.from('cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n'));
    expect((await stateOf(machine, 'cgroups')).slice(0, 2)).to.deep.equal(['ok', 'v1']);
    machine.files.set('/proc/mounts', Buffer.from('tmpfs /sys/fs/cgroup tmpfs rw 0 0\n'));
    expect((await stateOf(machine, 'cgroups'))[0]).to.equal('missing');
  });

  it('are shown as a table, with what to do', async () => {
    const examined = await examine(socket, [], true, without('conntrack'));
    const text = reportText(examined, false);
    expect(text).to.contain('ok       Node.js               24.0.0\n');
    expect(text).to.contain(
      'missing  conntrack             not found\n         ends UDP flows to pods that are gone\n         Install conntrack\n',
    );
    expect(
      text.endsWith(
        '\nWhat to do:\n  Run: apt-get update && apt-get install --yes --no-install-recommends conntrack\n',
      ),
    ).to.equal(true);
    expect(reportText(examined, true)).to.contain('\x1b[31mmissing \x1b[0m conntrack');
  });
});
