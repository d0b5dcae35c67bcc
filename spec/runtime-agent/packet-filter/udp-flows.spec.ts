import { expect } from 'chai';
import { parseFlows, staleFlows, udpTargets } from '../../../runtime-agent/packet-filter/udp-flows.ts';
import { endpoint, nodeWith, port, web } from './samples.ts';

const line = (dst: string, dport: number, backend: string, sport: number, note = '') =>
  `udp      17 29 src=10.244.1.9 dst=${dst} sport=40000 dport=${dport} ${note}src=${backend} dst=10.244.1.9 sport=${sport} dport=40000 mark=0 use=1`;

const dns = (ips: Parameters<typeof port>[0]) =>
  nodeWith([web([port(ips, { protocol: 'UDP', port: 53, nodePort: 30053 })])]);

const stale = (printed: readonly string[], node = dns(['10.244.1.5', endpoint('10.244.1.6', { ready: false })])) =>
  staleFlows(parseFlows(printed.join('\n')), udpTargets(node)).map(({ ip, backendIP }) => `${ip} ${backendIP}`);

describe('UDP flows', () => {
  it('to an endpoint that takes connections go on', () =>
    expect(stale([line('10.96.0.10', 53, '10.244.1.5', 8080), line('192.168.0.1', 30053, '10.244.1.5', 8080)])).to.be
      .empty);

  it('to an endpoint that is gone or takes none end, at a ClusterIP and at a node port', () =>
    expect(
      stale([
        line('10.96.0.10', 53, '10.244.2.9', 8080, '[UNREPLIED] '),
        line('10.96.0.10', 53, '10.244.1.6', 8080),
        line('10.96.0.10', 53, '10.244.1.6', 8080),
        line('192.168.0.1', 30053, '10.244.1.6', 8080),
      ]),
    ).to.deep.equal(['10.96.0.10 10.244.2.9', '10.96.0.10 10.244.1.6', '192.168.0.1 10.244.1.6']));

  it('that began before the Service had rules end', () =>
    expect(stale([line('192.168.0.1', 30053, '192.168.0.1', 30053)])).to.deep.equal(['192.168.0.1 192.168.0.1']));

  it('of others go on', () =>
    expect(
      stale([
        line('8.8.8.8', 53, '8.8.8.8', 53),
        line('8.8.8.8', 30053, '8.8.8.8', 30053),
        line('10.96.0.10', 5353, '10.244.2.9', 8080),
        'unknown  2 500 src=10.0.0.1 dst=224.0.0.1 [UNREPLIED] src=224.0.0.1 dst=10.0.0.1 use=1',
      ]),
    ).to.be.empty);

  it('to a host port end when another pod has it', () => {
    const hostPort = { namespace: 'default', name: 'dns', protocol: 'UDP', hostPort: 53, containerPort: 53 } as const;
    const node = nodeWith([], [{ ...hostPort, podIP: '10.244.1.8' }]);
    expect(
      stale([line('192.168.0.1', 53, '10.244.1.7', 53), line('192.168.0.1', 53, '10.244.1.8', 53)], node),
    ).to.deep.equal(['192.168.0.1 10.244.1.7']);
  });
});
