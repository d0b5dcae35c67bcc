import { expect } from 'chai';
import type { PacketFilter } from '../../../runtime-agent/packet-filter/packet-filter.ts';
import { nodeWith, port, web } from './samples.ts';

const api = web([port(['10.244.1.6'])], { name: 'api', clusterIPs: ['10.96.0.11'] });
const both = nodeWith([web([port(['10.244.1.5', '10.244.2.5'])]), api]);
const one = nodeWith([web([port(['10.244.1.5', '10.244.2.5'])])]);

/** What every packet filter does. `open` gives one that has nothing installed. */
export const packetFilterContract = (open: () => PacketFilter): void => {
  const causes = async (filter: PacketFilter) => new Set((await filter.installed()).map(({ cause }) => cause));

  it('has nothing installed before it is asked', async () => {
    const filter = open();
    expect(await filter.installed()).to.deep.equal([]);
    expect((await filter.repair()).chains).to.deep.equal([]);
  });

  it('installs what it is asked, each rule with its cause', async () => {
    const filter = open();
    await filter.apply(both);
    expect(await causes(filter)).to.deep.equal(new Set(['reckon', 'default/web:http', 'default/api:http']));
    expect(await filter.installed()).to.deep.include({
      table: 'nat',
      chain: 'RECKON-SEP-0E9405094AC25BB7',
      rule: '-p tcp -m comment --comment "default/web:http" -j DNAT --to-destination 10.244.2.5:8080',
      cause: 'default/web:http',
    });
  });

  it('writes nothing when asked the same again', async () => {
    const filter = open();
    expect((await filter.apply(both)).chains).not.to.be.empty;
    expect((await filter.apply(structuredClone(both))).chains).to.deep.equal([]);
  });

  it('takes away what it is no longer asked, and only writes what changes', async () => {
    const filter = open();
    await filter.apply(both);
    const { chains } = await filter.apply(one);
    expect(chains).to.have.lengthOf(3).and.to.include('nat RECKON-SERVICES');
    expect(await causes(filter)).to.deep.equal(new Set(['reckon', 'default/web:http']));
  });

  it('finds nothing to repair in what it installed', async () => {
    const filter = open();
    await filter.apply(both);
    expect((await filter.repair()).chains).to.deep.equal([]);
  });

  it('carries out calls one after the other', async () => {
    const filter = open();
    await Promise.all([filter.apply(both), filter.clear(), filter.apply(one)]);
    expect(await causes(filter)).to.deep.equal(new Set(['reckon', 'default/web:http']));
  });

  it('clears all, twice as well as once, and starts again', async () => {
    const filter = open();
    await filter.apply(both);
    await filter.clear();
    await filter.clear();
    expect(await filter.installed()).to.deep.equal([]);
    await filter.apply(one);
    expect(await causes(filter)).to.include('default/web:http');
  });

  it('refuses a node whose ranges make no sense and goes on', async () => {
    const filter = open();
    const refused = await filter.apply({ ...one, podCIDR: 'pods' }).catch((error: Error) => error.message);
    expect(refused).to.equal('Cannot make packet rules: pod CIDR "pods" is not an IPv4 range such as 10.244.0.0/16');
    await filter.apply(one);
    expect(await causes(filter)).to.include('default/web:http');
  });
};
