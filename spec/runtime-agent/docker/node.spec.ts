import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { specDocker } from '../../support/docker.ts';
import { failureOf, podNamed } from '../runtime-bench.ts';
import { loadDemo, openNode, openPod } from './bench.ts';

describe('a node on Docker', function () {
  this.timeout(60_000);
  before(loadDemo);

  it('tells what it is', async () => {
    const { client } = await specDocker();
    const { runtime } = await openNode();
    const info = await runtime.info();
    const { Version, KernelVersion } = await client.version();
    expect(info).deep.include({
      name: 'docker',
      version: Version,
      kernelVersion: KernelVersion,
      hostname: (await readFile('/proc/sys/kernel/hostname', 'utf8')).trim(),
    });
    expect(info.architecture).match(/^(amd64|arm64)$/);
    expect(info.cpus).greaterThan(0);
    expect(info.memoryBytes).greaterThan(1e8);
    expect(info.cgroupVersion).match(/^[12]$/);
    expect(info.rootDir).match(/^\//);
    for (const sentence of info.degraded) expect(sentence).match(/^[A-Z].*\.$/);
  });

  it('sees its own pods only', async () => {
    const [a, b] = [await openNode(), await openNode()];
    await openPod(a.runtime, a.cidr);
    expect(await firstValueFrom(b.runtime.observe())).deep.include({ sandboxes: [], containers: [] });
    await b.runtime.removeAll();
    expect(await firstValueFrom(a.runtime.observe())).nested.include({ 'sandboxes[0].state': 'running' });
    await a.runtime.removeAll();
  });

  it('keeps its hands off a network that is not its own', async () => {
    const { client } = await specDocker();
    const { runtime, options, cidr } = await openNode();
    const foreign = await client.createNetwork({ Name: options.bridge });
    expect(await failureOf(runtime.prepare(cidr))).include({
      kind: 'Conflict',
      message: `Cannot make the network "${options.bridge}": Docker has one of that name that is not this node's`,
    });
    await runtime.removeAll();
    expect((await foreign.inspect()).Name).equal(options.bridge);
    await foreign.remove();
  });

  it('leaves no bridge and no network behind', async () => {
    const { client } = await specDocker();
    const { runtime, options, cidr } = await openNode();
    await openPod(runtime, cidr);
    expect(await readdir('/sys/class/net')).include(options.bridge);
    await runtime.removeAll();
    expect(await readdir('/sys/class/net')).not.include(options.bridge);
    expect((await client.listNetworks()).map(({ Name }) => Name)).not.include(options.bridge);
  });

  it('leaves translation to the packet filter, and lets a pod reach itself over the bridge', async () => {
    const { client } = await specDocker();
    const { runtime, options, cidr } = await openNode();
    await openPod(runtime, cidr);
    const { Options } = await client.getNetwork(options.bridge).inspect();
    expect(Options).include({ 'com.docker.network.bridge.enable_ip_masquerade': 'false' });
    for (const port of await readdir(`/sys/class/net/${options.bridge}/brif`)) {
      expect(await readFile(`/sys/class/net/${options.bridge}/brif/${port}/hairpin_mode`, 'utf8')).equal('1\n');
    }
    await runtime.removeAll();
  });

  it('reaches its pods, and they reach each other', async () => {
    const { runtime, cidr } = await openNode();
    const server = await openPod(runtime, cidr, podNamed('server'));
    const id = await server.start({});
    const log = await runtime.logs(id, { stdout: true, stderr: true, follow: true, timestamps: false });
    for await (const chunk of log) if (String(chunk).includes('serves')) break;
    const url = `http://${server.sandbox.ip}:8080/path?query`;
    expect(await (await fetch(url)).text()).equal('server 1 /path\n');
    const client = await openPod(runtime, cidr, podNamed('client'));
    expect(await client.say(`wget -qO- '${url}'`)).equal('server 1 /path\n');
    await runtime.removeAll();
  });

  it('goes on with the pods of the agent before it', async () => {
    const { runtime, options, cidr } = await openNode();
    const pod = await openPod(runtime, cidr);
    const id = await pod.start({ command: ['sleep', '1000'] });
    const { runtime: next } = await openNode(options);
    await next.prepare(cidr);
    const list = await firstValueFrom(next.observe());
    expect(list).nested.include({
      'containers[0].id': id,
      'containers[0].state': 'running',
      'sandboxes[0].ip': pod.sandbox.ip,
    });
    const other = await openPod(next, cidr, podNamed('other'));
    expect(other.sandbox.ip).not.equal(pod.sandbox.ip);
    await next.removeAll();
  });
});
