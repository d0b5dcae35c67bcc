import { join } from 'node:path';
import { expect } from 'chai';
import { nodeIdentity } from '../../api/auth/authority.ts';
import { realChance, realClock } from '../../events/clock.ts';
import type { Pod } from '../../kinds/pod.ts';
import { type Agent, startAgent } from '../../runtime-agent/agent.ts';
import { linkTo } from '../../runtime-agent/link.ts';
import { noPacketFilter } from '../../runtime-agent/packet-filter/none.ts';
import { simulatedRuntime } from '../../runtime-agent/simulated.ts';
import { openCli, type SpecCli } from '../support/cli.ts';

const node = 'n1';
const ref = (name: string) => ({ resource: 'pods', namespace: 'default', name });

describe('reckon logs', function () {
  this.timeout(20_000);
  let cli: SpecCli;
  let agent: Agent;
  const runtime = simulatedRuntime({
    clock: realClock,
    behaviour: {
      container: ({ name }) => ({
        writes: [
          { afterMs: 0, to: 'stdout', text: `one of ${name}\n` },
          { afterMs: 0, to: 'stderr', text: `two of ${name}\n` },
        ],
        lastWords: `bye of ${name}\n`,
      }),
    },
  });

  /** The pod, once its containers run. */
  const running = (name: string) =>
    new Promise<Pod>((resolve) => {
      const look = (pod: unknown) => {
        const { status } = (pod ?? {}) as Partial<Pod>;
        if (status?.phase === 'Running') resolve(pod as Pod);
      };
      cli.projection.changes.subscribe((change) => change.ref.name === name && look(change.after));
    });

  const run = async (name: string, containers: readonly string[], labels: object = {}): Promise<Pod> => {
    const up = running(name);
    await cli.made('pods', 'default', {
      metadata: { name, labels },
      spec: {
        automountServiceAccountToken: false,
        containers: containers.map((container) => ({ name: container, image: 'i:1' })),
      },
    });
    await cli.ask(ref(name), { type: 'Bind', node });
    const pod = cli.world.get<Pod>(ref(name));
    if (!pod) throw new Error('the pod was just made');
    const key = `pod/${pod.metadata.uid}`;
    await cli.orders.send({ type: 'RunPod', node, key, position: cli.world.position, pod });
    return up;
  };

  before(async () => {
    cli = await openCli();
    await cli.made('namespaces', '', { metadata: { name: 'default' } });
    await cli.made('serviceaccounts', 'default', { metadata: { name: 'default' } });
    const { certificate, key } = await cli.authority.client(nodeIdentity(node));
    const link = { server: `https://127.0.0.1:${cli.api.port}`, ca: cli.authority.certificate, certificate, key, node };
    const root = join(cli.home, 'agent');
    const log = () => undefined;
    agent = await startAgent({
      runtime,
      filter: noPacketFilter(),
      controlPlane: linkTo(link, { clock: realClock, chance: realChance, log }),
      clock: realClock,
      facts: {
        name: node,
        hostIP: '192.0.2.1',
        podCIDR: '10.244.0.0/24',
        version: 'v1.34.0',
        info: await runtime.info(),
        podsMax: 110,
        diskBytes: 1e9,
        labels: {},
      },
      network: () => ({
        node,
        addresses: [],
        bridge: 'b',
        podCIDR: '10.244.0.0/24',
        clusterCIDR: '10.244.0.0/16',
        serviceCIDR: '10.96.0.0/16',
      }),
      root,
      log,
      report: log,
    });
    await run('one', ['main'], { app: 'web' });
    await run('two', ['first', 'second']);
  });
  after(async () => {
    await agent.stop();
    await cli.close();
  });

  const logs = (...args: string[]) => cli.reckon(['logs', ...args]);

  it('shows what a container has written', async () => {
    expect(await logs('one')).to.deep.equal({ code: 0, out: 'one of main\ntwo of main\n', err: '' });
    expect((await logs('pod/one', '--tail', '1')).out).to.equal('two of main\n');
    expect((await logs('one', '--timestamps')).out).to.match(/^\d{4}-\d\d-\d\dT\S+Z one of main\n/);
    expect((await logs('one', '--since', '5m')).code).to.equal(0);
  });

  it('shows that of the container that is named, and asks for a name where it must', async () => {
    expect((await logs('two', '-c', 'second')).out).to.equal('one of second\ntwo of second\n');
    const { code, err } = await logs('two');
    expect(err).to.contain('a container name must be specified for pod two, choose one of: [first second]');
    expect(code).to.equal(1);
  });

  it('finds a pod of what selects pods', async () => {
    await cli.made('services', 'default', {
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    expect((await logs('svc/web')).out).to.equal('one of main\ntwo of main\n');
    const { code, err } = await logs('ns/default');
    expect(err).to.equal('reckon: namespace/default selects no pods\n');
    expect(code).to.equal(1);
  });

  it('follows until the container ends', async () => {
    const pod = await run('short', ['main']);
    const followed = cli.reckon(['logs', 'short', '-f'], {
      onOut: () => {
        const key = `pod/${pod.metadata.uid}`;
        const position = cli.world.position + 1_000;
        void cli.orders.send({ type: 'StopPod', node, key, position, pod, gracePeriodSeconds: 1, gone: false });
      },
    });
    expect(await followed).to.deep.equal({ code: 0, out: 'one of main\ntwo of main\nbye of main\n', err: '' });
  });

  it('follows until it is interrupted', async () => {
    const ending = new AbortController();
    const run = await cli.reckon(['logs', 'one', '-f'], { signal: ending.signal, onOut: () => ending.abort() });
    expect(run.code).to.equal(0);
  });

  for (const [args, code, why] of [
    [['gone'], 1, 'pods "gone" not found'],
    [['one', '-c', 'gone'], 1, 'container gone is not valid for pod one'],
    [['one', '--previous'], 1, 'previous terminated container "main"'],
    [['one', '--tail', 'all'], 2, '--tail takes a whole number'],
    [['one', '--since', 'lunch'], 2, 'Cannot read "lunch" as how long ago'],
    [[], 2, "missing required argument 'pod'"],
  ] as const)
    it(`refuses "logs ${args.join(' ')}"`, async () => {
      const run = await logs(...args);
      expect(run.err).to.contain(why);
      expect(run.code).to.equal(code);
    });
});
