import { expect } from 'chai';
import type { ContainerStatus, PodCondition, PodStatus } from '../../../kinds/schema/api/core-v1.ts';
import type { Container, Sandbox } from '../../../runtime-agent/container.ts';
import type { Deed } from '../../../runtime-agent/deed.ts';
import { type NodeProjection, projectNode } from '../../../runtime-agent/node-world.ts';
import type { PodOf } from '../../../runtime-agent/pod.ts';
import { statusOf } from '../../../runtime-agent/pod-status.ts';
import { crashBackoffMs, retryBackoffMs } from '../../../runtime-agent/back-off.ts';
import { epochMs } from '../../support/clock.ts';
import { podNamed } from '../../support/node.ts';

const identity = { uid: 'uid-web', namespace: 'default', name: 'web' };
const sandbox: Sandbox = {
  id: 's',
  pod: identity,
  attempt: 0,
  state: 'running',
  ip: '10.0.0.9',
  network: 'pod',
  createdAt: epochMs,
  labels: {},
};
const container = (name: string, change: Partial<Container> = {}): Container => ({
  id: `${name}-${change.attempt ?? 0}`,
  sandboxId: 's',
  pod: identity,
  name,
  attempt: 0,
  state: 'running',
  image: name,
  imageId: 'sha256:1',
  createdAt: epochMs,
  startedAt: epochMs,
  oomKilled: false,
  labels: {},
  ...change,
});
const exited = (name: string, exitCode: number, change: Partial<Container> = {}) =>
  container(name, { state: 'exited', exitCode, finishedAt: epochMs + 1_000, ...change });
const failed = (reason: string, message: string, failures = 1): Deed => ({
  state: 'failed',
  at: epochMs,
  failures,
  reason,
  message,
});

