import { expect } from 'chai';
import { claims } from '../../actors/claims.ts';
import { epochMs } from '../support/clock.ts';
import { linesOf, type Sketch, stepOf, wishesOf, worldOf } from '../support/world.ts';

const hour = epochMs + 3_600_000;

describe('claims', () => {
  const holder = { resource: 'services', namespace: 'default', name: 'web', uid: 'web-uid' };
  const claim: Sketch = { kind: 'Claim', metadata: { name: 'clusterip-10.96.0.9' }, spec: { holder } };
  const service = (spec: object): Sketch => ({ kind: 'Service', metadata: { name: 'web' }, spec });
  const held = service({ clusterIPs: ['10.96.0.9'] });
  const freed = service({ type: 'ExternalName' });
  const key = 'clusterip-10.96.0.9|';

  it('are kept while their Service names them', () =>
    expect(wishesOf(claims, worldOf(claim, held), key, hour)).to.deep.equal([]));
  it('that nobody took up are freed, but not before their command had its time', () => {
    expect(claims.reconcile(worldOf(claim), key, epochMs + 29_999)).to.deep.equal({
      commands: [],
      recheckAt: epochMs + 30_000,
    });
    expect(linesOf(wishesOf(claims, worldOf(claim), key, epochMs + 30_000))).to.deep.equal([
      'Delete claims.reckon.dev/clusterip-10.96.0.9',
    ]);
  });
  it('wait again when they were asked for again', () => {
    const renewed = {
      ...claim,
      metadata: { ...claim.metadata, annotations: { 'reckon.dev/renewed': '2026-01-01T00:10:00Z c1' } },
    };
    expect(wishesOf(claims, worldOf(renewed), key, epochMs + 610_000)).to.deep.equal([]);
  });
  it('that a Service was seen to give up are freed at once, and only as they were seen', () => {
    const [given = ''] = claims.touches(stepOf(held, freed), worldOf(claim, freed));
    expect(given).to.equal('clusterip-10.96.0.9|web-uid');
    const [wish] = wishesOf(claims, worldOf(claim, freed), given);
    expect(wish?.['options']).to.deep.equal({
      preconditions: { uid: 'clusterip-10.96.0.9-uid', resourceVersion: '1' },
    });
    const theirs = { ...claim, spec: { holder: { ...holder, uid: 'other' } } };
    expect(wishesOf(claims, worldOf(theirs), given)).to.deep.equal([]);
  });
  it('are given up by a Service that is gone, or gone and made anew', () => {
    expect(claims.touches(stepOf(held, undefined), worldOf())).to.deep.equal(['clusterip-10.96.0.9|web-uid']);
    const anew = { ...held, metadata: { name: 'web', uid: 'new' } };
    expect(claims.touches(stepOf(held, anew), worldOf(anew))).to.deep.equal(['clusterip-10.96.0.9|web-uid']);
  });
});
