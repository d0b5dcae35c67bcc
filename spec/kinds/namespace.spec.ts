import { expect } from 'chai';
import { type Namespace, namespace } from '../../kinds/namespace.ts';
import { created, given } from '../support/given.ts';

const living = created(namespace, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
const doomed = {
  type: 'DeletionRequested',
  delta: [
    ['/metadata/deletionTimestamp', '2026-01-01T00:00:00Z'],
    ['/metadata/deletionGracePeriodSeconds', 0],
    ['/status/phase', 'Terminating'],
  ],
};

describe('namespaces', () => {
  it('begin Active, held by who empties them, and carry their name as a label', () =>
    given(namespace)
      .when({ type: 'Create', object: { metadata: { name: 'web' } } })
      .leaves((object) => {
        const { metadata, spec, status } = object as Namespace;
        expect(metadata.labels).to.deep.equal({ 'kubernetes.io/metadata.name': 'web' });
        expect(spec).to.deep.equal({ finalizers: ['kubernetes'] });
        expect(status).to.deep.equal({ phase: 'Active' });
      }));

  it('terminate, and stay until they are empty', () =>
    given(namespace, living).when({ type: 'Delete', options: {} }).records(doomed));

  it('go once nobody holds them', () =>
    given(namespace, living, doomed)
      .when({ type: 'Finalize', finalizers: [] })
      .records({ type: 'FinalizersChanged', delta: [['/spec/finalizers', []]] }, { type: 'Deleted' }));

  it('stay while they live, though nobody holds them', () =>
    given(namespace, living)
      .when({ type: 'Finalize', finalizers: [] })
      .records({ type: 'FinalizersChanged', delta: [['/spec/finalizers', []]] }));

  it('keep their finalizers whatever a write says', () =>
    given(namespace, living)
      .when({
        type: 'Replace',
        object: { metadata: { name: 'web', labels: { 'kubernetes.io/metadata.name': 'web', a: 'b' } }, spec: {} },
      })
      .leaves((object) => expect((object as Namespace).spec).to.deep.equal({ finalizers: ['kubernetes'] })));
});
