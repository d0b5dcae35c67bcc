import { expect } from 'chai';
import { demoImages } from '../../../runtime-agent/images/demo.ts';
import { eventually } from '../../support/eventually.ts';
import { type DockerAgent, idle, openDockerAgent, script } from './docker-bench.ts';

const quick = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 1 };
const serving = { name: 'main', image: demoImages[0], ports: [{ name: 'http', containerPort: 8080 }] };

describe('the life of a pod that an agent runs on Docker', function () {
  this.timeout(60_000);
  let agent: DockerAgent;
  before(async () => {
    agent = await openDockerAgent();
  });
  after(() => agent.close());

  const ready = (pod: Parameters<DockerAgent['stop']>[0], wanted = true) =>
    agent.until(pod, () => expect(agent.statusOf(pod)?.ready).to.equal(wanted));
  const notes = (pod: Parameters<DockerAgent['stop']>[0], reason: string) =>
    agent.node.controlPlane.told.flatMap((wish) =>
      'reason' in wish &&
      'message' in wish &&
      wish.reason === reason &&
      wish.ref.name.startsWith(`${pod.metadata.name}.`)
        ? [String(wish.message)]
        : [],
    );

  describe('probes:', () => {
    it('ready once HTTP answers, by the port’s name', async () => {
      const pod = await agent.run({
        containers: [{ ...serving, readinessProbe: { httpGet: { path: 'x', port: 'http' }, ...quick } }],
      });
      await ready(pod);
    });

    it('ready while a TCP port is open', async () => {
      const pod = await agent.run({
        containers: [
          script('while :; do [ -e /tmp/open ] && nc -l -p 99 < /dev/null; usleep 20000; done', {
            readinessProbe: { tcpSocket: { port: 99 }, ...quick },
          }),
        ],
      });
      await agent.until(pod, () => expect(notes(pod, 'Unhealthy')).to.have.length.at.least(1));
      const { podIP } = agent.node.status(pod);
      expect(notes(pod, 'Unhealthy')[0]).to.equal(
        `Readiness probe failed: dial tcp ${podIP}:99: connect: connection refused`,
      );
      expect(agent.statusOf(pod)?.ready).to.equal(false);
      await agent.exec(pod, 'touch /tmp/open');
      await ready(pod);
    });

    it('ready as a command says', async () => {
      const pod = await agent.running({
        containers: [script(idle, { readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, ...quick } })],
      });
      await agent.exec(pod, 'touch /tmp/ready');
      await ready(pod);
      await agent.exec(pod, 'rm /tmp/ready');
      await ready(pod, false);
      expect(notes(pod, 'Unhealthy')[0]).to.match(/^Readiness probe failed: cat: can't open '\/tmp\/ready'/);
    });

    it('restarted in place once it lives no more', async () => {
      const pod = await agent.running({
        containers: [
          script(idle, { livenessProbe: { exec: { command: ['test', '!', '-e', '/tmp/dead'] }, ...quick } }),
        ],
      });
      const { podIP } = agent.node.status(pod);
      await agent.exec(pod, 'touch /tmp/dead');
      await agent.until(pod, () => expect(agent.statusOf(pod)).to.include({ restartCount: 1, ready: true }));
      expect(agent.node.status(pod).podIP).to.equal(podIP);
      expect(notes(pod, 'Killing')).to.deep.equal(['Container main failed liveness probe, will be restarted']);
    });

    it('not asked for readiness before it has started up', async () => {
      const pod = await agent.running({
        containers: [
          script(idle, {
            startupProbe: { exec: { command: ['cat', '/tmp/started'] }, periodSeconds: 1, failureThreshold: 100 },
            readinessProbe: { exec: { command: ['true'] }, ...quick },
          }),
        ],
      });
      expect(agent.statusOf(pod)).to.include({ started: false, ready: false });
      await agent.exec(pod, 'touch /tmp/started');
      await ready(pod);
      expect(agent.statusOf(pod)?.started).to.equal(true);
    });
  });

  describe('hooks:', () => {
    it('postStart runs in the container, which does not count as running before it is over', async () => {
      const lifecycle = {
        postStart: { exec: { command: ['sh', '-c', 'until [ -e /tmp/go ]; do usleep 20000; done'] } },
      };
      const pod = await agent.run({ containers: [script(idle, { lifecycle })] });
      await agent.until(pod, () => expect(agent.statusOf(pod)?.containerID).to.be.a('string'));
      expect(agent.statusOf(pod)?.state?.waiting?.reason).to.equal('ContainerCreating');
      await eventually(() => agent.exec(pod, 'touch /tmp/go'));
      await ready(pod);
    });

    it('a postStart that fails ends the container', async () => {
      const lifecycle = { postStart: { exec: { command: ['false'] } } };
      const pod = await agent.run({ restartPolicy: 'Never', containers: [script(idle, { lifecycle })] });
      await eventually(() => expect(notes(pod, 'FailedPostStartHook')).to.have.length(1));
      await eventually(() => expect(agent.node.status(pod).phase).to.match(/^(Failed|Succeeded)$/));
    });

    it('preStop runs before the container is asked to end', async () => {
      const lifecycle = { preStop: { exec: { command: ['sh', '-c', 'echo stop-hook > /proc/1/fd/1'] } } };
      const lines = 'trap "echo asked; exit 0" TERM; while :; do usleep 20000; done';
      const pod = await agent.running({
        containers: [script(lines, { lifecycle }), script(idle, { name: 'other' })],
        restartPolicy: 'Never',
        volumes: [],
      });
      const log = agent.runtime.logs(agent.idOf(pod), { stdout: true, stderr: true, follow: true, timestamps: false });
      const chunks: string[] = [];
      const read = log.then(async (stream) => {
        for await (const chunk of stream) chunks.push(String(chunk));
      });
      await agent.stop(pod);
      await agent.gone(pod);
      await read;
      expect(chunks.join('')).to.equal('stop-hook\nasked\n');
    });
  });

  describe('its end:', () => {
    it('asked for, then forced after the grace', async () => {
      const pod = await agent.running({ containers: [script('trap "" TERM; while :; do usleep 20000; done')] });
      const began = performance.now();
      await agent.stop(pod, 2);
      await agent.gone(pod);
      expect(performance.now() - began)
        .to.be.at.least(1_900)
        .and.lessThan(6_000);
    });

    it('sooner when asked again with less grace', async () => {
      const pod = await agent.running({ containers: [script('trap "" TERM; while :; do usleep 20000; done')] });
      await agent.stop(pod, 60);
      await eventually(() => expect(agent.node.events(pod)).to.include('Killing'));
      await agent.stop(pod, 1);
      await agent.gone(pod, 8_000);
    });

    it('sidecars last, after the others have ended', async () => {
      const pod = await agent.running({
        initContainers: [
          script('trap "echo side; exit 0" TERM; while :; do usleep 20000; done', {
            name: 'side',
            restartPolicy: 'Always',
          }),
        ],
        containers: [script('trap "usleep 500000; exit 0" TERM; while :; do usleep 20000; done')],
      });
      const ends: string[] = [];
      const watching = agent.runtime.observe().subscribe((one) => {
        if (one.type !== 'ContainerSeen' || one.container.pod.uid !== pod.metadata.uid) return;
        if (one.container.state === 'exited' && !ends.includes(one.container.name)) ends.push(one.container.name);
      });
      await agent.stop(pod);
      await agent.gone(pod);
      watching.unsubscribe();
      expect(ends).to.deep.equal(['main', 'side']);
    });
  });

  describe('its containers:', () => {
    it('init containers in order, sidecars beside, then the others; done when the others are', async () => {
      const append = (what: string) => `echo ${what} >> /data/order`;
      const volumeMounts = [{ name: 'data', mountPath: '/data' }];
      const pod = await agent.run({
        restartPolicy: 'OnFailure',
        volumes: [{ name: 'data', emptyDir: {} }],
        initContainers: [
          script(append('first'), { name: 'first', volumeMounts }),
          script(`${append('side')}; ${idle}`, { name: 'side', restartPolicy: 'Always', volumeMounts }),
          script('until grep -q side /data/order; do usleep 20000; done; echo second >> /data/order', {
            name: 'second',
            volumeMounts,
          }),
        ],
        containers: [script('cat /data/order', { volumeMounts })],
      });
      await agent.phase(pod, 'Succeeded');
      expect(await agent.logOf(pod)).to.equal('first\nside\nsecond\n');
      await agent.until(pod, () => expect(agent.statusOf(pod, 'side')?.state?.terminated?.exitCode).to.equal(0));
      expect(agent.statusOf(pod, 'first')).to.include({ ready: true, restartCount: 0 });
    });

    it('an init container that fails for good fails the pod', async () => {
      const pod = await agent.run({
        restartPolicy: 'Never',
        initContainers: [script('exit 4', { name: 'init' })],
        containers: [script(idle)],
      });
      await agent.phase(pod, 'Failed');
      expect(agent.statusOf(pod)?.state?.waiting?.reason).to.equal('PodInitializing');
    });

    for (const [restartPolicy, code, restarts] of [
      ['Always', 0, true],
      ['OnFailure', 0, false],
      ['OnFailure', 1, true],
      ['Never', 1, false],
    ] as const) {
      it(`with ${restartPolicy}, one that ends with ${code} is ${restarts ? '' : 'not '}started again`, async () => {
        const pod = await agent.run({ restartPolicy, containers: [script(`exit ${code}`)] });
        if (restarts)
          await agent.until(pod, () => {
            expect(agent.statusOf(pod)?.restartCount).to.equal(1);
            expect(agent.statusOf(pod)?.state?.waiting?.reason).to.equal('CrashLoopBackOff');
          });
        else await agent.phase(pod, code === 0 ? 'Succeeded' : 'Failed');
      });
    }
  });
});
