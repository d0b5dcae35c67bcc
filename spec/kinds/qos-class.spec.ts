import { expect } from 'chai';
import { qosClassOf } from '../../kinds/qos-class.ts';

const container = (requests: object, limits: object) => ({ name: 'c', resources: { requests, limits } as never });
const both = { cpu: '1', memory: '1Gi' };

describe('the quality of service of a pod', () => {
  const rows: readonly (readonly [string, readonly ReturnType<typeof container>[], string])[] = [
    ['nothing asked for', [container({}, {})], 'BestEffort'],
    ['only other resources asked for', [container({ 'example.org/gpu': '1' }, {})], 'BestEffort'],
    ['all asked for to the limit', [container(both, both)], 'Guaranteed'],
    ['the same amounts in other words', [container({ cpu: '1000m', memory: '1024Mi' }, both)], 'Guaranteed'],
    ['limits alone, which is what is asked for', [container({}, both)], 'Guaranteed'],
    ['less asked for than the limit', [container({ cpu: '500m', memory: '1Gi' }, both)], 'Burstable'],
    ['one resource only', [container({}, { cpu: '1' })], 'Burstable'],
    ['one container of several without', [container(both, both), container({}, {})], 'Burstable'],
    ['zero, which is nothing', [container({ cpu: '0' }, {})], 'BestEffort'],
  ];
  for (const [what, containers, expected] of rows)
    it(`with ${what} is ${expected}`, () => expect(qosClassOf({ containers })).to.equal(expected));

  it('looks at init containers too', () =>
    expect(qosClassOf({ containers: [container(both, both)], initContainers: [container({}, {})] })).to.equal(
      'Burstable',
    ));
});
