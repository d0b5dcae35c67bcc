import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Container, Sandbox } from '../../../runtime-agent/container.ts';
import type { PodOf } from '../../../runtime-agent/pod.ts';
import { simulatedRuntime } from '../../../runtime-agent/simulated.ts';
import { quiet, type VirtualClock, virtualClock } from '../../support/clock.ts';
import { type Moment, mortal, type MortalRuntime } from '../../support/mortal.ts';
import { nodeOn, podNamed } from '../../support/node.ts';

const pod: PodOf = podNamed('web', {
  initContainers: [
    { name: 'init', image: 'init' },
    { name: 'side', image: 'side', restartPolicy: 'Always' },
  ],
  containers: [
    { name: 'web', image: 'web' },
    { name: 'log', image: 'log' },
  ],
  volumes: [{ name: 'data', emptyDir: {} }],
});

describe('an agent that is killed', () => {
  let clock: VirtualClock;
  let runtime: ReturnType<typeof simulatedRuntime>;
  let mortalRuntime: MortalRuntime;
  let node: Awaited<ReturnType<typeof nodeOn>>;

  const open = async () => {
    clock = virtualClock();
    runtime = simulatedRuntime({
      clock,
      behaviour: { container: ({ name }) => (name === 'init' ? { ends: { afterMs: 100, code: 0 } } : {}) },
    });
    mortalRuntime = mortal(runtime);
    node = await nodeOn(mortalRuntime.runtime, clock);
  };
  afterEach(() => node.stop());

  const after = async (ms: number) => {
    for (let left = ms; ; left -= 500) {
      await quiet(node.position);
      if (left <= 0) return;
      clock.advance(Math.min(left, 500));
    }
  };
  const here = () => {
    let seen: { readonly sandboxes: readonly Sandbox[]; readonly containers: readonly Container[] } = {
      sandboxes: [],
      containers: [],
    };
    runtime
      .observe()
      .subscribe((one) => {
        if (one.type === 'Listed') seen = one;
      })
      .unsubscribe();
    return seen;
  };
  const running = () => here().containers.filter(({ state }) => state === 'running');
  const hasDied = async () => (await Promise.race([mortalRuntime.died(), Promise.resolve('')])) !== '';
  const restart = async () => {
    mortalRuntime.revive();
    await node.restart();
  };

  for (const moment of ['before', 'after'] as const satisfies readonly Moment[]) {
    it(`${moment} any deed of a start finishes it, doubles nothing and restarts nothing`, async () => {
      let deed = 1;
      for (; ; deed++) {
        await open();
        mortalRuntime.dieAt(deed, moment);
        await node.run(pod);
        await after(3_000);
        const died = await hasDied();
        const before = new Map(running().map(({ id, startedAt }) => [id, startedAt]));
        await restart();
        await after(15_000);
        const where = `${moment} deed ${deed}`;
        expect(node.status(pod).phase, where).to.equal('Running');
        expect(here().sandboxes, where).to.have.length(1);
        expect(
          running()
            .map(({ name }) => name)
            .toSorted(),
          where,
        ).to.deep.equal(['log', 'side', 'web']);
        const now = new Map(running().map(({ id, startedAt }) => [id, startedAt]));
        for (const [id, startedAt] of before) expect(now.get(id), where).to.equal(startedAt);
        expect(
          node.status(pod).containerStatuses?.map(({ restartCount }) => restartCount),
          where,
        ).to.deep.equal([0, 0]);
        if (!died) break;
        await node.stop();
      }
      expect(deed).to.be.at.least(12);
    }).timeout(30_000);

    it(`${moment} any deed of a stop finishes it, and leaves nothing`, async () => {
      let deed = 1;
      for (; ; deed++) {
        await open();
        await node.run(pod);
        await after(3_000);
        mortalRuntime.dieAt(deed, moment);
        await node.stopPod(pod);
        await after(3_000);
        const died = await hasDied();
        await restart();
        await after(15_000);
        const where = `${moment} deed ${deed}`;
        expect([...here().sandboxes, ...here().containers], where).to.deep.equal([]);
        expect(node.confirmed(pod), where).to.equal(true);
        const folder = await access(join(node.root, 'pods', pod.metadata.uid)).then(
          () => 'there',
          () => 'gone',
        );
        expect(folder, where).to.equal('gone');
        if (!died) break;
        await node.stop();
      }
      expect(deed).to.be.at.least(4);
    }).timeout(30_000);
  }

  it('finds folders of pods that are no more, and removes them', async () => {
    await open();
    await after(1_000);
    await mkdir(join(node.root, 'pods', 'long-gone', 'volumes'), { recursive: true });
    await node.run(pod);
    await after(3_000);
    await restart();
    await after(1_000);
    await access(join(node.root, 'pods', pod.metadata.uid));
    expect(
      await access(join(node.root, 'pods', 'long-gone')).then(
        () => 'there',
        () => 'gone',
      ),
    ).to.equal('gone');
  });

  it('leaves alone what runs without an order', async () => {
    await open();
    const identity = { uid: 'nobodys', namespace: 'default', name: 'nobodys' };
    await runtime.runSandbox({ pod: identity, attempt: 0, hostname: 'a', network: 'pod', ipc: 'pod', labels: {} });
    await restart();
    await after(60_000);
    expect(here().sandboxes.map(({ state }) => state)).to.deep.equal(['running']);
  });

  it('does nothing while the runtime is away, and goes on when it is back', async () => {
    await open();
    await node.run(pod);
    await after(3_000);
    const before = running().map(({ id }) => id);
    runtime.lose('gone fishing');
    await after(30_000);
    const ready = node.controlPlane.told.findLast(({ ref }) => ref.resource === 'nodes');
    expect(JSON.stringify(ready)).to.contain('container runtime is down: gone fishing');
    runtime.recover();
    await after(5_000);
    expect(running().map(({ id }) => id)).to.deep.equal(before);
    expect(JSON.stringify(node.controlPlane.told.findLast(({ ref }) => ref.resource === 'nodes'))).to.contain(
      'KubeletReady',
    );
  });

  it('makes anew what somebody removed, and counts it', async () => {
    await open();
    await node.run(pod);
    await after(3_000);
    const web = running().find(({ name }) => name === 'web');
    await runtime.removeContainer(web?.id ?? '');
    await after(3_000);
    runtime.endContainer(running().find(({ name }) => name === 'log')?.id ?? '', { code: 1, oomKilled: false });
    await after(3_000);
    await runtime.removeContainer(running().find(({ name }) => name === 'log')?.id ?? '');
    await after(12_000);
    expect(node.status(pod).containerStatuses?.[1]).to.deep.include({ restartCount: 2, ready: true });
    expect(running().map(({ name }) => name)).to.include('web');
    const [status] = node.status(pod).containerStatuses ?? [];
    expect(status).to.deep.include({ restartCount: 1, ready: true });
    await runtime.removeSandbox(here().sandboxes[0]?.id ?? '');
    await after(5_000);
    expect(running()).to.have.length(3);
    expect(node.status(pod).containerStatuses?.[0]).to.deep.include({ restartCount: 2, ready: true });
  });

  it('lets a pod be that is over, though its containers are removed', async () => {
    await open();
    const job = podNamed('job', { restartPolicy: 'Never', containers: [{ name: 'init', image: 'a' }] });
    await node.run(job);
    await after(3_000);
    expect(node.status(job).phase).to.equal('Succeeded');
    for (const { id } of here().containers) await runtime.removeContainer(id);
    await after(30_000);
    expect(here().containers).to.deep.equal([]);
    await restart();
    await after(30_000);
    expect(node.status(job).phase).to.equal('Succeeded');
  });
});
