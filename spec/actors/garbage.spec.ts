import { expect } from 'chai';
import { garbage } from '../../actors/garbage.ts';
import { kinds } from '../../kinds/index.ts';
import { linesOf, ownedBy, type Sketch, stepOf, wishesOf, worldOf } from '../support/world.ts';

const collector = garbage(kinds);
const map = (name: string, metadata: object = {}): Sketch => ({ kind: 'ConfigMap', metadata: { name, ...metadata } });
const owner = map('owner');
const owned = (name: string, ...owners: readonly Sketch[]) =>
  map(name, { ownerReferences: owners.flatMap((one) => ownedBy(one, { controller: false })) });
const going = (finalizer: string) =>
  map('owner', { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [finalizer] });

/** What comes of a change in a World: keys, each with what is done about it. */
const cameOf = (before: Sketch | undefined, after: Sketch | undefined, ...rest: readonly Sketch[]) => {
  const world = worldOf(...(after ? [after] : []), ...rest);
  return collector.touches(stepOf(before, after), world).flatMap((key) => wishesOf(collector, world, key));
};

describe('garbage', () => {
  it('is what belonged to an object that is gone', () => {
    const wishes = cameOf(owner, undefined, owned('one', owner), owned('two', owner), map('other'));
    expect(linesOf(wishes)).to.deep.equal(['Delete configmaps/one', 'Delete configmaps/two']);
    expect(wishes[0]?.['options']).to.deep.equal({
      preconditions: { uid: 'one-uid' },
      propagationPolicy: 'Background',
    });
  });

  it('is not what another owner still needs, which only forgets the one that is gone', () => {
    const [wish, ...more] = cameOf(owner, undefined, owned('one', owner, map('second')), map('second'));
    expect(more).to.deep.equal([]);
    expect(wish).to.have.nested.property('object.metadata.ownerReferences.length', 1);
    expect(wish).to.have.nested.property('object.metadata.ownerReferences[0].name', 'second');
  });

  it('is what names an owner that is not there', () => {
    expect(linesOf(cameOf(undefined, owned('stray', owner)))).to.deep.equal(['Delete configmaps/stray']);
    expect(cameOf(undefined, owned('fine', owner), owner)).to.deep.equal([]);
  });

  it('is what names an owner of that name with another uid', () =>
    expect(linesOf(cameOf(undefined, owned('stray', owner), map('owner', { uid: 'new' })))).to.deep.equal([
      'Delete configmaps/stray',
    ]));

  it('is not what names an owner of a kind that is not served', () => {
    const ownerReferences = [{ apiVersion: 'example.org/v1', kind: 'Thing', name: 'x', uid: 'x' }];
    expect(cameOf(undefined, map('one', { ownerReferences }))).to.deep.equal([]);
  });

  it('costs nothing for objects without owners', () =>
    expect(collector.touches(stepOf(undefined, owner), worldOf(owner))).to.deep.equal([]));

  describe('in the foreground', () => {
    it('goes before its owner', () => {
      const wishes = cameOf(owner, going('foregroundDeletion'), owned('one', owner));
      expect(linesOf(wishes)).to.deep.equal(['Delete configmaps/one']);
      expect(wishes[0]).to.have.nested.property('options.propagationPolicy', 'Foreground');
    });
    it('lets its owner go once the last that blocks it is gone', () => {
      const [wish] = cameOf(owned('one', owner), undefined, going('foregroundDeletion'));
      expect(wish).to.include({ type: 'Replace' });
      expect(wish).not.to.have.nested.property('object.metadata.finalizers');
    });
    it('is not waited for when it does not block', () => {
      const loose = map('one', { ownerReferences: ownedBy(owner, { blockOwnerDeletion: false }) });
      expect(linesOf(cameOf(owner, going('foregroundDeletion'), loose))).to.deep.equal(['Replace configmaps/owner']);
    });
  });

  it('is nothing that shall be orphaned: it is let go of, then the owner goes', () => {
    expect(linesOf(cameOf(owner, going('orphan'), owned('one', owner)))).to.deep.equal(['Replace configmaps/one']);
    const [wish] = cameOf(owned('one', owner), map('one'), going('orphan'));
    expect(linesOf(wish ? [wish] : [])).to.deep.equal(['Replace configmaps/owner']);
  });
});
