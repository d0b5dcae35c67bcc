import { expect } from 'chai';
import { surgeMaxOf, unavailableMaxOf } from '../../../actors/deployment/limits.ts';
import { withProgress } from '../../../actors/deployment/progress.ts';
import { isResized, resizedSizes } from '../../../actors/deployment/proportion.ts';
import { annotationsOf } from '../../../actors/deployment/revision.ts';
import { rollingSizes } from '../../../actors/deployment/rolling-update.ts';
import type { Rollout } from '../../../actors/deployment/rollout.ts';
import { isSameTemplate, templateHash } from '../../../actors/deployment/template-hash.ts';
import type { Deployment } from '../../../kinds/deployment.ts';
import type { ReplicaSet } from '../../../kinds/replica-set.ts';
import { epochMs } from '../../support/clock.ts';
import { objectOf } from '../../support/world.ts';

const deployment = (replicas: number, rollingUpdate: object, more: object = {}, annotations: object = {}) =>
  objectOf({
    kind: 'Deployment',
    metadata: { name: 'web', annotations },
    spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate }, template: {}, ...more },
  }) as Deployment;
/** A set with so many pods asked for, so many there and so many available. */
const set = (name: string, asked: number, there = asked, available = there, annotations: object = {}) =>
  objectOf({
    kind: 'ReplicaSet',
    metadata: { name, annotations },
    spec: { replicas: asked },
    status: { replicas: there, availableReplicas: available, observedGeneration: 1 },
  }) as ReplicaSet;
const rollout = (of: Deployment, newest: ReplicaSet | undefined, ...old: readonly ReplicaSet[]): Rollout => ({
  deployment: of,
  newest,
  old,
  all: newest ? [...old, newest] : old,
});
const sizes = (all: readonly { readonly set: ReplicaSet; readonly to: number }[]) =>
  all.map(({ set: { metadata }, to }) => `${metadata.name} ${to}`).join(', ');

describe('limits of a rollout', () => {
  it('round surge up and unavailability down', () => {
    const of = deployment(10, { maxSurge: '25%', maxUnavailable: '25%' });
    expect([surgeMaxOf(of), unavailableMaxOf(of)]).to.deep.equal([3, 2]);
  });
  it('let one pod be missing where neither may give way', () =>
    expect(unavailableMaxOf(deployment(4, { maxSurge: 0, maxUnavailable: 0 }))).to.equal(1));
  it('let no more be missing than there are', () =>
    expect(unavailableMaxOf(deployment(2, { maxSurge: 0, maxUnavailable: 5 }))).to.equal(2));
  it('are 25 % unless said otherwise', () =>
    expect([surgeMaxOf(deployment(4, {})), unavailableMaxOf(deployment(4, {}))]).to.deep.equal([1, 1]));
});

describe('a step of a rolling update', () => {
  const one = { maxSurge: 1, maxUnavailable: 1 };
  const cases: readonly (readonly [string, Rollout, string])[] = [
    ['grows the new set by the surge', rollout(deployment(4, one), set('new', 0), set('old', 4)), 'new 1'],
    [
      'shrinks the old set as far as may be missing',
      rollout(deployment(4, one), set('new', 1, 1, 0), set('old', 4)),
      'old 3',
    ],
    [
      'waits while nothing may be missing',
      rollout(deployment(4, { maxSurge: 1, maxUnavailable: 0 }), set('new', 1, 1, 0), set('old', 4)),
      '',
    ],
    [
      'goes on once the new pod is available',
      rollout(deployment(4, { maxSurge: 1, maxUnavailable: 0 }), set('new', 1), set('old', 4)),
      'old 3',
    ],
    [
      'counts pods that a smaller set still has',
      rollout(deployment(4, one), set('new', 1, 1, 0), set('old', 3, 4, 4)),
      '',
    ],
    [
      'takes the sick of the old sets first',
      rollout(deployment(4, one), set('new', 1, 1, 0), set('older', 2, 2, 0), set('old', 2)),
      'older 1',
    ],
    [
      'does not trust more pods to be available than are asked for',
      rollout(deployment(3, { maxSurge: 1, maxUnavailable: 0 }), set('new', 2, 2, 1), set('old', 2, 3, 3)),
      '',
    ],
    [
      'shrinks the oldest first',
      rollout(deployment(4, { maxSurge: 0, maxUnavailable: 4 }), set('new', 4, 4, 4), set('older', 1), set('old', 1)),
      'older 0, old 0',
    ],
    ['shrinks the new set when less is asked for', rollout(deployment(2, one), set('new', 4)), 'new 2'],
    ['does nothing once all is new', rollout(deployment(4, one), set('new', 4), set('old', 0)), ''],
  ];
  for (const [what, so, expected] of cases) it(what, () => expect(sizes(rollingSizes(so))).to.equal(expected));
});

