import { expect } from 'chai';
import { replicaSet } from '../../actors/replica-set/replica-set.ts';
import { reject } from '../../kinds/rejection.ts';
import { epochMs } from '../support/clock.ts';
import { linesOf, ownedBy, type Sketch, stepOf, wishesOf, worldOf } from '../support/world.ts';

const key = 'replicasets.apps-default/web';
const set = (spec: object = {}, more: object = {}): Sketch => ({
  kind: 'ReplicaSet',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } },
    ...spec,
  },
  status: { replicas: 0, observedGeneration: 1 },
  ...more,
});
const readyAt = (since: string) => ({
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }],
});
const pod = (name: string, more: { metadata?: object; spec?: object; status?: object } = {}): Sketch => ({
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' }, ownerReferences: ownedBy(set()), ...more.metadata },
  spec: { containers: [], nodeName: 'a', ...more.spec },
  status: more.status ?? readyAt('2026-01-01T00:00:00Z'),
});
const wishes = (...sketches: readonly Sketch[]) => wishesOf(replicaSet, worldOf(...sketches), key);
const lines = (...sketches: readonly Sketch[]) =>
  linesOf(wishes(...sketches)).filter((line) => !line.startsWith('ReportStatus'));
const statusIn = (...sketches: readonly Sketch[]) =>
  wishes(...sketches).find(({ type }) => type === 'ReportStatus')?.['status'];

