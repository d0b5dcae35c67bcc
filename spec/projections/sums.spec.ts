import { expect } from 'chai';
import type { Sketch } from '../support/world.ts';
import { objectOf, worldOf } from '../support/world.ts';
import { addUp } from '../../projections/sums.ts';
import { pod } from '../../kinds/pod.ts';

const web = (name: string, node: string | undefined, cpu: string, phase = 'Running'): Sketch => ({
  kind: 'Pod',
  metadata: { name },
  spec: {
    ...(node !== undefined && { nodeName: node }),
    containers: [{ name: 'c', resources: { requests: { cpu } } }],
  },
  status: { phase },
});

describe('sums', () => {
  it('are of all that counts under a value', () => {
    const world = worldOf(
      web('one', 'a', '500m'),
      web('two', 'a', '1'),
      web('over', 'a', '1', 'Failed'),
      web('waits', undefined, '1'),
    );
    expect(world.sumOf('pods', 'requests', 'a')).to.deep.equal({ cpu: 1_500, pods: 2 });
    expect(world.sumOf('pods', 'requests', 'b')).to.deep.equal({});
  });

  it('follow changes, and end where they began', () => {
    const sums = addUp(pod);
    const [waits, runs, over] = [
      web('one', undefined, '1'),
      web('one', 'a', '1'),
      web('one', 'a', '1', 'Succeeded'),
    ].map(objectOf);
    sums.change(undefined, waits);
    expect(sums.of('requests', 'a')).to.deep.equal({});
    sums.change(waits, runs);
    expect(sums.of('requests', 'a')).to.deep.equal({ cpu: 1_000, pods: 1 });
    sums.change(runs, over);
    expect(sums.of('requests', 'a')).to.deep.equal({});
  });

  it('that no kind keeps cannot be asked for', () =>
    expect(() => worldOf(web('one', 'a', '1')).sumOf('pods', 'colours', 'a')).to.throw('the kind keeps no such sum'));
});
