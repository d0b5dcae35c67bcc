import { expect } from 'chai';
import { type Ask, makeReady } from '../../../cli/prerequisites/make-ready.ts';
import { UserError } from '../../../cli/output.ts';
import { settled } from '../../support/clock.ts';
import { keptTerminal, type SimulatedMachine, simulatedMachine, socket, without } from './simulated-machine.ts';

const never: Ask = () => {
  throw new Error('nobody is to be asked');
};

interface Run {
  readonly yes?: boolean;
  readonly interactive?: boolean;
  readonly daemon?: boolean;
  readonly dockerSocket?: string;
  readonly ask?: Ask;
}

/** Makes the machine ready; answers what was said, and the refusal if it ended with one. */
const makeReadyOn = async (machine: SimulatedMachine, run: Run = {}) => {
  const { yes = false, interactive = false, daemon = true, dockerSocket = socket, ask = never } = run;
  const terminal = keptTerminal(interactive);
  let ended = false;
  const outcome = makeReady({ yes, dockerSocket, terminal, daemon }, machine, ask)
    .then(
      () => '',
      (error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        return error.message;
      },
    )
    .finally(() => {
      ended = true;
    });
  const isOver = () => ended;
  while (!isOver()) {
    await settled();
    machine.clock.advance(100);
  }
  return { said: terminal.said(), refusal: await outcome };
};

const bare = (): SimulatedMachine => {
  const machine = without('dockerd', 'iptables', 'iptables-restore', 'conntrack', 'ip');
  machine.docker = undefined;
  machine.files.delete('/bin/busybox');
  return machine;
};

describe('making a machine ready', () => {
  it('says and does nothing when nothing is missing', async () => {
    const machine = simulatedMachine();
    expect(await makeReadyOn(machine)).to.deep.equal({ said: '', refusal: '' });
    expect(machine.commands).to.deep.equal([]);
  });

  it('installs all packages at once and starts Docker, and asks nobody where nobody sits', async () => {
    const machine = bare();
    const { said, refusal } = await makeReadyOn(machine);
    expect(refusal).to.equal('');
    expect(machine.commands).to.deep.equal([
      'apt-get install docker.io iptables conntrack iproute2 busybox-static',
      'systemctl enable docker',
    ]);
    expect(machine.environments[0]).to.deep.equal({ DEBIAN_FRONTEND: 'noninteractive' });
    expect(said).to.contain('Docker Engine: not found (runs the containers of pods)');
    expect(said).to.contain(
      '• Installing docker.io, iptables, conntrack, iproute2, busybox-static\n• Running systemctl',
    );
  });

  it('asks on a terminal first, unless told --yes', async () => {
    const questions: string[] = [];
    const answering =
      (answer: boolean): Ask =>
      async (question) => {
        questions.push(question);
        return answer;
      };
    const accepted = without('conntrack');
    await makeReadyOn(accepted, { interactive: true, ask: answering(true) });
    expect(accepted.commands).to.deep.equal(['apt-get install conntrack']);
    const declined = without('conntrack');
    const { refusal } = await makeReadyOn(declined, { interactive: true, ask: answering(false) });
    expect(declined.commands).to.deep.equal([]);
    expect(refusal).to.contain('Run: apt-get update && apt-get install --yes --no-install-recommends conntrack');
    expect(questions).to.deep.equal(Array.from({ length: 2 }, () => 'Installing conntrack: go on? [Y/n] '));
    expect((await makeReadyOn(without('conntrack'), { interactive: true, yes: true })).refusal).to.equal('');
  });

  it('reads the package lists anew only when they know no such package, and once', async () => {
    const machine = without('conntrack');
    machine.answers.set('apt-get install', { code: 100, output: 'E: Unable to locate package conntrack', times: 1 });
    await makeReadyOn(machine);
    expect(machine.commands).to.deep.equal([
      'apt-get install conntrack',
      'apt-get update',
      'apt-get install conntrack',
    ]);
    const hopeless = without('conntrack');
    hopeless.answers.set('apt-get install', { code: 100, output: 'E: Unable to locate package conntrack', times: 9 });
    expect((await makeReadyOn(hopeless)).refusal).to.contain(
      'did not work: it said:\nE: Unable to locate package conntrack',
    );
    expect(hopeless.commands).to.have.length(3);
  });

  it('says so when there is no network', async () => {
    const machine = without('conntrack');
    machine.answers.set('apt-get install', { code: 100, output: 'E: Unable to locate package conntrack', times: 1 });
    machine.answers.set('apt-get update', {
      code: 0,
      output: "W: Temporary failure resolving 'deb.debian.org'",
      times: 1,
    });
    const { refusal } = await makeReadyOn(machine);
    expect(refusal).to.match(
      /apt-get.* update" did not work: the package servers cannot be reached; is there a network\?/,
    );
  });

  it('does nothing that it may not, and gives the exact commands', async () => {
    const machine = Object.assign(bare(), { root: false });
    const { refusal, said } = await makeReadyOn(machine, { yes: true });
    expect([said, machine.commands]).to.deep.equal(['', []]);
    expect(refusal.split('What to do:\n')[1]?.split('\n')).to.deep.equal([
      '  Run: sudo apt-get update && sudo apt-get install --yes --no-install-recommends docker.io iptables conntrack iproute2 busybox-static',
      '  Run the same command with sudo',
      '  Run: sudo systemctl enable --now docker',
    ]);
  });

  it('leaves other distributions’ packages to their owner', async () => {
    const machine = without('conntrack');
    machine.files.set('/etc/os-release', Buffer.from('ID=fedora\n'));
    expect((await makeReadyOn(machine)).refusal).to.contain('What to do:\n  Install conntrack');
    expect(machine.commands).to.deep.equal([]);
    machine.files.set('/etc/os-release', Buffer.from('ID=linuxmint\nID_LIKE="ubuntu debian"\n'));
    expect((await makeReadyOn(machine)).refusal).to.equal('');
  });

  it('installs nothing when something else stays missing', async () => {
    const machine = without('conntrack');
    machine.files.set('/proc/mounts', Buffer.from(''));
    expect((await makeReadyOn(machine, { yes: true })).refusal).to.contain('mount -t cgroup2 none /sys/fs/cgroup');
    expect(machine.commands).to.deep.equal([]);
  });

  it('starts Docker as the system starts services', async () => {
    for (const [comm, command] of [
      ['systemd', 'systemctl enable docker'],
      ['init', 'service docker start'],
    ] as const) {
      const machine = simulatedMachine();
      machine.docker = undefined;
      machine.programs.add('service');
      machine.files.set('/proc/1/comm', Buffer.from(comm));
      await makeReadyOn(machine);
      expect(machine.commands).to.deep.equal([command]);
    }
  });

  it('needs no Docker that runs where specs start their own', async () => {
    const machine = bare();
    expect((await makeReadyOn(machine, { daemon: false })).refusal).to.equal('');
    expect(machine.commands).to.deep.equal(['apt-get install docker.io iptables conntrack iproute2 busybox-static']);
  });

  it('starts no Docker at another socket', async () => {
    const machine = simulatedMachine();
    machine.docker = undefined;
    const { refusal } = await makeReadyOn(machine, { dockerSocket: '/mine.sock' });
    expect(refusal).to.contain('Start the Docker that listens on /mine.sock, or name another with --docker');
    expect(machine.commands).to.deep.equal([]);
  });
});

