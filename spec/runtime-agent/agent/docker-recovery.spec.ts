import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PodOf } from '../../../runtime-agent/pod.ts';
import { imageArchive } from '../../../runtime-agent/images/archive.ts';
import { demoImages } from '../../../runtime-agent/images/demo.ts';
import { specDocker } from '../../support/docker.ts';
import { eventually } from '../../support/eventually.ts';
import { mortal, type MortalRuntime } from '../../support/mortal.ts';
import { openRegistry } from '../../support/registry.ts';
import { type DockerAgent, idle, openDockerAgent, script } from './docker-bench.ts';

describe('an agent on Docker', function () {
  this.timeout(90_000);
  let agent: DockerAgent;
  let life: MortalRuntime;
  before(async () => {
    agent = await openDockerAgent((runtime) => {
      life = mortal(runtime);
      return life.runtime;
    });
  });
  after(() => agent.close());

  /** What Docker itself has of a pod. */
  const inDocker = async ({ metadata }: PodOf) => {
    const { client } = await specDocker();
    const all = await client.listContainers({ all: true });
    return all.filter(({ Labels }) => Object.values(Labels).includes(metadata.uid));
  };
  const startOf = async (pod: PodOf) => {
    const { client } = await specDocker();
    return (await client.getContainer(agent.idOf(pod)).inspect()).State.StartedAt;
  };
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );

  for (const [deed, name] of ['runSandbox', 'createContainer', 'startContainer'].entries()) {
    it(`that was killed after ${name} goes on from there`, async () => {
      life.dieAt(deed + 1, 'after');
      const pod = await agent.run({ containers: [script(idle)] });
      expect(await life.died()).to.equal(name);
      life.revive();
      await agent.node.restart();
      await agent.phase(pod, 'Running');
      expect(agent.statusOf(pod)?.restartCount).to.equal(0);
      expect(await inDocker(pod)).to.have.length(2);
    });
  }

  for (const [deed, name] of ['stopContainer', 'removeSandbox'].entries()) {
    it(`that was killed after ${name} ends what it began to end`, async () => {
      const pod = await agent.running({ containers: [script(idle)] });
      life.dieAt(deed + 1, 'after');
      await agent.stop(pod);
      expect(await life.died()).to.equal(name);
      life.revive();
      await agent.node.restart();
      await agent.gone(pod);
      expect(await inDocker(pod)).to.deep.equal([]);
      expect(await isThere(join(agent.node.root, 'pods', pod.metadata.uid))).to.equal(false);
    });
  }

  it('leaves running what runs when it starts again, and clears what is left of pods that are no more', async () => {
    const pod = await agent.running({ containers: [script(idle)] });
    const started = await startOf(pod);
    const left = join(agent.node.root, 'pods', 'long-gone');
    await mkdir(join(left, 'volumes', 'data'), { recursive: true });
    await agent.node.restart();
    await eventually(async () => expect(await isThere(left)).to.equal(false));
    expect(await startOf(pod)).to.equal(started);
    expect(await inDocker(pod)).to.have.length(2);
  });

  it('starts again what was killed or removed behind its back, and keeps the address', async () => {
    const { client } = await specDocker();
    const pod = await agent.running({ containers: [script(idle)] });
    const { podIP } = agent.node.status(pod);
    const again = (restartCount: number) =>
      agent.until(pod, () => expect(agent.statusOf(pod)).to.include({ restartCount, ready: true }));
    await client.getContainer(agent.idOf(pod)).kill();
    await again(1);
    expect(agent.statusOf(pod)?.lastState?.terminated).to.include({ exitCode: 137, reason: 'Error' });
    await client.getContainer(agent.idOf(pod)).remove({ force: true });
    await again(2);
    expect(agent.node.status(pod).podIP).to.equal(podIP);
  });

  it('makes a new sandbox for one that was killed or removed', async () => {
    const { client } = await specDocker();
    const pod = await agent.running({ containers: [script(idle)] });
    const sandboxId = async () => (await inDocker(pod)).find(({ Id }) => Id !== agent.idOf(pod))?.Id ?? '';
    const first = agent.idOf(pod);
    await client.getContainer(await sandboxId()).kill();
    await agent.until(pod, () => {
      expect(agent.statusOf(pod)?.ready).to.equal(true);
      expect(agent.idOf(pod)).not.to.equal(first);
    });
    const second = agent.idOf(pod);
    const all = (await inDocker(pod)).filter(({ State, Id }) => State === 'running' && Id !== second);
    await client.getContainer(all[0]?.Id ?? '').remove({ force: true });
    await agent.until(pod, () => {
      expect(agent.statusOf(pod)?.ready).to.equal(true);
      expect(agent.idOf(pod)).not.to.equal(second);
    });
  });

  it('keeps its pods while Docker is started again, and makes new ones after', async () => {
    const docker = await specDocker();
    const pod = await agent.running({ containers: [script(idle)] });
    const started = await startOf(pod);
    await docker.restart('SIGKILL');
    await eventually(() => {
      const told = agent.node.controlPlane.told.findLast(({ ref }) => ref.resource === 'nodes');
      expect(JSON.stringify(told)).to.contain('KubeletReady');
    });
    const other = await agent.run({ containers: [script(idle)] });
    await agent.until(other, (status) => expect(status.phase).to.equal('Running'), 30_000);
    expect(await startOf(pod)).to.equal(started);
    expect(agent.statusOf(pod)).to.include({ restartCount: 0, ready: true });
  });

  it('stops a pod whose image is still on its way', async () => {
    const archive = await imageArchive({
      architecture: 'amd64',
      files: [{ path: 'data', mode: 0o644, content: Buffer.alloc(2_000_000, 'x') }],
      images: [{ reference: 'app:1', config: {} }],
    });
    const half = Promise.withResolvers<void>();
    const registry = await openRegistry(archive, { halfUntil: half.promise });
    try {
      const asked = registry.asked();
      const pod = await agent.run({ containers: [{ name: 'main', image: `${registry.address}/app:1` }] });
      await asked;
      await eventually(() => expect(agent.node.events(pod)).to.include('Pulling'));
      await agent.stop(pod);
      await agent.gone(pod);
      expect(await inDocker(pod)).to.deep.equal([]);
    } finally {
      half.resolve();
      await registry.close();
    }
  });

  it('pulls with the pod’s credentials, and says why it cannot', async () => {
    const archive = await imageArchive({
      architecture: 'amd64',
      files: [],
      images: [{ reference: 'app:1', config: {} }],
    });
    const registry = await openRegistry(archive, { password: 'opensesame' });
    try {
      const image = `${registry.address}/app:1`;
      const auths = { [registry.address]: { auth: Buffer.from('user:opensesame').toString('base64') } };
      const secret = Buffer.from(JSON.stringify({ auths })).toString('base64');
      agent.node.controlPlane.objects.set('Secret/registry', { data: { '.dockerconfigjson': secret } });
      const container = { name: 'main', image, imagePullPolicy: 'Always' as const };
      const refused = await agent.run({ containers: [container] });
      const reason = (pod: PodOf) => agent.statusOf(pod)?.state?.waiting?.reason;
      await agent.until(refused, () => expect(reason(refused)).to.equal('ErrImagePull'));
      const allowed = await agent.run({ imagePullSecrets: [{ name: 'registry' }], containers: [container] });
      await eventually(() => expect(agent.node.events(allowed)).to.include('Pulled'));
      await agent.until(refused, () => expect(reason(refused)).to.equal('ImagePullBackOff'), 20_000);
      expect(agent.statusOf(refused)?.state?.waiting?.message).to.match(
        new RegExp(
          `^Back-off pulling image "${image}": ErrImagePull: .*(?:authentication required|no basic auth credentials)`,
        ),
      );
    } finally {
      await registry.close();
    }
  });

  it('never pulls what must be there', async () => {
    const missing = await agent.run({
      containers: [{ name: 'main', image: 'none/such:1', imagePullPolicy: 'Never' }],
    });
    await agent.until(missing, () =>
      expect(agent.statusOf(missing)?.state?.waiting).to.deep.equal({
        reason: 'ErrImageNeverPull',
        message: 'Container image "none/such:1" is not present with pull policy of Never',
      }),
    );
    await agent.running({ containers: [{ name: 'main', image: demoImages[0], imagePullPolicy: 'Never' }] });
  });
});
