import { expect } from 'chai';
import { noPacketFilter } from '../../../runtime-agent/packet-filter/none.ts';
import { packetFilterContract } from './packet-filter.contract.ts';
import { nodeWith } from './samples.ts';

describe('noPacketFilter', () => {
  packetFilterContract(noPacketFilter);

  it('remembers what it was last asked', async () => {
    const filter = noPacketFilter();
    expect(filter.asked()).to.equal(undefined);
    const node = nodeWith([]);
    await filter.apply(node);
    expect(filter.asked()).to.equal(node);
    await filter.clear();
    expect(filter.asked()).to.equal(undefined);
  });
});
