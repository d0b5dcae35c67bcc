import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Pod } from '../../kinds/schema/api/core-v1.ts';
import { bodyFrom, saidBy } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { type RealCluster, realCluster } from '../support/real-cluster.ts';

const example = fileURLToPath(new URL('../../examples/web.yaml', import.meta.url));
const ended = '{"error":{}}';

describe('self-healing', function () {
  this.timeout(60_000);
  let cluster: RealCluster;
  let say: ReturnType<typeof saidBy>;
  before(async () => {
    cluster = await realCluster();
    const plainly = saidBy(await cluster.kubectl());
    await plainly('create', 'namespace', 'heal');
    say = (...args) => plainly('--namespace=heal', ...args);
    await say('apply', '-f', example);
    await say('rollout', 'status', 'deployment/web', '--timeout=25s');
  });
  after(() => say?.('delete', 'namespace', 'heal', '--wait=false'));

  const pods = async (): Promise<readonly Pod[]> =>
    (JSON.parse(await say('get', 'pods', '-o', 'json')) as { items: Pod[] }).items; // a PodList
  const podNamed = async (name: string): Promise<Pod> =>
    (await pods()).find(({ metadata }) => metadata?.name === name) ?? expect.fail(`no pod ${name}`);
  const anyPod = async (): Promise<Pod> => (await pods())[0] ?? expect.fail('no pod');
  const statusOf = (pod: Pod) => pod.status?.containerStatuses?.[0] ?? expect.fail('no container status');
  const containerOf = async (pod: Pod, image: string): Promise<string> => {
    const all = await cluster.containersIn('heal');
    const mine = all.filter(
      ({ Labels, Image, State }) =>
        Labels['reckon.dev/pod-uid'] === pod.metadata?.uid && Image.startsWith(image) && State === 'running',
    );
    expect(mine, image).to.have.length(1);
    return mine[0]?.Id ?? '';
  };
  const allReady = async () => {
    const now = await pods();
    expect(now.map((pod) => statusOf(pod).ready)).to.deep.equal([true, true, true]);
    return now;
  };

  it('restarts a killed container in place, and the pod keeps its address', async () => {
    const before = await anyPod();
    const name = before.metadata?.name ?? '';
    const sandbox = await containerOf(before, 'reckon/pause');
    await cluster.docker.client.getContainer(await containerOf(before, 'reckon/demo')).kill();
    const after = await eventually(async () => {
      const pod = await podNamed(name);
      expect(statusOf(pod)).to.include({ restartCount: 1, ready: true });
      return pod;
    });
    expect(after.status?.podIP).to.equal(before.status?.podIP);
    expect(statusOf(after).lastState?.terminated, ended).to.include({ exitCode: 137 });
    expect(statusOf(after).containerID).not.to.equal(statusOf(before).containerID);
    expect(await containerOf(after, 'reckon/pause')).to.equal(sandbox);
    expect(await bodyFrom(`http://${after.status?.podIP}:8080/`)).to.equal(`${name} 1 /\n`);
    expect(await say('get', 'pod', name, '--no-headers')).to.match(/1\/1 +Running +1 \(\d+s ago\)/);
  });

  it('makes a new sandbox for one that was killed', async () => {
    const before = (await pods())[1] ?? expect.fail('no second pod');
    const name = before.metadata?.name ?? '';
    const sandbox = await containerOf(before, 'reckon/pause');
    await cluster.docker.client.getContainer(sandbox).kill();
    await eventually(async () => {
      const pod = await podNamed(name);
      expect(statusOf(pod).ready).to.equal(true);
      expect(statusOf(pod).containerID).not.to.equal(statusOf(before).containerID);
      expect(await containerOf(pod, 'reckon/pause')).not.to.equal(sandbox);
      expect(await bodyFrom(`http://${pod.status?.podIP}:8080/`)).to.equal(`${name} 1 /\n`);
    });
  });

  it('replaces a pod that was deleted', async () => {
    const before = await allReady();
    const gone = before[0]?.metadata?.name ?? '';
    expect(await say('delete', 'pod', gone)).to.equal(`pod "${gone}" deleted from heal namespace`);
    const after = await eventually(allReady);
    const names = after.map(({ metadata }) => metadata?.name);
    expect(names).not.to.include(gone);
    expect(before.filter(({ metadata }) => names.includes(metadata?.name ?? ''))).to.have.length(2);
  });

  it('leaves no container, rule or volume folder of a Deployment and Service that were deleted', async () => {
    const uids = (await pods()).map(({ metadata }) => metadata?.uid ?? '');
    const agentFolder = cluster.places.agent(await say('get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}'));
    const folders = async () =>
      (await readdir(agentFolder, { recursive: true })).filter((path) => uids.some((uid) => path.includes(uid)));
    const rules = () =>
      execFileSync('iptables-save', { encoding: 'utf8' })
        .split('\n')
        .filter((rule) => rule.includes('heal/web'));
    expect(await folders()).not.to.deep.equal([]);
    expect(rules()).not.to.deep.equal([]);
    await say('delete', '-f', example);
    await eventually(async () => {
      expect(await pods()).to.deep.equal([]);
      expect(await cluster.containersIn('heal')).to.deep.equal([]);
      expect(rules()).to.deep.equal([]);
      expect(await folders()).to.deep.equal([]);
      expect(await readFile('/proc/self/mounts', 'utf8')).not.to.contain(join(agentFolder, 'pods'));
    });
    expect(await say('get', 'replicasets,endpoints,endpointslices', '-o', 'name')).to.equal('');
  });
});
