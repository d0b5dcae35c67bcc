import { expect } from 'chai';
import { hearNodes } from '../../actors/nodes/heartbeats.ts';
import { nodeLife } from '../../actors/nodes/node-life.ts';
import { podGarbage } from '../../actors/nodes/pod-garbage.ts';
import { epochMs } from '../support/clock.ts';
import { linesOf, type Sketch, stepOf, wishesOf, worldOf } from '../support/world.ts';

const condition = (status: string, reason: string) => [
  { type: 'Ready', status, reason, lastTransitionTime: '2026-01-01T00:00:00Z' },
];
const node = (more: { spec?: object; status?: object; metadata?: object } = {}): Sketch => ({
  kind: 'Node',
  metadata: { name: 'a', ...more.metadata },
  spec: more.spec ?? {},
  status: more.status ?? { conditions: condition('True', 'KubeletReady') },
});
const lost = node({
  status: { conditions: condition('Unknown', 'NodeStatusUnknown') },
  spec: {
    taints: [
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: '2026-01-01T00:00:00Z' },
    ],
  },
});
const pod = (status: object): Sketch => ({
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { nodeName: 'a', containers: [] },
  status,
});
const ready = pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });

/** What is done about node `a`, last heard `secondsAgo`; never, when that is left out. */
const at = (now: number, secondsAgo: number | undefined, ...sketches: readonly Sketch[]) => {
  const hearing = hearNodes(worldOf(...sketches), epochMs);
  if (secondsAgo !== undefined) hearing.heard('a', now - secondsAgo * 1_000);
  return {
    wishes: wishesOf(nodeLife, hearing.world, 'a', now),
    recheckAt: nodeLife.reconcile(hearing.world, 'a', now).recheckAt,
  };
};
const hour = epochMs + 3_600_000;

describe('the life of a node', () => {
  it('is looked at again 40 seconds after it was heard', () => {
    const { wishes, recheckAt } = at(hour, 5, node());
    expect(wishes).to.deep.equal([]);
    expect(recheckAt).to.equal(hour + 35_000);
  });

  it('is unknown after 40 seconds of silence', () => {
    expect(linesOf(at(hour, 39.999, node()).wishes)).to.deep.equal([]);
    expect(linesOf(at(hour, 40, node()).wishes)).to.deep.equal(['LoseTouch nodes/a']);
  });

  it('begins with a grace when nobody has listened before, or the node is new', () => {
    expect(at(epochMs + 39_000, undefined, node()).wishes).to.deep.equal([]);
    const young = node({ metadata: { creationTimestamp: '2026-01-01T00:59:50Z' } });
    expect(at(hour, undefined, young).wishes).to.deep.equal([]);
  });

  it('is as it was once the node is heard again', () =>
    expect(linesOf(at(hour, 1, lost).wishes)).to.deep.equal(['RegainTouch nodes/a']));

  it('is told to the scheduler by taints', () => {
    expect(
      linesOf(at(hour, 1, node({ status: { conditions: condition('False', 'KubeletNotReady') } })).wishes),
    ).to.deep.equal(['Retaint nodes/a']);
    expect(
      linesOf(
        at(hour, 1, node({ spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } })).wishes,
      ),
    ).to.deep.equal(['Retaint nodes/a']);
    expect(linesOf(at(hour, 1, node({ spec: { unschedulable: true } })).wishes)).to.deep.equal(['Retaint nodes/a']);
    expect(
      linesOf(at(hour, 1, node({ spec: { taints: [{ key: 'own', effect: 'NoSchedule' }] } })).wishes),
    ).to.deep.equal([]);
  });

  it('is shared by its pods: they are not ready while it is away', () =>
    expect(linesOf(at(hour, 60, lost, ready).wishes)).to.deep.equal(['MarkNotReady pods/web']));

  it('gives pods back what only its absence took from them', () => {
    const marked = pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'False', reason: 'NodeNotReady' }] });
    const sick = pod({
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    });
    expect(linesOf(at(hour, 1, node(), marked).wishes)).to.deep.equal(['RestoreReady pods/web']);
    expect(linesOf(at(hour, 1, node(), sick).wishes)).to.deep.equal([]);
  });

  it("is nobody's turn for each heartbeat, only for that of a node that was given up", () => {
    const beat = { position: 1, node: 'a' };
    expect(nodeLife.touches(beat, hearNodes(worldOf(node()), 0).world)).to.deep.equal([]);
    expect(nodeLife.touches(beat, hearNodes(worldOf(lost), 0).world)).to.deep.equal(['a']);
  });
});

describe('pods of a node that is no more', () => {
  it('are deleted at once, and are not waited for', () => {
    const [wish] = wishesOf(podGarbage, worldOf(ready), 'a', hour);
    expect(wish).to.deep.include({
      type: 'Delete',
      options: { gracePeriodSeconds: 0, preconditions: { uid: 'web-uid' } },
    });
  });
  it('wait a little for a node that may still register', () => {
    expect(podGarbage.reconcile(worldOf(ready), 'a', epochMs + 39_000)).to.deep.include({
      beside: [],
      recheckAt: epochMs + 40_000,
    });
  });
  it('are those of a deleted node, or bound to one that is not there', () => {
    expect(podGarbage.touches(stepOf(node(), undefined), worldOf())).to.deep.equal(['a']);
    expect(podGarbage.touches(stepOf(undefined, ready), worldOf())).to.deep.equal(['a']);
    expect(podGarbage.touches(stepOf(undefined, ready), worldOf(node()))).to.deep.equal([]);
    expect(wishesOf(podGarbage, worldOf(ready, node()), 'a', hour)).to.deep.equal([]);
  });
});
