import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ContainerSpec } from '../../../runtime-agent/container.ts';
import type { Runtime, RuntimeInfo } from '../../../runtime-agent/runtime.ts';
import { failureOf, sandboxFor, podNamed } from '../runtime-bench.ts';
import { loadDemo, openNode, openPod, shell } from './bench.ts';

describe('a pod on Docker', function () {
  this.timeout(60_000);
  let runtime: Runtime;
  let info: RuntimeInfo;
  let pod: Awaited<ReturnType<typeof openPod>>;
  let dir: string;
  let cidr: string;

  before(async () => {
    await loadDemo();
    ({ runtime, cidr } = await openNode());
    info = await runtime.info();
    pod = await openPod(runtime, cidr);
    dir = await mkdtemp(join(tmpdir(), 'reckon-spec-'));
  });
  after(async () => {
    await runtime.removeAll();
    await rm(dir, { recursive: true });
  });

  describe('shares', () => {
    let first: string;
    before(async () => {
      first = await pod.start({ name: 'first', command: ['sleep', '1000'] });
    });

    it('its host name', async () => {
      expect(await pod.say('hostname')).equal('web\n');
      expect(await pod.exec(first, ['hostname'])).include({ out: 'web\n', code: 0 });
    });

    it('its network', async () => {
      await pod.start({ name: 'server', command: shell('echo hello | nc -l -p 99') });
      expect(await pod.say('until nc 127.0.0.1 99; do usleep 10000; done')).match(/hello\n$/);
      expect(await pod.say("ip -4 -o addr show eth0 | tr -s ' ' | cut -d' ' -f4")).equal(`${pod.sandbox.ip}/24\n`);
    });

    it('its IPC', async () => {
      expect(await pod.say('readlink /proc/self/ns/ipc')).equal(
        (await pod.exec(first, ['readlink', '/proc/self/ns/ipc'])).out,
      );
      await pod.exec(first, shell('echo shared > /dev/shm/note'));
      expect(await pod.say('cat /dev/shm/note')).equal('shared\n');
    });

    it('its processes only when asked to', async () => {
      expect(await pod.say('cat /proc/1/comm; true')).equal('sh\n');
      expect(await pod.say('cat /proc/1/comm', { pid: 'pod' })).equal('pause\n');
      const node = await readFile('/proc/1/comm', 'utf8');
      expect(await pod.say('cat /proc/1/comm', { pid: 'node' })).equal(node);
    });
  });

  describe('gives a container', () => {
    it('its environment, arguments and folder', async () => {
      const env = [
        { name: 'A', value: 'b=c d' },
        { name: 'VERSION', value: '7' },
      ];
      expect(await pod.say('echo $A; echo $VERSION; pwd', { env, workingDir: '/etc' })).equal('b=c d\n7\n/etc\n');
      const id = await pod.start({ name: 'arguments', command: ['echo', 'a'], args: ['b c', '$A'] });
      expect(await pod.logOf(id)).equal('a b c $A\n');
    });

    it('arguments alone as the image’s command', async () => {
      const id = await pod.start({ name: 'args-only', args: ['echo', 'only'] });
      expect(await pod.logOf(id)).equal('only\n');
    });

    it('files and folders of the node', async () => {
      await mkdir(join(dir, 'data'));
      await writeFile(join(dir, 'hosts'), '127.0.0.1 me\n');
      const mounts = [
        { source: join(dir, 'data'), target: '/data', readOnly: false },
        { source: join(dir, 'hosts'), target: '/etc/hosts', readOnly: true },
      ];
      expect(await pod.say('cat /etc/hosts; echo x > /data/x; echo y > /etc/hosts', { mounts })).match(
        /^127\.0\.0\.1 me\n.*Read-only/,
      );
      expect(await readFile(join(dir, 'data/x'), 'utf8')).equal('x\n');
    });

    it('no mount without a source', async () => {
      const mounts = [{ source: join(dir, 'nosuch'), target: '/data', readOnly: false }];
      const failure = await failureOf(pod.start({ name: 'sourceless', mounts }));
      expect(failure).include({ kind: 'Refused' });
      expect(failure.message).contain(join(dir, 'nosuch'));
    });

    it('its user and groups', async () => {
      expect(await pod.say('id -u; id -g; id -G', { privileges: { user: '1000:2000', groups: [3000] } })).equal(
        '1000\n2000\n2000 3000\n',
      );
    });

    it('a root file system that can be read only', async () => {
      expect(await pod.say('echo > /x', { privileges: { readOnlyRootFilesystem: true } })).contain(
        'Read-only file system',
      );
    });

    it('a file for its last words', async () => {
      await writeFile(join(dir, 'message'), '');
      const mounts = [{ source: join(dir, 'message'), target: '/dev/termination-log', readOnly: false }];
      await pod.say('echo farewell > /dev/termination-log', { mounts });
      expect(await readFile(join(dir, 'message'), 'utf8')).equal('farewell\n');
    });

    it('a terminal', async () => {
      expect(await pod.say('[ -t 1 ] && echo terminal', { tty: true })).equal('terminal\r\n');
    });
  });

  describe('limits', () => {
    const groupFile = async (resources: ContainerSpec['resources'], v1: string, v2: string) => {
      const path = info.cgroupVersion === '1' ? `/sys/fs/cgroup/${v1}` : `/sys/fs/cgroup/${v2}`;
      return (await pod.say(`cat ${path}`, { resources })).trim();
    };

    it('the processor by weight', async () => {
      expect(await groupFile({ cpuRequestMilli: 250 }, 'cpu/cpu.shares', 'cpu.weight')).equal(
        info.cgroupVersion === '1' ? '256' : '10',
      );
      expect(await groupFile({}, 'cpu/cpu.shares', 'cpu.weight')).equal(info.cgroupVersion === '1' ? '2' : '1');
    });

    it('the processor by time', async () => {
      expect(await groupFile({ cpuLimitMilli: 150 }, 'cpu/cpu.cfs_quota_us', 'cpu.max')).match(/^15000( 100000)?$/);
    });

    it('memory, and says when it was too much', async () => {
      const resources = { memoryLimitBytes: 16 * 2 ** 20 };
      expect(await groupFile(resources, 'memory/memory.limit_in_bytes', 'memory.max')).equal(String(16 * 2 ** 20));
      const id = await pod.start({ name: 'greedy', command: ['tail', '/dev/zero'], resources });
      expect(await pod.ended(id)).include({ exitCode: 137, oomKilled: true });
    });

    it('not even a wish to survive where the host forbids it', async () => {
      const adj = (oomScoreAdj: number) => pod.say('cat /proc/self/oom_score_adj', { resources: { oomScoreAdj } });
      expect(await adj(300)).equal('300\n');
      const degraded = info.degraded.some((sentence) => sentence.includes('oom_score_adj'));
      expect(await adj(-500)).equal(degraded ? '0\n' : '-500\n');
    });

    it('the log', async () => {
      const small = await openNode({ log: { fileBytesMax: 100_000, filesMax: 2 } });
      const other = await openPod(small.runtime, small.cidr, podNamed('chatty'));
      const id = await other.start({ command: shell('yes 0123456789 | head -c 1000000') });
      await other.ended(id);
      const kept = (await other.logOf(id)).length;
      await small.runtime.removeAll();
      expect(kept).greaterThan(10_000).and.lessThan(200_000);
    });
  });

  describe('privileges', () => {
    const capabilities = async (privileges: ContainerSpec['privileges']) =>
      BigInt(`0x${(await pod.say('grep CapEff /proc/self/status | cut -f2', { privileges })).trim()}`);

    it('can be added and dropped', async () => {
      const usual = await capabilities({});
      const [netAdmin, chown] = [1n << 12n, 1n];
      expect((usual & netAdmin) === 0n && (usual & chown) === chown).equal(true);
      expect(await capabilities({ addCapabilities: ['NET_ADMIN'], dropCapabilities: ['CHOWN'] })).equal(
        (usual | netAdmin) & ~chown,
      );
      expect(await capabilities({ dropCapabilities: ['ALL'] })).equal(0n);
    });

    it('of all kinds are all that the host has', async () => {
      const status = await readFile('/proc/1/status', 'utf8');
      const knownToDocker = (1n << 38n) - 1n;
      const host = BigInt(`0x${/CapBnd:\s*(\S+)/.exec(status)?.[1]}`) & knownToDocker;
      expect((await capabilities({ addCapabilities: ['ALL'] })) & knownToDocker).equal(host);
      expect((await capabilities({ privileged: true })) & knownToDocker).equal(host);
    });

    it('reach the node’s devices', async () => {
      expect(
        await pod.say('[ -c /dev/kmsg ] && mknod /tmp/null c 1 3 && echo x > /tmp/null && echo yes', {
          privileges: { privileged: true },
        }),
      ).equal('yes\n');
    });

    it('cannot be gained', async () => {
      expect(await pod.say('grep NoNewPrivs /proc/self/status', { privileges: { noNewPrivileges: true } })).match(
        /\t1\n/,
      );
    });
  });

  describe('on the node’s network', () => {
    it('sees the node’s links and has its name', async () => {
      const sandbox = await runtime.runSandbox(sandboxFor(podNamed('host'), { network: 'node', ipc: 'node' }));
      const change = { sandboxId: sandbox.id, pod: podNamed('host') };
      expect(await pod.say('readlink /proc/self/ns/net /proc/self/ns/ipc', change)).equal(
        await pod.say('readlink /proc/1/ns/net /proc/1/ns/ipc', {
          ...change,
          pid: 'node',
          privileges: { privileged: true },
        }),
      );
      expect((await pod.say('hostname', change)).trim()).equal(info.hostname);
    });
  });
});