describe('a resized rollout', () => {
  const mark = (desired: number, max: number) => ({
    'deployment.kubernetes.io/desired-replicas': `${desired}`,
    'deployment.kubernetes.io/max-replicas': `${max}`,
  });
  it('is known by the size its sets were last sized for', () => {
    expect(isResized(rollout(deployment(4, {}), set('new', 3, 3, 3, mark(3, 4))))).to.equal(true);
    expect(isResized(rollout(deployment(3, {}), set('new', 3, 3, 3, mark(3, 4))))).to.equal(false);
    expect(isResized(rollout(deployment(4, {}), set('old', 0, 0, 0, mark(3, 4))))).to.equal(false);
  });
  it('gives everything to the only set that has pods', () =>
    expect(sizes(resizedSizes(rollout(deployment(7, {}), set('new', 3), set('old', 0))))).to.equal('new 7'));
  it('shares in proportion, what is left over to the largest', () =>
    expect(
      sizes(
        resizedSizes(
          rollout(
            deployment(15, { maxSurge: 3 }),
            set('new', 5, 5, 0, mark(10, 13)),
            set('old', 8, 8, 8, mark(10, 13)),
          ),
        ),
      ),
    ).to.equal('old 11, new 7'));
  it('shrinks in proportion', () =>
    expect(
      sizes(
        resizedSizes(
          rollout(deployment(5, { maxSurge: 0 }), set('new', 4, 4, 0, mark(10, 10)), set('old', 6, 6, 6, mark(10, 10))),
        ),
      ),
    ).to.equal('old 3, new 2'));
  it('empties old sets once the new one is full', () =>
    expect(
      sizes(resizedSizes(rollout(deployment(4, {}), set('new', 4, 4, 4, mark(4, 5)), set('old', 1, 1, 1, mark(3, 4))))),
    ).to.equal('old 0'));
});

describe('names of templates', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };
  it('are the same for the same template, whatever the order of its keys', () => {
    const turned = { spec: template.spec, metadata: template.metadata };
    expect(templateHash(template, 0))
      .to.equal(templateHash(turned, 0))
      .and.match(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });
  it('differ for another template, and after a collision', () => {
    expect(templateHash({ ...template, spec: { containers: [] } }, 0)).not.to.equal(templateHash(template, 0));
    expect(templateHash(template, 1)).not.to.equal(templateHash(template, 0));
  });
  it('do not make templates differ', () => {
    const named = { ...template, metadata: { labels: { app: 'web', 'pod-template-hash': 'x' } } };
    expect(isSameTemplate(template, named)).to.equal(true);
    expect(isSameTemplate(template, { ...template, metadata: { labels: { app: 'other' } } })).to.equal(false);
  });
});

describe('revisions', () => {
  const revision = 'deployment.kubernetes.io/revision';
  const history = 'deployment.kubernetes.io/revision-history';
  it('begin at 1 and follow the latest', () => {
    expect(annotationsOf(deployment(1, {}), undefined, [])[revision]).to.equal('1');
    expect(annotationsOf(deployment(1, {}), undefined, [set('old', 0, 0, 0, { [revision]: '4' })])[revision]).to.equal(
      '5',
    );
  });
  it('move on when a set is taken up again, which remembers those it had', () => {
    const again = set('new', 1, 1, 1, { [revision]: '1', [history]: '0' });
    expect(annotationsOf(deployment(1, {}), again, [set('old', 1, 1, 1, { [revision]: '2' })])).to.include({
      [revision]: '3',
      [history]: '0,1',
    });
  });
  it('come with what users noted on the Deployment, but not with what is its own', () => {
    const of = deployment(
      1,
      {},
      {},
      {
        'kubernetes.io/change-cause': 'because',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        [revision]: '9',
      },
    );
    expect(annotationsOf(of, undefined, [])).to.deep.equal({
      'kubernetes.io/change-cause': 'because',
      [revision]: '1',
    });
  });
});

describe('progress', () => {
  const told = (reason: string, seconds: number) => ({
    type: 'Progressing',
    status: 'True' as const,
    reason,
    lastUpdateTime: new Date(epochMs - seconds * 1_000).toISOString(),
    lastTransitionTime: '2025-12-31T00:00:00Z',
  });
  const so = (before: object, after: object, conditions: readonly ReturnType<typeof told>[], seconds = 600) => {
    const of = { ...deployment(2, {}, { progressDeadlineSeconds: seconds }), status: before };
    const { conditions: said = [] } = withProgress(rollout(of, set('new', 2)), { ...after, conditions }, epochMs);
    return said.find(({ type }) => type === 'Progressing');
  };
  const half = { replicas: 2, updatedReplicas: 2, availableReplicas: 1 };
  it('is complete when all that is asked for is new and available', () =>
    expect(so(half, { ...half, availableReplicas: 2 }, [told('ReplicaSetUpdated', 1)])).to.include({
      reason: 'NewReplicaSetAvailable',
      message: 'ReplicaSet "new" has successfully progressed.',
      lastTransitionTime: '2025-12-31T00:00:00Z',
    }));
  it('is made when more is available than before, and the deadline counts anew', () =>
    expect(so({ ...half, availableReplicas: 0 }, half, [told('ReplicaSetUpdated', 500)])).to.include({
      reason: 'ReplicaSetUpdated',
      lastUpdateTime: '2026-01-01T00:00:00Z',
      lastTransitionTime: '2025-12-31T00:00:00Z',
    }));
  it('is late once nothing moved for longer than the deadline', () => {
    expect(so(half, half, [told('ReplicaSetUpdated', 600)])).to.include({ reason: 'ReplicaSetUpdated' });
    expect(so(half, half, [told('ReplicaSetUpdated', 601)])).to.include({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
    });
  });
  it('is not watched without a deadline', () =>
    expect(so(half, half, [told('ReplicaSetUpdated', 9_999)], 2 ** 31 - 1)).to.equal(undefined));
  it('once complete, is not taken back when a pod is replaced', () =>
    expect(so({ ...half, availableReplicas: 2 }, half, [told('NewReplicaSetAvailable', 9_999)])).to.include({
      reason: 'NewReplicaSetAvailable',
    }));
});