describe('replica sets', () => {
  it('make the pods that are missing, from their template, as their own', () => {
    const births = wishes(set(), pod('one')).filter(({ type }) => type === 'Create');
    expect(births).to.have.length(1);
    expect(births[0]?.ref.name).to.match(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(births[0]).to.have.nested.property('object.metadata.generateName', 'web-');
    expect(births[0]).to.have.nested.property('object.metadata.ownerReferences[0].uid', 'web-uid');
    expect(births[0]).to.have.nested.property('object.metadata.labels.app', 'web');
  });

  it('tell users what they made', () =>
    expect(wishes(set({ replicas: 1 })).find(({ type }) => type === 'Note')).to.include({
      reason: 'SuccessfulCreate',
      component: 'replicaset-controller',
    }));

  it('tell users of 25 in one turn, not of all', () =>
    expect(wishes(set({ replicas: 100 })).filter(({ type }) => type === 'Note')).to.have.length(25));

  it('make the same pods when asked twice of one World', () => expect(wishes(set())).to.deep.equal(wishes(set())));

  it('count neither what is over nor what is going', () =>
    expect(
      lines(
        set(),
        pod('over', { status: { phase: 'Failed' } }),
        pod('going', { metadata: { deletionTimestamp: '2026-01-01T00:00:30Z' } }),
      ),
    ).to.have.length(2));

  it('make none while they are to go themselves', () =>
    expect(lines(set({}, { metadata: { name: 'web', deletionTimestamp: '2026-01-01T00:00:00Z' } }))).to.deep.equal([]));

  it('make 500 at most in one turn', () => expect(lines(set({ replicas: 1_000 }))).to.have.length(500));

  describe('delete first', () => {
    const old = readyAt('2025-12-31T00:00:00Z');
    const cases: readonly (readonly [string, Sketch, Sketch])[] = [
      ['what has no node', pod('x', { spec: { nodeName: '' } }), pod('a')],
      ['what is pending', pod('x', { status: { phase: 'Pending' } }), pod('a')],
      ['what is not ready', pod('x', { status: { phase: 'Running' } }), pod('a')],
      [
        'what is cheap to lose',
        pod('x', { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' } } }),
        pod('a'),
      ],
      ['what became ready later', pod('x'), pod('a', { status: old })],
      [
        'what restarted more',
        pod('x', { status: { ...old, containerStatuses: [{ restartCount: 3 }] } }),
        pod('a', { status: old }),
      ],
      ['what is younger', pod('x', { metadata: { creationTimestamp: '2026-01-01T00:00:09Z' } }), pod('a')],
    ];
    for (const [what, first, other] of cases)
      it(what, () => {
        expect(lines(set({ replicas: 1 }), other, first)).to.deep.equal(['Delete pods/x']);
        expect(lines(set({ replicas: 1 }), first, other)).to.deep.equal(['Delete pods/x']);
      });

    it('what crowds a node', () =>
      expect(
        lines(
          set({ replicas: 2 }),
          pod('a'),
          pod('x', { spec: { nodeName: 'b' } }),
          pod('y', { spec: { nodeName: 'b' } }),
        ),
      ).to.deep.equal(['Delete pods/x']));
  });

  it('take in pods that fit and nobody controls, and only then count', () =>
    expect(lines(set(), pod('free', { metadata: { ownerReferences: undefined } }))).to.deep.equal([
      'Replace pods/free',
    ]));

  it('let go of pods whose labels fit no longer', () => {
    const [wish] = wishes(set(), pod('other', { metadata: { labels: { app: 'other' } } }));
    expect(wish).to.include({ type: 'Replace' });
    expect(wish).not.to.have.nested.property('object.metadata.ownerReferences');
  });

  it('let go of no pod that another controls', () =>
    expect(
      lines(
        set({ replicas: 0 }),
        pod('theirs', { metadata: { ownerReferences: ownedBy({ ...set(), metadata: { name: 'other' } }) } }),
      ),
    ).to.deep.equal([]));

  describe('report', () => {
    it('what they have, leaving out what is none', () => {
      expect(statusIn(set({ replicas: 1 }), pod('one'))).to.deep.equal({
        replicas: 1,
        fullyLabeledReplicas: 1,
        readyReplicas: 1,
        availableReplicas: 1,
        observedGeneration: 1,
      });
      expect(statusIn(set({ replicas: 1 }), pod('one', { status: { phase: 'Pending' } }))).to.deep.equal({
        replicas: 1,
        fullyLabeledReplicas: 1,
        observedGeneration: 1,
      });
    });

    it('nothing that they said before', () => expect(statusIn(set())).to.equal(undefined));

    it('a pod as available once it has been ready long enough, and look again then', () => {
      const world = worldOf(set({ replicas: 1, minReadySeconds: 10 }), pod('one'));
      expect(replicaSet.reconcile(world, key, epochMs + 9_999).recheckAt).to.equal(epochMs + 10_000);
      const [report] = wishesOf(replicaSet, world, key, epochMs + 10_000);
      expect(report).to.have.nested.property('status.availableReplicas', 1);
    });
  });

  it('say so when they may make no pod, and go on saying so until they may', () => {
    const world = worldOf(set());
    const [birth] = wishes(set()).filter(({ type }) => type === 'Create');
    const more = replicaSet.refused?.(world, key, birth as never, reject('Forbidden', 'exceeded quota'), epochMs) ?? [];
    expect(more.map(({ type }) => type)).to.deep.equal(['Note', 'ReportStatus']);
    expect(more[0]).to.include({ reason: 'FailedCreate', message: 'Error creating: exceeded quota', sort: 'Warning' });
    const failing = (more[1] as unknown as { status: object }).status;
    expect(failing).to.have.nested.property('conditions[0].type', 'ReplicaFailure');
    expect(statusIn(set({}, { status: { ...failing, observedGeneration: 1 } }))).to.equal(undefined);
    expect(statusIn(set({ replicas: 0 }, { status: failing }))).not.to.have.property('conditions');
  });

  describe('have their turn', () => {
    const touched = (before: Sketch | undefined, after: Sketch | undefined) =>
      replicaSet.touches(stepOf(before, after), worldOf(set()));
    it('when one of their pods comes, goes or becomes ready', () => {
      expect(touched(undefined, pod('one'))).to.deep.equal([key]);
      expect(touched(pod('one'), undefined)).to.deep.equal([key]);
      expect(touched(pod('one', { status: { phase: 'Pending' } }), pod('one'))).to.deep.equal([key]);
    });
    it('when a pod comes that nobody controls and that fits', () =>
      expect(touched(undefined, pod('free', { metadata: { ownerReferences: undefined } }))).to.deep.equal([key]));
    it('but not for what no set counts', () => {
      const labels = { app: 'web' };
      const owners = ownedBy(set());
      const same = { metadata: { labels, ownerReferences: owners } };
      expect(
        touched(
          pod('one', same),
          pod('one', { ...same, status: { ...readyAt('2026-01-01T00:00:00Z'), podIP: '10.0.0.1' } }),
        ),
      ).to.deep.equal([]);
    });
  });
});
