import { expect } from 'chai';
import { authorityPublisher, serviceAccount } from '../../actors/namespaces/furnishing.ts';
import { namespaceDeletion } from '../../actors/namespaces/namespace-deletion.ts';
import { kinds } from '../../kinds/index.ts';
import { linesOf, type Sketch, stepOf, wishesOf, worldOf } from '../support/world.ts';

const namespace = (name: string, more: object = {}): Sketch => ({
  kind: 'Namespace',
  metadata: { name, ...more },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

describe('namespaces are furnished', () => {
  const publisher = authorityPublisher('PEM');
  it('with an account and the authority', () => {
    expect(linesOf(wishesOf(serviceAccount, worldOf(namespace('shop')), 'shop'))).to.deep.equal([
      'Create serviceaccounts/default',
    ]);
    expect(linesOf(wishesOf(publisher, worldOf(namespace('shop')), 'shop'))).to.deep.equal([
      'Create configmaps/kube-root-ca.crt',
    ]);
  });
  it('again when somebody took or changed them', () => {
    const account: Sketch = { kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } };
    expect(serviceAccount.touches(stepOf(account, undefined), worldOf())).to.deep.equal(['shop']);
    const map: Sketch = {
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace: 'shop' },
      data: { 'ca.crt': 'other' },
    };
    expect(linesOf(wishesOf(publisher, worldOf(namespace('shop'), map), 'shop'))).to.deep.equal([
      'Replace configmaps/kube-root-ca.crt',
    ]);
  });
  it('but not while they are going', () =>
    expect(wishesOf(serviceAccount, worldOf(namespace('shop', { deletionTimestamp: 't' })), 'shop')).to.deep.equal([]));
});

describe('a namespace that is going', () => {
  const deletion = namespaceDeletion(kinds);
  const going = {
    ...namespace('shop', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    status: { phase: 'Terminating' },
  };
  const inShop = (kind: string, name: string, more: object = {}): Sketch => ({
    kind,
    metadata: { name, namespace: 'shop', ...more },
    spec: { containers: [] },
    involvedObject: {},
  });
  const lines = (...sketches: readonly Sketch[]) =>
    linesOf(wishesOf(deletion, worldOf(...sketches), 'shop')).filter((line) => !line.startsWith('ReportStatus'));

  it('loses its pods first, then the rest, then itself', () => {
    expect(lines(going, inShop('Pod', 'web'), inShop('ConfigMap', 'map'))).to.deep.equal(['Delete pods/web']);
    expect(lines(going, inShop('ConfigMap', 'map'))).to.deep.equal(['Delete configmaps/map']);
    expect(lines(going)).to.deep.equal(['Finalize namespaces/shop']);
  });
  it('waits for what is going already', () =>
    expect(lines(going, inShop('Pod', 'web', { deletionTimestamp: 't' }))).to.deep.equal([]));
  it('has its turn whenever something in it changes', () => {
    expect(deletion.touches(stepOf(inShop('ConfigMap', 'map'), undefined), worldOf(going))).to.deep.equal(['shop']);
    expect(deletion.touches(stepOf(undefined, inShop('ConfigMap', 'map')), worldOf(namespace('shop')))).to.deep.equal(
      [],
    );
  });
});
