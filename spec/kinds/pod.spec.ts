import { expect } from 'chai';
import { type Pod, pod } from '../../kinds/pod.ts';
import { after, created, given } from '../support/given.ts';

const waiting = created(pod, { spec: { containers: [{ name: 'web', image: 'web:1' }] }, status: { phase: 'Pending' } });
const bound = { type: 'Bound', node: 'a', since: '2026-01-01T00:00:00Z' };
const asked = {
  type: 'DeletionRequested',
  delta: [
    ['/metadata/deletionTimestamp', '2026-01-01T00:00:30Z'],
    ['/metadata/deletionGracePeriodSeconds', 30],
  ],
};
const ended = { type: 'StatusReported', delta: [['/status/phase', 'Succeeded']] };

const deletionOf = (object: unknown) => (object as Pod | undefined)?.metadata.deletionGracePeriodSeconds;

describe('pods', () => {
  it('begin as Pending, whatever status they come with', () =>
    given(pod)
      .when({
        type: 'Create',
        object: {
          metadata: { name: 'web' },
          spec: { containers: [{ name: 'web', image: 'web:1' }] },
          status: { phase: 'Running' },
        },
      })
      .leaves((object) => expect((object as Pod).status?.phase).to.equal('Pending')));

  describe('are bound', () => {
    it('to a node, once', () => given(pod, waiting).when({ type: 'Bind', node: 'a' }).records(bound));

    it('with the reasons why it is that node', () => {
      const placement = {
        nodes: 2,
        feasible: 1,
        refused: { 'Insufficient cpu': 1 },
        scores: [{ node: 'a', total: 7, by: { fit: 7 } }],
      };
      given(pod, waiting)
        .when({ type: 'Bind', node: 'a', placement })
        .records({ ...bound, placement });
    });

    it('to the same node again without a word', () =>
      given(pod, waiting, bound).when({ type: 'Bind', node: 'a' }).records());

    it('and then count as scheduled', () =>
      expect((after(pod, waiting, bound) as Pod).status?.conditions).to.deep.equal([
        { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ]));

    it('but never move', () =>
      given(pod, waiting, bound)
        .when({ type: 'Bind', node: 'b' })
        .refuses(
          'Conflict',
          'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "a"',
        ));

    it('but not once they are to go', () =>
      given(pod, waiting, asked)
        .when({ type: 'Bind', node: 'a' })
        .refuses(
          'Conflict',
          'Operation cannot be fulfilled on pods/binding "web": pod web is being deleted, cannot be assigned to a host',
        ));

    it('but not while a gate is closed', () =>
      given(pod, created(pod, { spec: { containers: [], schedulingGates: [{ name: 'wait' }] } }))
        .when({ type: 'Bind', node: 'a' })
        .refuses(
          'Conflict',
          'Operation cannot be fulfilled on pods/binding "web": pod web has non-empty .spec.schedulingGates',
        ));

    it('but not when it is another pod of that name', () =>
      given(pod, waiting).when({ type: 'Bind', node: 'a', uid: 'other' }).refuses('NotFound', 'pods "web" not found'));
  });

  describe('go', () => {
    const deletion = (options: object = {}) => ({ type: 'Delete', options });

    it('at once while they have no node', () => given(pod, waiting).when(deletion()).records({ type: 'Deleted' }));

    it('at once when they are over', () =>
      given(pod, waiting, bound, ended).when(deletion()).records({ type: 'Deleted' }));

    it('with 30 seconds of grace from their node', () =>
      given(pod, waiting, bound)
        .when(deletion())
        .leaves((object) => expect(deletionOf(object)).to.equal(30)));

    it('with the grace they name', () =>
      given(pod, created(pod, { spec: { containers: [], nodeName: 'a', terminationGracePeriodSeconds: 5 } }))
        .when(deletion())
        .leaves((object) => expect(deletionOf(object)).to.equal(5)));

    it('sooner when asked again with less', () =>
      given(pod, waiting, bound, asked)
        .when(deletion({ gracePeriodSeconds: 2 }))
        .leaves((object) => expect(deletionOf(object)).to.equal(2)));

    it('no later when asked again with more', () =>
      given(pod, waiting, bound, asked)
        .when(deletion({ gracePeriodSeconds: 60 }))
        .records());

    it('for good once their node says so', () =>
      given(pod, waiting, bound, asked)
        .when(deletion({ gracePeriodSeconds: 0 }))
        .records({ type: 'Deleted' }));
  });
});
