import { expect } from 'chai';
import { causedBy, ending, endpoint, nodeWith, port, textOf, web } from './samples.ts';

/** Takes the indentation off a golden text. */
const golden = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n');

const webRules = (...[ports, more]: Parameters<typeof web>) => causedBy('default/web', nodeWith([web(ports, more)]));

describe('packet rules', () => {
  it('are spelled as iptables-save prints them', () =>
    expect(textOf(nodeWith([web([port(['10.244.2.5'])])])).split('\n')).to.include.members([
      ':RECKON-SVC-2CC2141D8C65E9B8 - [0:0]',
      '-A RECKON-SERVICES -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -m comment --comment "default/web:http" -j RECKON-SVC-2CC2141D8C65E9B8',
      '-A RECKON-SEP-0E9405094AC25BB7 -p tcp -m comment --comment "default/web:http" -j DNAT --to-destination 10.244.2.5:8080',
    ]));

  it('spread a ClusterIP in equal shares', () =>
    expect(webRules([port(['10.244.1.5', '10.244.2.5', '10.244.1.6'])])).to.equal(
      golden(`
        SERVICES -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j SVC-2CC2 # default/web:http
        SVC-2CC2 ! -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x2000/0x2000 # default/web:http from outside
        SVC-2CC2 -m statistic --mode random --probability 0.33333333349 -j SEP-2B34 # default/web:http
        SVC-2CC2 -m statistic --mode random --probability 0.50000000000 -j SEP-4BA5 # default/web:http
        SVC-2CC2 -j SEP-0E94 # default/web:http
        SEP-2B34 -s 10.244.1.5/32 -j MARK --set-xmark 0x2000/0x2000 # default/web:http to itself
        SEP-2B34 -p tcp -j DNAT --to-destination 10.244.1.5:8080 # default/web:http
        SEP-4BA5 -s 10.244.1.6/32 -j MARK --set-xmark 0x2000/0x2000 # default/web:http to itself
        SEP-4BA5 -p tcp -j DNAT --to-destination 10.244.1.6:8080 # default/web:http
        SEP-0E94 -s 10.244.2.5/32 -j MARK --set-xmark 0x2000/0x2000 # default/web:http to itself
        SEP-0E94 -p tcp -j DNAT --to-destination 10.244.2.5:8080 # default/web:http`),
    ));

  it('name a Service with one unnamed port by its name alone', () =>
    expect(webRules([port([], { name: '' })])).to.equal(
      'REFUSE -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset # default/web has no endpoints',
    ));

  it('reset TCP and answer UDP with an error when there is no endpoint, at every address', () =>
    expect(
      webRules([port([], { nodePort: 30080 }), port([], { name: 'dns', protocol: 'UDP', port: 53 })], {
        externalIPs: ['192.0.2.9'],
      }),
    ).to.equal(
      golden(`
        REFUSE -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset # default/web:http has no endpoints
        REFUSE -d 192.0.2.9/32 -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset # default/web:http has no endpoints
        REFUSE -p tcp -m tcp --dport 30080 -m addrtype --dst-type LOCAL -j REJECT --reject-with tcp-reset # default/web:http has no endpoints
        REFUSE -d 10.96.0.10/32 -p udp -m udp --dport 53 -j REJECT --reject-with icmp-port-unreachable # default/web:dns has no endpoints
        REFUSE -d 192.0.2.9/32 -p udp -m udp --dport 53 -j REJECT --reject-with icmp-port-unreachable # default/web:dns has no endpoints`),
    ));

  it('take what comes to a node port in as the node itself', () =>
    expect(webRules([port(['10.244.2.5'], { nodePort: 30080 })])).to.equal(
      golden(`
        SERVICES -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j SVC-2CC2 # default/web:http
        LOCAL-PORTS -p tcp -m tcp --dport 30080 -j EXT-2CC2 # default/web:http
        SVC-2CC2 ! -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x2000/0x2000 # default/web:http from outside
        SVC-2CC2 -j SEP-0E94 # default/web:http
        SEP-0E94 -s 10.244.2.5/32 -j MARK --set-xmark 0x2000/0x2000 # default/web:http to itself
        SEP-0E94 -p tcp -j DNAT --to-destination 10.244.2.5:8080 # default/web:http
        EXT-2CC2 -j MARK --set-xmark 0x2000/0x2000 # default/web:http
        EXT-2CC2 -j SVC-2CC2 # default/web:http`),
    ));

  it('keep the client of a node port with externalTrafficPolicy Local, and send it to endpoints here', () =>
    expect(
      webRules([port(['10.244.1.5', '10.244.2.5'], { nodePort: 30080 })], {
        externalTrafficPolicy: 'Local',
        clusterIPs: [],
      }),
    ).to.equal(
      golden(`
        LOCAL-PORTS -p tcp -m tcp --dport 30080 -j EXT-2CC2 # default/web:http
        SVC-2CC2 -m statistic --mode random --probability 0.50000000000 -j SEP-2B34 # default/web:http
        SVC-2CC2 -j SEP-0E94 # default/web:http
        SEP-2B34 -s 10.244.1.5/32 -j MARK --set-xmark 0x2000/0x2000 # default/web:http to itself
        SEP-2B34 -p tcp -j DNAT --to-destination 10.244.1.5:8080 # default/web:http
        SEP-0E94 -s 10.244.2.5/32 -j MARK --set-xmark 0x2000/0x2000 # default/web:http to itself
        SEP-0E94 -p tcp -j DNAT --to-destination 10.244.2.5:8080 # default/web:http
        SVL-2CC2 -j SEP-2B34 # default/web:http
        EXT-2CC2 -s 10.244.0.0/16 -j SVC-2CC2 # default/web:http from a pod
        EXT-2CC2 -m addrtype --src-type LOCAL -j MARK --set-xmark 0x2000/0x2000 # default/web:http from this node
        EXT-2CC2 -m addrtype --src-type LOCAL -j SVC-2CC2 # default/web:http from this node
        EXT-2CC2 -j SVL-2CC2 # default/web:http`),
    ));

  it('guard the addresses of a load balancer by source ranges, a broken one admitting nobody', () => {
    const rules = webRules([port(['10.244.2.5'])], {
      loadBalancerIPs: ['203.0.113.7'],
      loadBalancerSourceRanges: [' 198.51.100.9/24', 'fd00::/8', '10.0.0.0/33'],
    });
    expect(rules.split('\n').filter((rule) => /203\.0\.113\.7|^FW/.test(rule))).to.deep.equal([
      'REFUSE -d 203.0.113.7/32 -p tcp -m tcp --dport 80 -j DROP # default/web:http from no allowed range',
      'SERVICES -d 203.0.113.7/32 -p tcp -m tcp --dport 80 -j FW-2CC2 # default/web:http',
      'FW-2CC2 -s 198.51.100.0/24 -j EXT-2CC2 # default/web:http from an allowed range',
    ]);
  });

  it('remember a client with session affinity', () =>
    expect(webRules([port(['10.244.1.5', '10.244.2.5'])], { affinitySeconds: 10800 })).to.equal(
      golden(`
        SERVICES -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j SVC-2CC2 # default/web:http
        SVC-2CC2 ! -s 10.244.0.0/16 -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x2000/0x2000 # default/web:http from outside
        SVC-2CC2 -m recent --rcheck --seconds 10800 --reap --name SEP-2B34 -j SEP-2B34 # default/web:http again
        SVC-2CC2 -m recent --rcheck --seconds 10800 --reap --name SEP-0E94 -j SEP-0E94 # default/web:http again
        SVC-2CC2 -m statistic --mode random --probability 0.50000000000 -j SEP-2B34 # default/web:http
        SVC-2CC2 -j SEP-0E94 # default/web:http
        SEP-2B34 -s 10.244.1.5/32 -j MARK --set-xmark 0x2000/0x2000 # default/web:http to itself
        SEP-2B34 -p tcp -m recent --set --name SEP-2B34 -j DNAT --to-destination 10.244.1.5:8080 # default/web:http
        SEP-0E94 -s 10.244.2.5/32 -j MARK --set-xmark 0x2000/0x2000 # default/web:http to itself
        SEP-0E94 -p tcp -m recent --set --name SEP-0E94 -j DNAT --to-destination 10.244.2.5:8080 # default/web:http`),
    ));

  it('open a host port on all addresses of the node or on one', () => {
    const hostPort = {
      namespace: 'default',
      name: 'ssh',
      protocol: 'TCP',
      podIP: '10.244.1.9',
      containerPort: 22,
    } as const;
    const node = nodeWith(
      [],
      [
        { ...hostPort, hostPort: 2333, hostIP: '' },
        { ...hostPort, hostPort: 2334, hostIP: '127.0.0.1' },
      ],
    );
    expect(causedBy('default/ssh', node)).to.equal(
      golden(`
        LOCAL-PORTS -p tcp -m tcp --dport 2333 -j HP-AD48 # default/ssh:2333/tcp
        LOCAL-PORTS -d 127.0.0.1/32 -p tcp -m tcp --dport 2334 -j HP-F130 # default/ssh:2334/tcp
        HP-AD48 -s 10.244.1.9/32 -j MARK --set-xmark 0x2000/0x2000 # default/ssh:2333/tcp to itself
        HP-AD48 -s 127.0.0.0/8 -j MARK --set-xmark 0x2000/0x2000 # default/ssh:2333/tcp from this node
        HP-AD48 -p tcp -j DNAT --to-destination 10.244.1.9:22 # default/ssh:2333/tcp
        HP-F130 -s 10.244.1.9/32 -j MARK --set-xmark 0x2000/0x2000 # default/ssh:2334/tcp to itself
        HP-F130 -s 127.0.0.0/8 -j MARK --set-xmark 0x2000/0x2000 # default/ssh:2334/tcp from this node
        HP-F130 -p tcp -j DNAT --to-destination 10.244.1.9:22 # default/ssh:2334/tcp`),
    );
  });

  it('let pods out as the node and leave their addresses alone inside the cluster', () =>
    expect(causedBy('reckon', nodeWith([]))).to.include(
      golden(`
        POSTROUTING -m mark --mark 0x2000/0x2000 -j MASQUERADE # reckon marked
        POSTROUTING -s 10.244.1.0/24 -d 10.244.0.0/16 -j ACCEPT # reckon pods keep their address inside the cluster
        POSTROUTING -s 10.244.1.0/24 ! -o reckon0 -j MASQUERADE --random-fully # reckon pods leave the cluster as this node`),
    ));

  it('hide the client of a neighbour where the kernel does not see packets between them', () =>
    expect(causedBy('reckon', nodeWith([]), false)).to.include(
      'POSTROUTING -s 10.244.1.0/24 -o reckon0 -m conntrack --ctstate DNAT -j MASQUERADE --random-fully # reckon brings',
    ));

  it('do not depend on the order in which Services, endpoints and host ports are given', () => {
    const other = web([port(['10.244.2.7'])], { name: 'api', clusterIPs: ['10.96.0.11'] });
    const [a, b] = [endpoint('10.244.1.5'), endpoint('10.244.2.5')];
    expect(textOf(nodeWith([other, web([port([a, b, a])])]))).to.equal(textOf(nodeWith([web([port([b, a])]), other])));
  });

  it('pass over addresses that are not IPv4', () =>
    expect(
      webRules([port(['fd00::5', 'not an address'])], {
        clusterIPs: ['fd00::1', '10.96.0.10'],
        externalIPs: ['fd00::9'],
      }),
    ).to.equal(
      'REFUSE -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset # default/web:http has no endpoints',
    ));

  it('carry SCTP as well', () =>
    expect(webRules([port(['10.244.1.5'], { protocol: 'SCTP', port: 3868 })]))
      .to.include('SERVICES -d 10.96.0.10/32 -p sctp -m sctp --dport 3868 -j ')
      .and.to.include(' -p sctp -j DNAT --to-destination 10.244.1.5:8080'));

  it('never let a name add a line or end its comment', () =>
    expect(textOf(nodeWith([web([port([], { name: 'x"\n-F' })])]))).to.include(
      '--comment "default/web:x__-F has no endpoints"',
    ));

  it('cannot be made for a range or bridge that is none', () => {
    const node = nodeWith([]);
    expect(() => textOf({ ...node, podCIDR: '10.244.1.0' })).to.throw(
      'pod CIDR "10.244.1.0" is not an IPv4 range such as 10.244.0.0/16',
    );
    expect(() => textOf({ ...node, serviceCIDR: '0.0.0.0/0' })).to.throw('service CIDR "0.0.0.0/0"');
    expect(() => textOf({ ...node, bridge: 'a bridge' })).to.throw('"a bridge" cannot be a bridge\'s name');
  });

  it('go on to endpoints that are ending only while none is ready', () => {
    const last = endpoint('10.244.1.5', ending);
    expect(webRules([port([last, '10.244.2.5'])])).not.to.include('10.244.1.5');
    expect(webRules([port([last, endpoint('10.244.2.5', { ready: false })])])).to.include(
      'DNAT --to-destination 10.244.1.5:8080',
    );
    expect(webRules([port([{ ...last, serving: false }])])).to.include('has no endpoints');
  });
});
