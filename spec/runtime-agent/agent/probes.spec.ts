import { expect } from 'chai';
import type { Container as ContainerSpec, Probe } from '../../../kinds/schema/api/core-v1.ts';
import type { Verdict } from '../../../runtime-agent/check.ts';
import type { Container, Sandbox } from '../../../runtime-agent/container.ts';
import { type NodeProjection, projectNode } from '../../../runtime-agent/node-world.ts';
import type { PodOf } from '../../../runtime-agent/pod.ts';
import { runProbes } from '../../../runtime-agent/probes.ts';
import { epochMs, settled, type VirtualClock, virtualClock } from '../../support/clock.ts';
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
const container: Container = {
  id: 'c',
  sandboxId: 's',
  pod: identity,
  name: 'web',
  attempt: 0,
  state: 'running',
  image: 'web',
  imageId: 'sha256:1',
  createdAt: epochMs,
  startedAt: epochMs,
  oomKilled: false,
  labels: {},
};
const probe = (port: number, more: Partial<Probe> = {}): Probe => ({ tcpSocket: { port }, periodSeconds: 10, ...more });

describe('probes of a container', () => {
  let clock: VirtualClock;
  let projection: NodeProjection;
  /** What each port answers. */
  let answers: Map<number, boolean>;
  /** When which port was asked, in seconds from the container's start. */
  let asked: [number, number][];
  let notes: string[];
  let probes: ReturnType<typeof runProbes>;

  const order = (type: 'RunPod' | 'StopPod', pod: PodOf) =>
    projection.ordered({ type, node: 'n1', key: 'pod/uid-web', position: 1, pod, gracePeriodSeconds: 30, gone: false });
  const start = (spec: Partial<ContainerSpec>, status: PodOf['status'] = {}): PodOf => {
    const pod: PodOf = { ...podNamed('web', { containers: [{ name: 'web', image: 'web', ...spec }] }), status };
    order('RunPod', pod);
    projection.observed({ type: 'Listed', sandboxes: [sandbox], containers: [container] });
    return pod;
  };
  const pass = async (seconds: number) => {
    for (let i = 0; i <= seconds; i++) {
      clock.advance(i === 0 ? 0 : 1_000); // at first, what is due now
      await settled();
    }
  };
  const health = () => projection.world.health('c');
  const times = (port: number) => asked.filter(([, to]) => to === port).map(([at]) => at);

  beforeEach(() => {
    clock = virtualClock();
    projection = projectNode({ node: 'n1', hostIP: '192.0.2.1', runtime: 'docker' });
    answers = new Map();
    asked = [];
    notes = [];
    const check = async ({ tcpSocket }: Probe): Promise<Verdict> => {
      const port = Number(tcpSocket?.port);
      asked.push([(clock.now() - epochMs) / 1_000, port]);
      return { ok: answers.get(port) ?? true, text: 'refused' };
    };
    probes = runProbes({ projection, check, clock, tell: (_pod, _sort, _reason, message) => notes.push(message) });
  });
  afterEach(() => probes.stop());

  it('begin at once and come at their period', async () => {
    start({ readinessProbe: probe(1) });
    await pass(30);
    expect(times(1)).to.deep.equal([0, 10, 20, 30]);
  });

  it('begin after their delay, which counts from the container’s start', async () => {
    clock.advance(3_000);
    start({ readinessProbe: probe(1, { initialDelaySeconds: 5 }) });
    await pass(20);
    expect(times(1)).to.deep.equal([5, 15]);
  });

  it('of readiness say yes after enough successes, and no after enough failures', async () => {
    answers.set(1, false);
    start({ readinessProbe: probe(1, { periodSeconds: 1, successThreshold: 2, failureThreshold: 3 }) });
    await pass(2);
    expect(health()).to.include({ started: true, ready: false, alive: true });
    answers.set(1, true);
    await pass(1);
    expect(health()?.ready).to.equal(false);
    await pass(1);
    expect(health()?.ready).to.equal(true);
    answers.set(1, false);
    await pass(2);
    expect(health()?.ready).to.equal(true);
    await pass(1);
    expect(health()?.ready).to.equal(false);
    expect(notes[0]).to.equal('Readiness probe failed: refused');
  });

  it('of liveness count failures in a row only', async () => {
    start({ livenessProbe: probe(1, { periodSeconds: 1, failureThreshold: 2 }) });
    for (const ok of [false, true, false, true]) {
      answers.set(1, ok);
      await pass(1);
    }
    expect(health()?.alive).to.equal(true);
    answers.set(1, false);
    await pass(2);
    expect(health()).to.include({ alive: false, reason: 'refused' });
  });

  it('of startup come first, and then no more', async () => {
    answers.set(1, false);
    start({ startupProbe: probe(1, { periodSeconds: 5 }), livenessProbe: probe(2), readinessProbe: probe(3) });
    await pass(9);
    expect(health()).to.include({ started: false, ready: false, alive: true });
    expect([times(2), times(3)]).to.deep.equal([[], []]);
    answers.set(1, true);
    await pass(1);
    await pass(0);
    expect(health()).to.include({ started: true, ready: true });
    await pass(20);
    expect(times(1)).to.deep.equal([0, 5, 10]);
    expect(times(3)).to.deep.equal([10, 20, 30]);
  });

  it('of startup that fail for good say so', async () => {
    answers.set(1, false);
    start({ startupProbe: probe(1, { failureThreshold: 2 }) });
    await pass(10);
    expect(health()).to.include({ started: false, alive: false });
  });

  it('hold to what the agent before said of this very container', async () => {
    const status = {
      containerStatuses: [
        { name: 'web', image: '', imageID: '', restartCount: 0, containerID: 'docker://c', started: true, ready: true },
      ],
    };
    answers.set(3, false);
    start({ startupProbe: probe(1), readinessProbe: probe(3, { initialDelaySeconds: 5 }) }, status);
    await pass(5);
    expect(health()).to.include({ started: true, ready: true });
    expect(times(1)).to.deep.equal([]);
    await pass(20);
    expect(health()?.ready).to.equal(false);
  });

  it('go on asking whether it is ready while it stops, and no more whether it lives', async () => {
    const pod = start({ livenessProbe: probe(2), readinessProbe: probe(3) });
    await pass(5);
    order('StopPod', pod);
    await pass(20);
    expect([times(2), times(3)]).to.deep.equal([[0], [0, 10, 20]]);
    projection.observed({ type: 'ContainerSeen', container: { ...container, state: 'exited' } });
    await pass(20);
    expect(times(3)).to.have.length(3);
    expect(health()).to.equal(undefined);
  });

  it('wait for the postStart hook', async () => {
    const pod = podNamed('web', { containers: [{ name: 'web', image: 'web', readinessProbe: probe(1) }] });
    order('RunPod', pod);
    projection.deed('uid-web', 'start/web/0', { state: 'underWay', at: epochMs, failures: 0 });
    projection.observed({ type: 'Listed', sandboxes: [sandbox], containers: [container] });
    await pass(5);
    expect(times(1)).to.deep.equal([]);
    projection.deed('uid-web', 'start/web/0', { state: 'done', at: clock.now(), failures: 0 });
    await pass(0);
    expect(times(1)).to.deep.equal([5]);
  });
});