describe('where no init system runs', () => {
  const inContainer = (): SimulatedMachine => {
    const machine = simulatedMachine();
    machine.docker = undefined;
    machine.files.set('/proc/1/comm', Buffer.from('sh'));
    return machine;
  };
  const stale = ['rm /var/run/docker.pid', 'rm /var/run/docker/containerd/containerd.pid'];

  it('dockerd is started by itself, and waited for', async () => {
    const machine = inContainer();
    machine.dockerdLooks = 20;
    expect((await makeReadyOn(machine)).refusal).to.equal('');
    expect(machine.commands).to.deep.equal([...stale, 'dockerd --live-restore']);
  });

  it('its own settings are not contradicted', async () => {
    const machine = inContainer();
    machine.files.set('/etc/docker/daemon.json', Buffer.from('{ "live-restore": false }'));
    await makeReadyOn(machine);
    expect(machine.commands.at(-1)).to.equal('dockerd');
  });

  it('what a killed dockerd left is removed, what a living one has is not', async () => {
    for (const [status, removed] of [
      ['Name:\tdockerd\nState:\tS (sleeping)\n', []],
      ['Name:\tdockerd\nState:\tZ (zombie)\n', stale],
      ['Name:\tbash\nState:\tS (sleeping)\n', stale],
    ] as const) {
      const machine = inContainer();
      machine.files.set('/var/run/docker.pid', Buffer.from('77'));
      machine.files.set('/proc/77/status', Buffer.from(status));
      await makeReadyOn(machine);
      expect(machine.commands).to.deep.equal([...removed, 'dockerd --live-restore']);
    }
  });

  it('a dockerd that ends, or never answers, is told of with its last words', async () => {
    const ending = inContainer();
    ending.dockerdEnds = { code: 1, says: 'Starting up\nfailed to start daemon: no cgroups\n' };
    expect((await makeReadyOn(ending)).refusal).to.equal(
      'dockerd ended with 1. What it said last, in /var/log/docker.log:\nStarting up\nfailed to start daemon: no cgroups',
    );
    const silent = inContainer();
    silent.dockerdLooks = 1000;
    expect((await makeReadyOn(silent)).refusal).to.match(/^dockerd does not answer after 60 s\./);
  });
});
