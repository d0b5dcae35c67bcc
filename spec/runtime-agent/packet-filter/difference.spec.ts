import { expect } from 'chai';
import fc from 'fast-check';
import { difference } from '../../../runtime-agent/packet-filter/difference.ts';
import { dockerChain, dockerHook, hooks } from '../../../runtime-agent/packet-filter/frame.ts';
import { parseInstalled } from '../../../runtime-agent/packet-filter/installed.ts';
import type { NodeRules } from '../../../runtime-agent/packet-filter/packet-filter.ts';
import { rulesOf } from '../../../runtime-agent/packet-filter/rules.ts';
import { after, anyStep } from './generated.ts';
import { modelTables } from './model-tables.ts';
import { endpoint, nodeWith, port, web } from './samples.ts';

/** A kernel with Docker's rules and an administrator's. */
const foreign = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER-USER - [0:0]
:MINE - [0:0]
-A INPUT -p tcp -m tcp --dport 23 -j DROP
-A FORWARD -j DOCKER-USER
-A FORWARD -i docker0 -j ACCEPT
-A DOCKER-USER -j RETURN
-A MINE -s 10.96.0.10/32 -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT`;

const wantedOf = (node: NodeRules) => rulesOf(node, { seesBridgedPackets: true });
const allHooks = [...hooks, dockerHook];

const bring = (kernel: ReturnType<typeof modelTables>, node: NodeRules) => {
  const change = difference(parseInstalled(kernel.save(), dockerChain), wantedOf(node), allHooks);
  kernel.restore(change.text);
  return change;
};

const clear = (kernel: ReturnType<typeof modelTables>) => {
  const nothing = { filter: new Map(), nat: new Map() };
  kernel.restore(difference(parseInstalled(kernel.save(), dockerChain), nothing, []).text);
};

const othersIn = (saved: string) => saved.split('\n').filter((line) => !line.includes('RECKON-'));
const sorted = (saved: string) => ({
  chains: saved
    .split('\n')
    .filter((line) => line.startsWith(':'))
    .toSorted(),
  rules: Map.groupBy(
    saved.split('\n').filter((line) => line.startsWith('-A ')),
    (line) => line.split(' ')[1],
  ),
});

describe('the difference of packet rules', () => {
  it('after 1,000 random changes, one by one, is the same as from nothing, and foreign rules are as they were', () =>
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1000, maxLength: 1000 }), (steps) => {
        const [kernel, fresh] = [modelTables(foreign), modelTables(foreign)];
        let last = nodeWith([]);
        for (const node of after(steps)) {
          const installed = parseInstalled(kernel.save(), dockerChain);
          kernel.restore(difference(installed, wantedOf(node), allHooks).text);
          last = node;
        }
        bring(fresh, last);
        expect(sorted(kernel.save())).to.deep.equal(sorted(fresh.save()));
        expect(othersIn(kernel.save())).to.deep.equal(othersIn(foreign));
        clear(kernel);
        expect(kernel.save()).to.equal(foreign);
      }),
      { numRuns: 1 },
    )).timeout(60_000);

  it('is empty when all is in place', () => {
    const kernel = modelTables(foreign);
    const node = nodeWith([web([port(['10.244.1.5'])])]);
    bring(kernel, node);
    expect(bring(kernel, node)).to.deep.equal({ text: '', chains: [] });
  });

  it('of one endpoint more is the chain that spreads and the chain of that endpoint', () => {
    const others = [1, 2, 3].map((last) =>
      web([port(['10.244.1.5'])], { name: `web-${last}`, clusterIPs: [`10.96.0.${last}`] }),
    );
    const kernel = modelTables(foreign);
    bring(kernel, nodeWith([...others, web([port(['10.244.1.5'])])]));
    const { chains } = bring(kernel, nodeWith([...others, web([port(['10.244.1.5', '10.244.2.5'])])]));
    expect(chains).to.deep.equal(['nat RECKON-SVC-2CC2141D8C65E9B8', 'nat RECKON-SEP-0E9405094AC25BB7']);
  });

  it('removes a chain in the same text that ends its last use', () => {
    const kernel = modelTables(foreign);
    bring(kernel, nodeWith([web([port(['10.244.1.5', '10.244.2.5'])])]));
    const { text } = bring(kernel, nodeWith([web([port(['10.244.1.5', endpoint('10.244.2.5', { ready: false })])])]));
    expect(text.split('\n').filter((line) => !line.startsWith('-A'))).to.deep.equal([
      '*nat',
      ':RECKON-SVC-2CC2141D8C65E9B8 - [0:0]',
      ':RECKON-SEP-0E9405094AC25BB7 - [0:0]',
      '-X RECKON-SEP-0E9405094AC25BB7',
      'COMMIT',
      '',
    ]);
  });

  it('refuses a port without endpoints before it stops translating it', () => {
    const kernel = modelTables(foreign);
    bring(kernel, nodeWith([web([port(['10.244.1.5'])])]));
    const { text } = bring(kernel, nodeWith([web([port([])])]));
    expect(text.indexOf('has no endpoints')).to.be.within(0, text.indexOf('*nat'));
  });

  it('puts back a hook that someone removed and takes out one too many', () => {
    const kernel = modelTables(foreign);
    const node = nodeWith([]);
    bring(kernel, node);
    const before = kernel.save();
    const [services, forward] = ['services', 'what passes this node'];
    kernel.restore(`*nat\n-D PREROUTING -m comment --comment "reckon ${services}" -j RECKON-SERVICES\nCOMMIT`);
    kernel.restore(`*filter\n-A FORWARD -m comment --comment "reckon ${forward}" -j RECKON-FORWARD\nCOMMIT`);
    expect(bring(kernel, node).chains).to.deep.equal(['filter FORWARD', 'nat PREROUTING']);
    expect(kernel.save()).to.equal(before);
  });

  it('goes in before the rules of others, and where Docker always looks first', () => {
    const kernel = modelTables(foreign);
    bring(kernel, nodeWith([]));
    for (const chain of ['FORWARD', 'DOCKER-USER']) {
      const [first] = sorted(kernel.save()).rules.get(chain) ?? [];
      expect(first).to.equal(`-A ${chain} -m comment --comment "reckon what passes this node" -j RECKON-FORWARD`);
    }
  });
});
