import { expect } from 'chai';
import { firstObjects } from '../../actors/first-objects.ts';
import { linesOf, type Sketch, stepOf, wishesOf, worldOf } from '../support/world.ts';

const namespace = (name: string, more: object = {}): Sketch => ({
  kind: 'Namespace',
  metadata: { name, ...more },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

describe('first objects', () => {
  const place = { address: '192.0.2.1', port: 6_443, serviceCidr: '10.96.0.0/16' };
  const first = firstObjects(place);
  it('are wished for in an empty World, namespaces before what is in them', () => {
    const lines = linesOf(wishesOf(first, worldOf(), 'first'));
    expect(lines.slice(0, 4)).to.deep.equal(
      ['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => `Create namespaces/${name}`),
    );
    expect(lines).to.include('Create services/kubernetes');
  });
  it('are looked at once at start', () => expect(first.first).to.deep.equal(['first']));
  it('are made again when they are gone', () => {
    expect(first.touches(stepOf(namespace('kube-public'), undefined), worldOf())).to.deep.equal(['first']);
    expect(first.touches(stepOf(namespace('shop'), undefined), worldOf())).to.deep.equal([]);
  });
  it('follow the API server to another address', () => {
    const endpoints: Sketch = {
      kind: 'Endpoints',
      metadata: { name: 'kubernetes' },
      subsets: [{ addresses: [{ ip: '192.0.2.9' }], ports: [{ name: 'https', port: 6_443, protocol: 'TCP' }] }],
    };
    const wish = wishesOf(first, worldOf(endpoints), 'first').find(({ type }) => type === 'Replace');
    expect(wish).to.have.nested.property('object.subsets[0].addresses[0].ip', '192.0.2.1');
  });
});
