import { expect } from 'chai';
import { type Packet, trace } from '../../support/packet-tracer.ts';
import { around, ending, endpoint, nodeWith, port, textOf, web } from './samples.ts';

const pod = (ip: string) => ({ src: ip, in: 'reckon0' });
const host = { src: '192.168.0.1' };
const client = { src: '198.51.100.20', in: 'eth0' };
const tcp = (dst: string, port: number) => ({ dst, port, protocol: 'tcp' }) as const;
const udp = (dst: string, port: number) => ({ dst, port, protocol: 'udp' }) as const;

/** Where a packet of a Service `default/web` goes. */
const send = (text: string, packet: Packet, draw = 0) => trace(text, packet, { ...around, draw });
const webText = (...[ports, more]: Parameters<typeof web>) => textOf(nodeWith([web(ports, more)]));

describe('a packet', () => {
  const both = webText([port(['10.244.1.5', '10.244.2.5'], { nodePort: 30080 })]);

  it('from a pod reaches the endpoints of a ClusterIP with its own address', () => {
    const [first, second] = [0.2, 0.7].map((draw) =>
      send(both, { ...pod('10.244.1.9'), ...tcp('10.96.0.10', 80) }, draw),
    );
    expect(first).to.include({
      verdict: 'passed',
      dst: '10.244.1.5',
      port: 8080,
      out: 'reckon0',
      isMasqueraded: false,
    });
    expect(second).to.include({ verdict: 'passed', dst: '10.244.2.5', port: 8080, out: 'eth0', isMasqueraded: false });
  });

  it('from a pod to itself through its Service comes from the node', () =>
    expect(send(both, { ...pod('10.244.1.5'), ...tcp('10.96.0.10', 80) })).to.include({
      dst: '10.244.1.5',
      isMasqueraded: true,
    }));

  it('from the node itself reaches a ClusterIP', () =>
    expect(send(both, { ...host, ...tcp('10.96.0.10', 80) })).to.include({
      verdict: 'passed',
      dst: '10.244.1.5',
      out: 'reckon0',
    }));

  for (const [who, from] of Object.entries({
    'from afar': client,
    'from the node': host,
    'from a pod': pod('10.244.1.9'),
  })) {
    it(`${who} reaches a node port, and answers come back through this node`, () =>
      expect(send(both, { ...from, ...tcp('192.168.0.1', 30080) }, 0.9)).to.include({
        verdict: 'passed',
        dst: '10.244.2.5',
        port: 8080,
        isMasqueraded: true,
      }));
  }

  it('reaches a node port at 127.0.0.1 from the node', () =>
    expect(send(both, { src: '127.0.0.1', ...tcp('127.0.0.1', 30080) })).to.include({
      dst: '10.244.1.5',
      isMasqueraded: true,
    }));

  it('to 127.0.0.1 from anywhere else is dropped', () => {
    const ssh = { namespace: 'default', name: 'ssh', protocol: 'TCP', podIP: '10.244.1.9', containerPort: 22 } as const;
    const text = textOf(nodeWith([], [{ ...ssh, hostPort: 2333, hostIP: '127.0.0.1' }]));
    expect(send(text, { src: '127.0.0.1', ...tcp('127.0.0.1', 2333) })).to.include({
      verdict: 'passed',
      dst: '10.244.1.9',
    });
    expect(send(text, { ...client, ...tcp('127.0.0.1', 2333) })).to.include({ verdict: 'dropped' });
    expect(send(text, { ...client, ...tcp('127.0.0.1', 6443) })).to.include({ verdict: 'dropped' });
    expect(send(text, { ...client, ...tcp('192.168.0.1', 6443) })).to.include({ verdict: 'passed', out: 'local' });
  });

  it('passes a forward policy of DROP to and from pods, and no further', () => {
    const text = `*filter\n:FORWARD DROP [0:0]\nCOMMIT\n${both}`;
    const passes = (packet: Packet) => send(text, packet).verdict;
    expect(passes({ ...pod('10.244.1.9'), ...tcp('203.0.113.1', 443) })).to.equal('passed');
    expect(passes({ ...pod('10.244.1.9'), ...tcp('10.244.1.5', 8080) })).to.equal('passed');
    expect(passes({ src: '10.244.2.5', in: 'eth0', ...tcp('10.244.1.5', 8080) })).to.equal('passed');
    expect(passes({ ...client, ...tcp('192.168.0.1', 30080) })).to.equal('passed');
    expect(passes({ ...client, ...tcp('203.0.113.1', 443) })).to.equal('dropped');
  });

  it('from a pod leaves the cluster as the node', () => {
    const out = send(both, { ...pod('10.244.1.9'), ...tcp('203.0.113.1', 443) });
    const across = send(both, { ...pod('10.244.1.9'), ...tcp('10.244.2.7', 443) });
    expect([out.isMasqueraded, across.isMasqueraded]).to.deep.equal([true, false]);
  });

  it('that no connection knows does not leave with the address of a pod', () =>
    expect(send(both, { ...pod('10.244.1.5'), ...tcp('198.51.100.20', 40000), state: 'INVALID' }).verdict).to.equal(
      'dropped',
    ));

  it('of TCP and of UDP finds its own endpoints at one address and port', () => {
    const text = webText([
      port([endpoint('10.244.1.5', { port: 5353 })], { name: 'dns', protocol: 'UDP', port: 53 }),
      port([endpoint('10.244.1.6', { port: 5354 })], { name: 'dns-tcp', port: 53 }),
    ]);
    expect(send(text, { ...pod('10.244.1.9'), ...udp('10.96.0.10', 53) })).to.include({
      dst: '10.244.1.5',
      port: 5353,
    });
    expect(send(text, { ...pod('10.244.1.9'), ...tcp('10.96.0.10', 53) })).to.include({
      dst: '10.244.1.6',
      port: 5354,
    });
  });

  it('to a Service without endpoints, to another port, or to an address nobody has is rejected', () => {
    const text = webText([port([], { nodePort: 30080 })]);
    for (const from of [host, pod('10.244.1.9'), client]) {
      for (const to of [
        tcp('10.96.0.10', 80),
        tcp('10.96.0.10', 81),
        udp('10.96.0.99', 53),
        tcp('192.168.0.1', 30080),
      ]) {
        expect(send(text, { ...from, ...to }).verdict).to.equal('rejected');
      }
    }
  });

  it('from afar stays on the node with externalTrafficPolicy Local and keeps its address', () => {
    const text = webText([port(['10.244.1.5', '10.244.2.5'], { nodePort: 30080 })], { externalTrafficPolicy: 'Local' });
    for (const draw of [0.2, 0.7]) {
      const traced = send(text, { ...client, ...tcp('192.168.0.1', 30080) }, draw);
      expect(traced).to.include({ verdict: 'passed', dst: '10.244.1.5', isMasqueraded: false });
    }
    expect(send(text, { ...pod('10.244.1.9'), ...tcp('192.168.0.1', 30080) }, 0.7).dst).to.equal('10.244.2.5');
  });

  it('finds nobody where a Local policy leaves no endpoint, while the other way in still works', () => {
    const elsewhere = [port(['10.244.2.5'], { nodePort: 30080 })];
    const outside = webText(elsewhere, { externalTrafficPolicy: 'Local' });
    expect(send(outside, { ...client, ...tcp('192.168.0.1', 30080) }).verdict).to.equal('dropped');
    expect(send(outside, { ...host, ...tcp('192.168.0.1', 30080) })).to.include({
      verdict: 'passed',
      dst: '10.244.2.5',
    });
    const inside = webText(elsewhere, { internalTrafficPolicy: 'Local' });
    expect(send(inside, { ...pod('10.244.1.9'), ...tcp('10.96.0.10', 80) }).verdict).to.equal('dropped');
    expect(send(inside, { ...client, ...tcp('192.168.0.1', 30080) })).to.include({
      verdict: 'passed',
      dst: '10.244.2.5',
    });
  });

  it('goes to a local endpoint that is ending when no local one is ready', () => {
    const endpoints = [endpoint('10.244.1.5', ending), '10.244.2.5'];
    const text = webText([port(endpoints, { nodePort: 30080 })], { externalTrafficPolicy: 'Local' });
    expect(send(text, { ...client, ...tcp('192.168.0.1', 30080) })).to.include({
      verdict: 'passed',
      dst: '10.244.1.5',
    });
    expect(send(text, { ...pod('10.244.1.9'), ...tcp('10.96.0.10', 80) })).to.include({ dst: '10.244.2.5' });
  });

  it('reaches external and load balancer addresses, the latter from allowed ranges only', () => {
    const text = webText([port(['10.244.2.5'])], {
      externalIPs: ['192.0.2.9'],
      loadBalancerIPs: ['203.0.113.7'],
      loadBalancerSourceRanges: ['198.51.100.0/24'],
    });
    const stranger = { src: '198.18.0.1', in: 'eth0' };
    expect(send(text, { ...stranger, ...tcp('192.0.2.9', 80) })).to.include({ verdict: 'passed', dst: '10.244.2.5' });
    expect(send(text, { ...client, ...tcp('203.0.113.7', 80) })).to.include({ verdict: 'passed', dst: '10.244.2.5' });
    expect(send(text, { ...stranger, ...tcp('203.0.113.7', 80) })).to.include({ verdict: 'dropped' });
  });

  it('of a client with affinity goes where its last one went', () => {
    const text = webText([port(['10.244.1.5', '10.244.2.5'])], { affinitySeconds: 10800 });
    const recent = new Map<string, Set<string>>();
    const to = (src: string, draw: number) =>
      trace(text, { ...pod(src), ...tcp('10.96.0.10', 80) }, { ...around, draw, recent }).dst;
    expect(to('10.244.1.8', 0.9)).to.equal('10.244.2.5');
    expect(to('10.244.1.9', 0.1)).to.equal('10.244.1.5');
    expect(to('10.244.1.8', 0.1)).to.equal('10.244.2.5');
    expect(to('10.244.1.9', 0.9)).to.equal('10.244.1.5');
  });

  it('names in the rules it meets what they are there for', () =>
    expect(send(both, { ...client, ...tcp('192.168.0.1', 30080) }).matched).to.include.members([
      'reckon node ports and host ports',
      'default/web:http',
      'reckon as this node',
    ]));
});
