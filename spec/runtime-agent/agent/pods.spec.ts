import { expect } from 'chai';
import type { ContainerStatus, Pod } from '../../../kinds/schema/api/core-v1.ts';
import type { PodOf } from '../../../runtime-agent/pod.ts';
import { simulatedRuntime } from '../../../runtime-agent/simulated.ts';
import { quiet, type VirtualClock, virtualClock } from '../../support/clock.ts';
import { nodeOn, podNamed } from '../../support/node.ts';

const web: NonNullable<Pod['spec']> = { containers: [{ name: 'web', image: 'reckon/demo:1' }] };

describe('a node', () => {
  let clock: VirtualClock;
  let runtime: ReturnType<typeof simulatedRuntime>;
  let node: Awaited<ReturnType<typeof nodeOn>>;

  beforeEach(async () => {
    clock = virtualClock();
    runtime = simulatedRuntime({ clock });
    node = await nodeOn(runtime, clock);
  });
  afterEach(() => node.stop());

  /** Lets files be written and plans follow until nothing moves any more; time moves only by `ms`, a second at a time. */
  const after = async (ms = 0) => {
    for (let left = ms; ; left -= 1_000) {
      await quiet(node.position);
      if (left <= 0) return;
      clock.advance(Math.min(left, 1_000));
    }
  };
  const container = (pod: PodOf): ContainerStatus | undefined => node.status(pod).containerStatuses?.[0];
  const running = async (pod: PodOf) => {
    await node.run(pod);
    await after(2_000);
    return pod;
  };
  const containersOf = (pod: PodOf) => {
    let seen: readonly { readonly id: string; readonly pod: { readonly uid: string }; readonly state: string }[] = [];
    runtime
      .observe()
      .subscribe((observation) => {
        if (observation.type === 'Listed') seen = observation.containers;
      })
      .unsubscribe();
    return seen.filter((one) => one.pod.uid === pod.metadata.uid);
  };

  it('registers itself with what it can give', async () => {
    await after();
    const [create, status] = node.controlPlane.told;
    expect(create).to.include({ type: 'Create' }).and.to.have.nested.property('object.spec.podCIDR', '10.199.0.0/24');
    expect(status).to.have.nested.property('status.allocatable.pods', '110');
  });

  it('runs a pod and reports each step', async () => {
    const pod = await running(podNamed('web', web));
    expect(node.statuses(pod).map(({ phase }) => phase)).to.include.members(['Pending', 'Running']);
    expect(node.status(pod)).to.include({ phase: 'Running', hostIP: '192.0.2.1' });
    expect(node.status(pod).podIP).to.match(/^10\.199\.0\./);
    expect(container(pod)).to.deep.include({ ready: true, started: true, restartCount: 0 });
    expect(node.events(pod)).to.deep.equal(['Pulling', 'Pulled', 'Created', 'Started']);
  });

  it('keeps what others wrote into the status', async () => {
    const pod = await running(podNamed('web', web));
    expect(node.status(pod)).to.include({ qosClass: 'BestEffort' });
    expect(node.status(pod).conditions?.map(({ type }) => type)).to.include('PodScheduled');
  });

  it('says the same thing once', async () => {
    const pod = await running(podNamed('web', web));
    const before = node.statuses(pod).length;
    await after(120_000);
    expect(node.statuses(pod)).to.have.length(before);
  });

  it('starts a container that failed again in place, and keeps the pod address', async () => {
    const pod = await running(podNamed('web', web));
    const ip = node.status(pod).podIP;
    runtime.endContainer(containersOf(pod)[0]?.id ?? '', { code: 1, oomKilled: false });
    await after(1_000);
    expect(container(pod)).to.deep.include({ restartCount: 1, ready: true });
    expect(container(pod)?.lastState?.terminated).to.include({ exitCode: 1, reason: 'Error' });
    expect(node.status(pod).podIP).to.equal(ip);
  });

  it('waits 10 s, then 20 s, before it starts what keeps failing', async () => {
    const pod = await running(podNamed('web', web));
    const crash = async () => {
      const last = containersOf(pod).find(({ state }) => state === 'running');
      runtime.endContainer(last?.id ?? '', { code: 1, oomKilled: false });
      await after();
    };
    await crash();
    await after(1_000);
    await crash();
    expect(container(pod)?.state?.waiting?.reason).to.equal('CrashLoopBackOff');
    expect(container(pod)?.state?.waiting?.message).to.match(
      /^back-off 10s restarting failed container=web pod=web_default\(/,
    );
    await after(9_000);
    expect(container(pod)?.restartCount).to.equal(1);
    await after(1_000);
    expect(container(pod)?.restartCount).to.equal(2);
    await crash();
    await after(19_000);
    expect(container(pod)?.restartCount).to.equal(2);
    await after(1_000);
    expect(container(pod)?.restartCount).to.equal(3);
  });

  it('says OOMKilled when memory ran out', async () => {
    const pod = await running(podNamed('web', { ...web, restartPolicy: 'Never' }));
    runtime.endContainer(containersOf(pod)[0]?.id ?? '', { code: 137, oomKilled: true });
    await after(1_000);
    expect(container(pod)?.state?.terminated).to.include({ exitCode: 137, reason: 'OOMKilled' });
    expect(node.status(pod).phase).to.equal('Failed');
  });

  it('lets a pod that is done be done', async () => {
    const pod = await running(podNamed('job', { ...web, restartPolicy: 'OnFailure' }));
    runtime.endContainer(containersOf(pod)[0]?.id ?? '', { code: 0, oomKilled: false });
    await after(60_000);
    expect(node.status(pod).phase).to.equal('Succeeded');
    expect(containersOf(pod)).to.have.length(1);
  });

  it('makes a new sandbox when the old one dies', async () => {
    const pod = await running(podNamed('web', web));
    const [first] = containersOf(pod);
    runtime
      .observe()
      .subscribe((observation) => {
        if (observation.type === 'Listed') for (const { id } of observation.sandboxes) runtime.endSandbox(id);
      })
      .unsubscribe();
    await after(3_000);
    expect(node.status(pod).phase).to.equal('Running');
    expect(container(pod)).to.deep.include({ ready: true, restartCount: 1 });
    expect(container(pod)?.containerID).not.to.equal(`simulated://${first?.id}`);
  });

  it('runs init containers one after the other before the others', async () => {
    const pod = podNamed('web', {
      ...web,
      initContainers: [
        { name: 'one', image: 'a' },
        { name: 'two', image: 'a' },
      ],
    });
    await running(pod);
    expect(containersOf(pod)).to.have.length(1);
    expect(node.status(pod).conditions?.find(({ type }) => type === 'Initialized')).to.include({
      status: 'False',
      reason: 'ContainersNotInitialized',
    });
    for (let i = 0; i < 2; i++) {
      runtime.endContainer(containersOf(pod).find(({ state }) => state === 'running')?.id ?? '', {
        code: 0,
        oomKilled: false,
      });
      await after(1_000);
    }
    expect(node.status(pod).phase).to.equal('Running');
    expect(container(pod)).to.include({ ready: true });
  });

  it('stops a pod within its grace, removes all of it, and says so', async () => {
    const pod = await running(podNamed('web', web));
    await node.stopPod({
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: new Date(clock.now() + 30_000).toISOString() },
    });
    await after(1_000);
    expect(containersOf(pod)).to.deep.equal([]);
    expect(node.events(pod).at(-1)).to.equal('Killing');
    expect(node.confirmed(pod)).to.equal(true);
  });

  it('leaves running what it finds running after its own restart', async () => {
    const pod = await running(podNamed('web', web));
    const before = containersOf(pod).map(({ id }) => id);
    await node.restart();
    await after(2_000);
    expect(containersOf(pod).map(({ id }) => id)).to.deep.equal(before);
  });

  it('says why an image cannot be had, and tries again', async () => {
    const pod = await running(
      podNamed('web', { containers: [{ name: 'web', image: 'none/such:1', imagePullPolicy: 'Never' }] }),
    );
    expect(container(pod)?.state?.waiting).to.deep.include({
      reason: 'ErrImageNeverPull',
      message: 'Container image "none/such:1" is not present with pull policy of Never',
    });
  });

  it('says which key a container wants and does not find', async () => {
    node.controlPlane.objects.set('ConfigMap/settings', { data: { a: '1' } });
    const env = [{ name: 'B', valueFrom: { configMapKeyRef: { name: 'settings', key: 'b' } } }];
    const pod = await running(podNamed('web', { containers: [{ name: 'web', image: 'x', env }] }));
    expect(container(pod)?.state?.waiting).to.deep.include({
      reason: 'CreateContainerConfigError',
      message: "couldn't find key b in ConfigMap default/settings",
    });
  });

  it('has had no trouble it did not tell of', async () => {
    await running(podNamed('web', web));
    expect(node.troubles).to.deep.equal([]);
  });
});
