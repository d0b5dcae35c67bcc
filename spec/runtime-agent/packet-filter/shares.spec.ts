import { expect } from 'chai';
import fc from 'fast-check';
import type { ServiceRules } from '../../../runtime-agent/packet-filter/packet-filter.ts';
import { trace } from '../../support/packet-tracer.ts';
import { anyWeb } from './generated.ts';
import { around, nodeWith, textOf } from './samples.ts';

/** The endpoints that upstream's rules would choose from. */
const choosable = ([first]: ServiceRules['ports'], isLocal: boolean) => {
  const near = (first?.endpoints ?? []).filter(({ node }) => !isLocal || node === 'a');
  const ready = near.filter((one) => one.ready);
  return ready.length > 0 ? ready : near.filter(({ serving, terminating }) => serving && terminating);
};

const wayIn = (service: ServiceRules) => {
  const protocol = service.ports[0]?.protocol === 'UDP' ? ('udp' as const) : ('tcp' as const);
  return [
    {
      packet: { src: '10.244.1.250', in: 'reckon0', dst: '10.96.0.10', port: 80, protocol },
      isLocal: service.internalTrafficPolicy === 'Local',
    },
    {
      packet: { src: '198.51.100.20', in: 'eth0', dst: '192.168.0.1', port: 30080, protocol },
      isLocal: service.externalTrafficPolicy === 'Local',
    },
  ];
};

describe('for any Service', () => {
  it('each endpoint that takes connections gets an equal share, and no other gets any', () =>
    fc.assert(
      fc.property(anyWeb, (service) => {
        const text = textOf(nodeWith([service]));
        for (const { packet, isLocal } of wayIn(service)) {
          const wanted = choosable(service.ports, isLocal).map(({ ip }) => ip);
          const reached = wanted.map((_, index) => {
            const traced = trace(text, packet, { ...around, draw: (index + 0.5) / wanted.length });
            expect(traced.verdict).to.equal('passed');
            return traced.dst;
          });
          expect(reached.toSorted()).to.deep.equal(wanted.toSorted());
        }
      }),
    ));

  it('no packet leaves when no endpoint takes connections', () =>
    fc.assert(
      fc.property(anyWeb, fc.double({ min: 0, max: 0.999, noNaN: true }), (service, draw) => {
        const ports = service.ports.map((one) => ({
          ...one,
          endpoints: one.endpoints.map((each) => ({ ...each, ready: false, terminating: false })),
        }));
        const text = textOf(nodeWith([{ ...service, ports }]));
        for (const { packet } of wayIn(service)) {
          expect(trace(text, packet, { ...around, draw }).verdict).to.equal('rejected');
          const { in: _, ...own } = packet;
          expect(trace(text, { ...own, src: '192.168.0.1' }, { ...around, draw }).verdict).to.equal('rejected');
        }
      }),
    ));
});
