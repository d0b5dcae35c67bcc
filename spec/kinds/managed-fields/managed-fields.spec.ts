import { expect } from 'chai';
import { type ManagedFieldsEntry, managedAfter } from '../../../kinds/managed-fields/managed-fields.ts';
import type { ApiObject } from '../../../kinds/object.ts';

const at = Date.UTC(2026, 0, 1);
const by = (manager: string, type = 'SpecReplaced') => ({
  ref: { resource: 'pods', namespace: 'default', name: 'web' },
  event: { type },
  position: 1,
  revision: 0,
  at,
  origin: { command: 'c', by: { user: 'u', groups: [] }, via: 'api', manager, causes: [] },
});
const pod = (content: object, metadata: object = {}): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...metadata,
  },
  ...content,
});
const managed = (before: ApiObject, managedFields: readonly ManagedFieldsEntry[]): ApiObject => ({
  ...before,
  metadata: { ...before.metadata, managedFields },
});
const setOf = (entries: ReturnType<typeof managedAfter>, manager: string) =>
  entries.find((one) => one.manager === manager)?.fieldsV1;

describe('managed fields', () => {
  const created = pod(
    { spec: { containers: [{ name: 'web', image: 'a', resources: {} }], dnsPolicy: 'ClusterFirst' } },
    { labels: { app: 'web' } },
  );
  const first = managedAfter(undefined, created, by('kubectl-create', 'Created'));

  it('are all of what a creation sets, with the marks that upstream sets', () => {
    expect(first).to.deep.equal([
      {
        manager: 'kubectl-create',
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:name': {}, 'f:image': {}, 'f:resources': {} } },
            'f:dnsPolicy': {},
          },
        },
      },
    ]);
  });

  it('go to who changed them, and to nobody else', () => {
    const before = managed(created, first);
    const after = pod(
      { spec: { containers: [{ name: 'web', image: 'b', resources: {} }], dnsPolicy: 'ClusterFirst' } },
      { labels: { app: 'web' } },
    );
    const now = managedAfter(before, after, by('kubectl-set'));
    expect(setOf(now, 'kubectl-set')).to.deep.equal({
      'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } },
    });
    expect(setOf(now, 'kubectl-create'))
      .to.have.nested.property('f:spec.f:containers')
      .that.deep.equals({
        'k:{"name":"web"}': { '.': {}, 'f:name': {}, 'f:resources': {} },
      });
  });

  it('are kept apart by subresource', () => {
    const after = { ...created, status: { phase: 'Running' } };
    const now = managedAfter(managed(created, first), after, by('kubelet', 'StatusReported'));
    expect(now.find(({ manager }) => manager === 'kubelet')).to.include({ subresource: 'status' });
    expect(setOf(now, 'kubelet')).to.deep.equal({ 'f:status': { 'f:phase': {} } });
  });

  it('are nobody’s once they are gone', () => {
    const now = managedAfter(
      managed(created, first),
      pod({ spec: { containers: [{ name: 'web', image: 'a', resources: {} }] } }),
      by('kubectl-edit'),
    );
    expect(setOf(now, 'kubectl-edit')).to.equal(undefined);
    expect(JSON.stringify(setOf(now, 'kubectl-create'))).not.to.match(/labels|dnsPolicy/);
  });

  it('do not move when nothing that is managed does', () => {
    const before = managed(created, first);
    expect(
      managedAfter(
        before,
        { ...before, metadata: { ...before.metadata, resourceVersion: '9', generation: 2 } },
        by('other'),
      ),
    ).to.equal(first);
  });

  it('put the updates of many managers together', () => {
    let object = managed(created, first);
    for (let i = 0; i < 20; i++) {
      const labels = { ...object.metadata.labels, [`l${i}`]: 'x' };
      const after = { ...object, metadata: { ...object.metadata, labels } };
      object = managed(after, managedAfter(object, after, by(`m${i}`)));
    }
    const managers = (object.metadata.managedFields as ReturnType<typeof managedAfter>).map(({ manager }) => manager);
    expect(managers).to.have.length(10).and.to.include('ancient-changes');
  });
});
