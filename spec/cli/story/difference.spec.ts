import { expect } from 'chai';
import { differencesBetween, telling } from '../../../cli/story/difference.ts';
import { differenceText, withVeil } from '../../../cli/story/value-text.ts';

const texts = (from: unknown, to: unknown, leaves = false) => differencesBetween(from, to, leaves).map(differenceText);

describe('what changed, field by field', () => {
  it('names a field by its path, with what it was and is', () => {
    expect(texts({ spec: { replicas: 3, paused: true } }, { spec: { replicas: 2, name: 'a b' } })).to.deep.equal([
      'spec.replicas: 3 → 2',
      'spec.paused: removed, was true',
      'spec.name: "a b"',
    ]);
    expect(texts({ a: 1 }, { a: 1 })).to.deep.equal([]);
  });

  it('finds elements of lists by what names them', () => {
    const from = {
      containers: [
        { name: 'a', image: 'a:1' },
        { name: 'b', image: 'b:1' },
      ],
    };
    const to = {
      containers: [
        { name: 'b', image: 'b:2' },
        { name: 'a', image: 'a:1' },
      ],
    };
    expect(texts(from, to)).to.deep.equal(['containers[b].image: b:1 → b:2']);
    const taint = (effect: string, value = '') => ({ key: 'k', effect, value });
    expect(texts({ taints: [taint('a'), taint('b')] }, { taints: [taint('b', 'x')] }, true)).to.deep.equal([
      'taints[k:a].value: removed, was ""',
      'taints[k:b].value: "" → x',
    ]);
    expect(texts({ args: ['a'] }, { args: ['a', 'b'] })).to.deep.equal(['args: ["a"] → ["a","b"]']);
  });

  it('keeps a list whole when two elements have one name', () => {
    const ports = [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }];
    expect(texts({ ports: [] }, { ports })).to.deep.equal([`ports: [] → ${JSON.stringify(ports)}`]);
  });

  it('tells what is new as a whole, or in its parts without what names them', () => {
    const to = { labels: { 'a.b/c': '1' }, conditions: [{ type: 'Ready', status: 'True' }] };
    expect(texts({}, to)).to.deep.equal(['labels: {"a.b/c":"1"}', 'conditions: [{"type":"Ready","status":"True"}]']);
    expect(texts({}, to, true)).to.deep.equal(['labels[a.b/c]: 1', 'conditions[Ready].status: True']);
  });

  it('passes over what changes with every change', () => {
    const from = { metadata: { generation: 1 }, status: { observedGeneration: 1, replicas: 1 } };
    const to = { metadata: { generation: 2 }, status: { observedGeneration: 2, replicas: 2 } };
    expect(telling(differencesBetween(from, to)).map(({ path }) => path)).to.deep.equal(['status.replicas']);
  });

  it('hides the content of Secrets, and of nothing else', () => {
    const differences = differencesBetween({ data: { a: '1' }, type: 'x' }, { data: { b: '2' }, type: 'y' });
    expect(withVeil({ resource: 'secrets' }, differences).map(differenceText)).to.deep.equal([
      'data.a: removed, was (hidden)',
      'data.b: (hidden)',
      'type: x → y',
    ]);
    expect(withVeil({ resource: 'configmaps' }, differences).map(differenceText)).to.include('data.b: 2');
  });
});
