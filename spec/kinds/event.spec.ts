import { expect } from 'chai';
import { type ApiEvent, event } from '../../kinds/event.ts';
import { noteOn } from '../../kinds/note.ts';
import { pod } from '../../kinds/pod.ts';
import { after, created, given } from '../support/given.ts';

const web = after(pod, created(pod, { spec: { containers: [] } }));
if (!web) throw new Error('a created pod exists');
const telling = { sort: 'Normal', reason: 'Pulled', message: 'it is here', component: 'kubelet', host: 'a' } as const;
const note = { ...noteOn(web, telling), ref: { resource: 'events', namespace: 'default', name: 'web' } };

describe('events', () => {
  it('are made by the first note', () =>
    given(event)
      .when(note)
      .leaves((object) => {
        const { involvedObject, count, reason, source, firstTimestamp } = object as ApiEvent;
        expect(involvedObject).to.include({ kind: 'Pod', name: 'web', uid: 'uid-1' });
        expect({ count, reason, source, firstTimestamp }).to.deep.equal({
          count: 1,
          reason: 'Pulled',
          source: { component: 'kubelet', host: 'a' },
          firstTimestamp: '2026-01-01T00:00:00Z',
        });
      }));

  it('count up when told again, and hold everything, for older events may be let go of', () => {
    const object = {
      metadata: { name: 'web', namespace: 'default', uid: 'u', creationTimestamp: 't' },
      count: 2,
      reason: 'Pulled',
    };
    given(event, { type: 'Created', object })
      .when(note)
      .records({ type: 'Repeated', object: { ...object, count: 3, lastTimestamp: '2026-01-01T00:00:00Z' } });
    const alone = after(event, { type: 'Repeated', object });
    expect((alone as ApiEvent).count).to.equal(2);
  });

  it('bear a name that follows from what they tell', () => {
    const name = (more: object) => noteOn(web, { ...telling, ...more }).ref.name;
    expect(name({}))
      .to.equal(name({}))
      .and.match(/^web\.[0-9a-f]{16}$/);
    expect(name({ message: 'it is gone' })).not.to.equal(name({}));
    expect(name({ host: 'b' })).not.to.equal(name({}));
  });

  it('may be called anything that stands in a path', () => {
    expect(event.nameCheck('Some_Pod.17a')).to.deep.equal([]);
    expect(event.nameCheck('a/b')).to.deep.equal(["may not contain '/'"]);
  });

  it('cut what is longer than clients expect', () =>
    expect(noteOn(web, { ...telling, message: 'x'.repeat(2_000) }).message).to.have.length(1_024));
});
