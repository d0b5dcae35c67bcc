import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { hostAddress } from '../../cli/network.ts';
import { bodyFrom, saidBy } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { type RealCluster, realCluster } from '../support/real-cluster.ts';

const example = fileURLToPath(new URL('../../examples/web.yaml', import.meta.url));

describe('first light', function () {
  this.timeout(60_000);
  let cluster: RealCluster;
  let say: ReturnType<typeof saidBy>;
  let pods: readonly string[] = [];
  before(async () => {
    cluster = await realCluster();
    const plainly = saidBy(await cluster.kubectl());
    await plainly('create', 'namespace', 'light');
    say = (...args) => plainly('--namespace=light', ...args);
  });
  after(() => say?.('delete', 'namespace', 'light', '--wait=false'));

  it('applies the example and runs three containers with their sandboxes', async () => {
    expect(await say('apply', '-f', example)).to.equal('deployment.apps/web created\nservice/web created');
    expect(await say('rollout', 'status', 'deployment/web', '--timeout=25s')).to.contain('successfully rolled out');
    const containers = await cluster.containersIn('light');
    expect(containers.map(({ Image, State }) => `${Image} ${State}`).sort()).to.deep.equal([
      ...Array.from({ length: 3 }, () => 'reckon/demo:1 running'),
      ...Array.from({ length: 3 }, () => 'reckon/pause:1 running'),
    ]);
    pods = (await say('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ').sort();
    expect(pods).to.have.length(3);
  });

  it('answers on the ClusterIP and the NodePort, spread over the pods', async () => {
    const clusterIP = await say('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}');
    const nodePort = await say('get', 'service', 'web', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    for (const url of [`http://${clusterIP}/`, `http://${hostAddress()}:${nodePort}/`]) {
      const answered = new Set<string>();
      await eventually(async () => {
        answered.add((await bodyFrom(url)).split(' ')[0] ?? '');
        expect([...answered].sort(), url).to.deep.equal(pods);
      });
    }
    const { stdout } = await promisify(execFile)('curl', ['-sS', '-m', '5', `http://${clusterIP}/from-curl`]);
    expect(stdout).to.match(/^web-\S+ 1 \/from-curl\n$/);
  });

  it('lists each pod with its address and node', async () => {
    const [header, ...lines] = (await say('get', 'pods', '-o', 'wide')).split('\n');
    expect(header?.split(/\s{2,}/)).to.deep.equal([
      'NAME',
      'READY',
      'STATUS',
      'RESTARTS',
      'AGE',
      'IP',
      'NODE',
      'NOMINATED NODE',
      'READINESS GATES',
    ]);
    expect(lines.map((line) => line.split(/\s+/)[0]).sort()).to.deep.equal(pods);
    const node = await say('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}');
    for (const line of lines)
      expect(line).to.match(
        new RegExp(`^web-\\S+ +1/1 +Running +0 +\\d+s +10\\.244\\.0\\.\\d+ +${node} +<none> +<none>$`),
      );
    const ips = new Set(lines.map((line) => /10\.244\.0\.\d+/.exec(line)?.[0]));
    expect(ips.size).to.equal(3);
  });

  it('describes pods, the Deployment, the Service and the node', async () => {
    const [name = ''] = pods;
    const pod = await say('describe', 'pod', name);
    expect(pod)
      .to.match(/^Controlled By: +ReplicaSet\/web-/m)
      .and.to.match(/^ +Ready +True/m);
    expect(pod).to.match(/Normal +Scheduled .*Successfully assigned light\/web-\S+ to /);
    expect(pod).to.match(/Normal +Started /);
    expect(await say('describe', 'deployment', 'web')).to.match(
      /3 desired \| 3 updated \| 3 total \| 3 available \| 0 unavailable/,
    );
    expect(await say('describe', 'service', 'web')).to.match(/^Endpoints: +(10\.244\.0\.\d+:8080,?){3}/m);
    expect(await say('describe', 'node')).to.match(/Ready +True .*KubeletReady/);
  });

  it('shows the logs of one pod and of all', async () => {
    const [name = ''] = pods;
    expect(await say('logs', name)).to.equal(`${name} serves version 1 on port 8080`);
    const all = await say('logs', '-l', 'app=web', '--prefix');
    expect(all.split('\n').sort()).to.deep.equal(
      pods.map((one) => `[pod/${one}/web] ${one} serves version 1 on port 8080`),
    );
  });

  it('runs commands in a container and gives their output, input and exit code', async () => {
    const [name = ''] = pods;
    const kubectl = await cluster.kubectl();
    const exec = ['-n', 'light', 'exec', name];
    expect(await say('exec', name, '--', 'hostname')).to.equal(name);
    expect(await kubectl.run([...exec, '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])).to.deep.equal({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\ncommand terminated with exit code 7\n',
    });
    expect((await kubectl.run([...exec, '-i', '--', 'cat'], { stdin: 'through\n' })).stdout).to.equal('through\n');
  });
});