describe('a pod’s status', () => {
  let projection: NodeProjection;
  let told: PodStatus;
  const later = epochMs + 60_000;

  beforeEach(() => {
    projection = projectNode({ node: 'n1', hostIP: '192.0.2.1', runtime: 'docker' });
    told = {};
  });
  const see = (pod: PodOf, containers: readonly Container[], { stopping = false, now = later } = {}): PodStatus => {
    projection.observed({ type: 'Listed', sandboxes: [sandbox], containers });
    told = statusOf(projection.world, pod, told, now, stopping);
    return told;
  };
  const did = (name: string, deed: Deed) => {
    projection.deed('uid-web', name, { ...deed, state: 'underWay' });
    projection.deed('uid-web', name, deed);
  };
  const web = podNamed('web', { containers: [{ name: 'web', image: 'web' }] });
  const condition = (type: string): PodCondition | undefined => told.conditions?.find((one) => one.type === type);
  const first = (): ContainerStatus | undefined => told.containerStatuses?.[0];

  it('waits for its containers, then runs', () => {
    expect(see(web, [])).to.include({ phase: 'Pending', podIP: '10.0.0.9', hostIP: '192.0.2.1' });
    expect(first()?.state).to.deep.equal({ waiting: { reason: 'ContainerCreating' } });
    expect(condition('Ready')).to.include({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [web]',
    });
    see(web, [container('web')]);
    expect(told.phase).to.equal('Running');
    for (const type of ['PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'])
      expect(condition(type), type).to.include({ status: 'True' }).and.not.to.have.any.keys('reason', 'message');
  });

  it('moves a condition’s time only with its answer', () => {
    see(web, [container('web')], { now: later });
    see(web, [container('web')], { now: later + 5_000 });
    expect(condition('Ready')?.lastTransitionTime).to.equal('2026-01-01T00:01:00Z');
    see(web, [exited('web', 1)], { now: later + 10_000 });
    expect(condition('Ready')?.lastTransitionTime).to.equal('2026-01-01T00:01:10Z');
    expect(condition('Initialized')?.lastTransitionTime).to.equal('2026-01-01T00:01:00Z');
  });

  it('waits for readiness gates, which others open', () => {
    const gated = podNamed('web', { ...web.spec, readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] });
    told = { conditions: [{ type: 'b', status: 'False' }] };
    see(gated, [container('web')]);
    expect(condition('ContainersReady')?.status).to.equal('True');
    expect(condition('Ready')).to.include({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message:
        'corresponding condition of pod readiness gate "a" does not exist., the status of pod readiness gate "b" is not "True", but False',
    });
    told = { ...told, conditions: ['a', 'b'].map((type) => ({ type, status: 'True' })) };
    see(gated, [container('web')]);
    expect(condition('Ready')?.status).to.equal('True');
    expect(condition('a')).to.include({ status: 'True' });
  });

  it('says PodInitializing until its init containers are done', () => {
    const initContainers = [
      { name: 'init', image: 'a' },
      { name: 'side', image: 'a', restartPolicy: 'Always' as const },
    ];
    const pod = podNamed('web', { ...web.spec, initContainers });
    see(pod, [container('init')]);
    expect(told.phase).to.equal('Pending');
    expect(first()?.state?.waiting?.reason).to.equal('PodInitializing');
    expect(told.initContainerStatuses?.[1]?.state?.waiting?.reason).to.equal('PodInitializing');
    expect(condition('Initialized')).to.include({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [init side]',
    });
    see(pod, [exited('init', 0), container('side')]);
    expect(condition('Initialized')?.status).to.equal('True');
    expect(told.initContainerStatuses?.[0]).to.include({ ready: true, started: false });
    see(pod, [exited('init', 0), exited('side', 1), container('web')]);
    expect(condition('Ready')).to.include({ status: 'False', message: 'containers with unready status: [side]' });
  });

  it('ends with its containers', () => {
    const job = podNamed('web', { ...web.spec, restartPolicy: 'Never' });
    see(job, [exited('web', 0)]);
    expect(told.phase).to.equal('Succeeded');
    expect(condition('Ready')).to.include({ status: 'False', reason: 'PodCompleted' });
    expect(condition('Initialized')).to.include({ status: 'True', reason: 'PodCompleted' });
    told = {};
    see(job, [exited('web', 3)]);
    expect(told.phase).to.equal('Failed');
    expect(condition('ContainersReady')).to.include({ status: 'False', reason: 'PodFailed' });
  });

  it('ends when it is stopped, whatever its restart policy', () => {
    see(web, [container('web')]);
    see(web, [container('web')], { stopping: true });
    expect(told.phase).to.equal('Running');
    expect(condition('Ready')?.status).to.equal('True');
    see(web, [exited('web', 143)], { stopping: true });
    expect(told.phase).to.equal('Failed');
    told = {};
    expect(see(web, [exited('web', 0)], { stopping: true }).phase).to.equal('Succeeded');
  });

  it('says CrashLoopBackOff with the pause, and how the last run ended', () => {
    see(web, [exited('web', 1)]);
    expect(first()?.state?.terminated).to.include({ exitCode: 1, reason: 'Error' });
    for (const [crashes, text] of [
      ['1', '10s'],
      ['2', '20s'],
      ['5', '2m40s'],
      ['9', '5m0s'],
    ] as const) {
      see(web, [exited('web', 1, { attempt: 3, labels: { crashes } })]);
      expect(first()?.state?.waiting).to.deep.equal({
        reason: 'CrashLoopBackOff',
        message: `back-off ${text} restarting failed container=web pod=web_default(uid-web)`,
      });
      expect(first()?.lastState?.terminated).to.include({ exitCode: 1 });
      expect(first()?.restartCount).to.equal(3);
    }
    const longRun = { attempt: 4, labels: { crashes: '9' }, finishedAt: epochMs + 600_000 };
    see(web, [exited('web', 1, longRun)]);
    expect(first()?.state).to.have.property('terminated');
  });

  it('says why an image is not there, and that it waits to ask again', () => {
    did('pull/web/0', failed('ErrImagePull', 'no such host'));
    see(web, []);
    expect(first()?.state?.waiting).to.deep.equal({ reason: 'ErrImagePull', message: 'no such host' });
    did('pull/web/0', failed('ErrImagePull', 'no such host', 2));
    see(web, []);
    expect(first()?.state?.waiting).to.deep.equal({
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "web": ErrImagePull: no such host',
    });
  });

  it('counts runs, and knows one that somebody removed', () => {
    see(web, [exited('web', 1), container('web', { attempt: 1 })]);
    expect(first()).to.include({ restartCount: 1, containerID: 'docker://web-1' });
    expect(first()?.lastState?.terminated).to.include({ containerID: 'docker://web-0' });
    see(web, []);
    expect(first()).to.include({ restartCount: 1, ready: false });
    expect(first()?.lastState?.terminated).to.include({ exitCode: 137, reason: 'ContainerStatusUnknown' });
    see(web, [container('web', { attempt: 2, state: 'created' })]);
    expect(first()?.restartCount).to.equal(1);
    see(web, [container('web', { attempt: 2 })]);
    expect(first()?.restartCount).to.equal(2);
  });

  it('tells last words, OOMKilled, and what could not be run', () => {
    const job = podNamed('web', { ...web.spec, restartPolicy: 'Never' });
    did('lastWords/web-0', { state: 'done', at: epochMs, failures: 0, message: 'farewell' });
    see(job, [exited('web', 137, { oomKilled: true })]);
    expect(first()?.state?.terminated).to.include({ reason: 'OOMKilled', message: 'farewell' });
    const { startedAt: _, ...neverRan } = exited('web', 127, { error: 'no such file' });
    see(job, [neverRan]);
    expect(first()?.state?.terminated).to.include({ reason: 'ContainerCannotRun', message: 'no such file' });
  });
});

describe('back-off', () => {
  it('of a crashing container: none, 10 s, and twice as long up to 5 min', () => {
    const seconds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((crashes) => crashBackoffMs(crashes) / 1_000);
    expect(seconds).to.deep.equal([0, 0, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('of a deed: from 1 s to 1 min; of a pull: from 10 s to 5 min', () => {
    expect([1, 2, 3, 7, 100].map((n) => retryBackoffMs('start/web/0', n) / 1_000)).to.deep.equal([1, 2, 4, 60, 60]);
    expect([1, 2, 3, 6, 100].map((n) => retryBackoffMs('pull/web/0', n) / 1_000)).to.deep.equal([10, 20, 40, 300, 300]);
  });
});
