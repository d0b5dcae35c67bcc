import { readlink } from 'node:fs/promises';
import { expect } from 'chai';
import { everyNode, type ServeService } from '../../../commands/orders/order.ts';
import { demoImages } from '../../../runtime-agent/images/demo.ts';
import { type DockerAgent, idle, openDockerAgent, script } from './docker-bench.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const shop: ServeService = {
  type: 'ServeService',
  node: everyNode,
  key: 'service/default/my-shop',
  position: 1,
  namespace: 'default',
  name: 'my-shop',
  uid: 'uid-shop',
  clusterIPs: ['10.96.0.7'],
  externalIPs: [],
  ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 0, backends: [] }],
  affinitySeconds: 0,
  internalTrafficPolicy: 'Cluster',
  externalTrafficPolicy: 'Cluster',
};

describe('a container that an agent runs on Docker', function () {
  this.timeout(60_000);
  let agent: DockerAgent;
  before(async () => {
    agent = await openDockerAgent();
    const { objects } = agent.node.controlPlane;
    objects.set('ConfigMap/settings', {
      data: { colour: 'blue', 'not a name': 'x' },
      binaryData: { raw: base64('b') },
    });
    objects.set('Secret/keys', { data: { password: base64('s3cret') } });
    await agent.node.orders.send(shop);
  });
  after(() => agent.close());

  it('has the environment that its pod describes', async () => {
    const from = (name: string, source: object) => ({ name, valueFrom: source });
    const said = await agent.say(
      script('env | sort', {
        resources: { limits: { cpu: '250m', memory: '64Mi' } },
        envFrom: [
          { prefix: 'CFG_', configMapRef: { name: 'settings' } },
          { secretRef: { name: 'none', optional: true } },
        ],
        env: [
          { name: 'PLAIN', value: 'b=c d' },
          { name: 'REPEATED', value: '$(PLAIN)-$$(PLAIN)-$(NOBODY)-$(CFG_colour)' },
          from('NODE', { fieldRef: { fieldPath: 'spec.nodeName' } }),
          from('LABEL', { fieldRef: { fieldPath: "metadata.labels['app']" } }),
          from('ADDRESS', { fieldRef: { fieldPath: 'status.podIP' } }),
          from('CORES', { resourceFieldRef: { resource: 'limits.cpu' } }),
          from('MEBIBYTES', { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } }),
          from('COLOUR', { configMapKeyRef: { name: 'settings', key: 'colour' } }),
          from('PASSWORD', { secretKeyRef: { name: 'keys', key: 'password' } }),
          from('ABSENT', { secretKeyRef: { name: 'keys', key: 'none', optional: true } }),
        ],
      }),
      {},
      { labels: { app: 'web' } },
    );
    const variables = Object.fromEntries(said.split('\n').map((line) => line.split(/=(.*)/).slice(0, 2)));
    expect(variables).to.include({
      PLAIN: 'b=c d',
      REPEATED: 'b=c d-$(PLAIN)-$(NOBODY)-blue',
      NODE: 'n1',
      LABEL: 'web',
      CORES: '1',
      MEBIBYTES: '64',
      COLOUR: 'blue',
      PASSWORD: 's3cret',
      CFG_colour: 'blue',
      CFG_raw: 'b',
      MY_SHOP_SERVICE_HOST: '10.96.0.7',
      MY_SHOP_SERVICE_PORT_HTTP: '80',
      MY_SHOP_PORT_80_TCP: 'tcp://10.96.0.7:80',
    });
    expect(variables['ADDRESS']).to.match(/^198\.1[89]\./);
    expect(variables).not.to.have.any.keys('ABSENT', 'CFG_not a name');
  });

  it('runs its command and arguments, with variables put in', async () => {
    const env = [{ name: 'WHO', value: 'you' }];
    const container = {
      name: 'main',
      image: demoImages[0],
      command: ['echo', 'a $(WHO)'],
      args: ['b c', '$$(WHO)'],
      env,
    };
    expect(await agent.say(container)).to.equal('a you b c $(WHO)\n');
  });

  it('is held to its limits', async () => {
    const resources = { requests: { cpu: '100m' }, limits: { cpu: '500m', memory: '32Mi' } };
    const lines =
      'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null;' +
      'cat /sys/fs/cgroup/cpu.max 2>/dev/null || cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us';
    const said = (await agent.say(script(lines, { resources }))).split(/\s+/);
    const [memory, quota, period] = said.map(Number);
    expect(memory).to.equal(32 * 2 ** 20);
    expect((quota ?? 0) / (period ?? 1)).to.equal(0.5);
  });

  it('is OOMKilled when it takes more memory than it may', async () => {
    const container = script('tail /dev/zero', { resources: { limits: { memory: '16Mi' } } });
    const pod = await agent.run({ restartPolicy: 'Never', containers: [container] });
    await agent.phase(pod, 'Failed');
    expect(agent.statusOf(pod)?.state?.terminated).to.include({ reason: 'OOMKilled', exitCode: 137 });
  });

  it('shares address, localhost, host name and IPC with its pod, and processes where asked', async () => {
    const server = script('echo here > /dev/shm/note; echo hello | nc -l -p 99; sleep 1000', { name: 'server' });
    const asking =
      'until nc 127.0.0.1 99 2>/dev/null; do usleep 20000; done; cat /dev/shm/note; hostname; cat /proc/1/comm; grep $(hostname) /etc/hosts';
    const pod = await agent.run({
      restartPolicy: 'Never',
      hostname: 'shop',
      subdomain: 'web',
      shareProcessNamespace: true,
      hostAliases: [{ ip: '192.0.2.9', hostnames: ['alias'] }],
      containers: [server, script(`${asking}; grep alias /etc/hosts`)],
    });
    await agent.until(pod, () => expect(agent.statusOf(pod)?.state?.terminated?.exitCode).to.equal(0));
    const { podIP } = agent.node.status(pod);
    expect(await agent.logOf(pod)).to.equal(
      `hello\nhere\nshop\npause\n${podIP}\tshop.web.default.svc.cluster.local\tshop\n192.0.2.9\talias\n`,
    );
  });

  it('shares the node’s network where asked', async () => {
    const pod = await agent.running({ hostNetwork: true, containers: [script(idle)] });
    expect(agent.node.status(pod)).to.include({ podIP: '192.0.2.1', hostIP: '192.0.2.1' });
    expect(await agent.exec(pod, 'readlink /proc/self/ns/net')).to.equal(`${await readlink('/proc/self/ns/net')}\n`);
  });

  it('runs as the user that the pod names, and not as root where that is forbidden', async () => {
    const securityContext = { runAsUser: 1234, runAsGroup: 2345, fsGroup: 3456 };
    expect(await agent.say(script('id -u; id -g; id -G'), { securityContext })).to.equal('1234\n2345\n2345 3456\n');
    const pod = await agent.run({ containers: [script(idle, { securityContext: { runAsNonRoot: true } })] });
    await agent.until(pod, () =>
      expect(agent.statusOf(pod)?.state?.waiting).to.deep.equal({
        reason: 'CreateContainerConfigError',
        message: `container has runAsNonRoot and image will run as root (pod: "${pod.metadata.name}_default(${pod.metadata.uid})", container: main)`,
      }),
    );
  });

  it('that cannot be run says why', async () => {
    const pod = await agent.run({
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: demoImages[0], command: ['/no/such'] }],
    });
    await agent.phase(pod, 'Failed');
    const { reason, message } = agent.statusOf(pod)?.state?.terminated ?? {};
    expect(reason).to.equal('ContainerCannotRun');
    expect(message).to.contain('/no/such');
    expect(agent.node.events(pod)).to.include('Failed');
  });

  it('tells its last words, or the end of its log where it left none', async () => {
    const told = await agent.run({
      restartPolicy: 'Never',
      securityContext: { runAsUser: 1234 },
      containers: [script('printf farewell > /dev/termination-log; exit 3')],
    });
    const logged = await agent.run({
      restartPolicy: 'Never',
      containers: [script('echo begun; echo trouble; exit 1', { terminationMessagePolicy: 'FallbackToLogsOnError' })],
    });
    const words = (pod: typeof told) => agent.statusOf(pod)?.state?.terminated?.message;
    await agent.until(told, () => expect(words(told)).to.equal('farewell'));
    await agent.until(logged, () => expect(words(logged)).to.match(/^begun\ntrouble\n$/));
  });
});
