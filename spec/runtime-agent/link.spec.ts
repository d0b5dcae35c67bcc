import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { adminIdentity } from '../../api/auth/authority.ts';
import type { Reading } from '../../commands/orders/orders.ts';
import { realChance, realClock } from '../../events/clock.ts';
import type { Wish } from '../../kinds/command.ts';
import type { Rejection } from '../../kinds/rejection.ts';
import type { ControlPlane, Incoming } from '../../runtime-agent/control-plane.ts';
import { FetchFailed } from '../../runtime-agent/control-plane.ts';
import { linkTo } from '../../runtime-agent/link.ts';
import { openApi, type SpecApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { openRelay, type Relay } from '../support/relay.ts';

const nodeRef = (name: string) => ({ resource: 'nodes', namespace: '', name });
const registration = (name: string) =>
  ({ type: 'Create', ref: nodeRef(name), object: { metadata: { name } } }) as unknown as Wish; // as little as a node may say

/** An agent's end of the link, and all that it heard. */
const listeningOn = (controlPlane: ControlPlane) => {
  const readings: Reading[] = [];
  const calls: Incoming[] = [];
  const subscriptions = [
    controlPlane.calls().subscribe((call) => calls.push(call)),
    controlPlane.readings().subscribe((reading) => readings.push(reading)),
  ];
  const tell = (key: string, wish: Wish) =>
    new Promise<Rejection | undefined>((resolve) => controlPlane.tell(key, wish, resolve));
  return {
    controlPlane,
    readings,
    calls,
    tell,
    /** How often all standing orders were read. */
    read: () => readings.filter(({ type }) => type === 'AllRead').length,
    close: async () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      await controlPlane.close();
    },
  };
};

describe('the link between an agent and the control plane', () => {
  let api: SpecApi;
  let relay: Relay;
  let agents: ReturnType<typeof listeningOn>[];
  let logged: string[];
  const heard: string[] = [];

  const linkOf = async (node: string, port = relay.port) => {
    const { certificate, key } = await api.authority.client({ user: `system:node:${node}`, groups: ['system:nodes'] });
    const target = { server: `https://127.0.0.1:${port}`, ca: api.authority.certificate, certificate, key, node };
    const agent = listeningOn(
      linkTo(target, { clock: realClock, chance: realChance, log: (text) => logged.push(text) }),
    );
    agents.push(agent);
    await eventually(() => expect(agent.read()).to.equal(1));
    return agent;
  };
  const podOn = (nodeName: string, name: string) =>
    api.made('pods', 'default', {
      metadata: { name },
      spec: {
        nodeName,
        containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'settings' } }] }],
      },
    });
  const eventsOf = async (name: string) => (await api.story()).filter(({ ref }) => ref.name === name);

  beforeEach(async () => {
    logged = [];
    agents = [];
    api = await openApi({ heard: (node) => heard.push(node) });
    relay = await openRelay(api.api.port);
    await api.made('namespaces', '', { metadata: { name: 'default' } });
    await api.made('serviceaccounts', 'default', { metadata: { name: 'default' } });
  });
  afterEach(async () => {
    for (const agent of agents) await agent.close();
    await relay.close();
    await api.close();
  });

  it('brings orders, and all of them again on a new connection', async () => {
    const pod = await podOn('n1', 'web');
    const order = { type: 'RunPod', node: 'n1', key: `pod/${pod.metadata.uid}`, position: 1, pod } as never;
    await api.orders.send(order);
    const { readings, read } = await linkOf('n1');
    expect(readings.map(({ type }) => type)).to.deep.equal(['RunPod', 'AllRead']);
    relay.cut();
    await eventually(() => expect(read()).to.equal(2));
    expect(readings.map(({ type }) => type)).to.deep.equal(['RunPod', 'AllRead', 'RunPod', 'AllRead']);
  });

  it('brings a pod as it is by now', async () => {
    const pod = await podOn('n1', 'web');
    await api.orders.send({ type: 'RunPod', node: 'n1', key: 'pod/x', position: 1, pod } as never);
    await api.merge(
      { resource: 'pods', namespace: 'default', name: 'web' },
      { metadata: { labels: { newer: 'yes' } } },
    );
    const { readings } = await linkOf('n1');
    expect(readings[0]).to.have.nested.property('pod.metadata.labels.newer', 'yes');
  });

  it('keeps what is to be told until a connection takes it, and hears one answer', async () => {
    const { tell, read } = await linkOf('n1');
    relay.deafen();
    relay.cut();
    let answers = 0;
    const told = tell('node', registration('n1')).then((rejection) => {
      answers++;
      return rejection;
    });
    relay.mend();
    expect(await told).to.equal(undefined);
    relay.cut();
    await eventually(() => expect(read()).to.be.at.least(2));
    expect(answers).to.equal(1);
    expect(await eventsOf('n1')).to.have.length(1);
  });

  it('tells again what was carried out while its answer was lost, and nothing happens twice', async () => {
    const { tell } = await linkOf('n1');
    relay.deafen();
    const told = tell('node', registration('n1'));
    await eventually(async () => expect(await eventsOf('n1')).to.have.length(1));
    relay.cut();
    relay.mend();
    expect(await told).to.equal(undefined);
    expect(await eventsOf('n1')).to.have.length(1);
  });

  it('answers a report that the door cannot digest, and goes on', async () => {
    const { tell } = await linkOf('n1');
    const broken = {
      type: 'ReportStatus',
      ref: { ...nodeRef('n1'), resource: 'pods' },
      status: null,
    } as unknown as Wish;
    expect(await tell('broken', broken)).to.have.property('rejected');
    expect(await tell('node', registration('n1'))).to.equal(undefined);
  });

  it('fetches what a pod of this node names, and nothing else', async () => {
    await api.made('configmaps', 'default', { metadata: { name: 'settings' }, data: { a: '1' } });
    await api.made('configmaps', 'default', { metadata: { name: 'other' }, data: { b: '2' } });
    const mine = await podOn('n1', 'mine');
    const foreign = await podOn('n2', 'foreign');
    const { controlPlane } = await linkOf('n1');
    const want = (name: string, podUid: string) =>
      controlPlane.fetch({ kind: 'ConfigMap', namespace: 'default', name, podUid });
    const refusal = (name: string, podUid: string) =>
      want(name, podUid).then(
        () => 'answered',
        (error: FetchFailed) => error.rejection?.rejected,
      );
    expect(await want('settings', mine.metadata.uid)).to.have.nested.property('data.a', '1');
    expect(await refusal('other', mine.metadata.uid)).to.equal('Forbidden');
    expect(await refusal('settings', foreign.metadata.uid)).to.equal('Forbidden');
    expect(await refusal('settings', 'nobody')).to.equal('Forbidden');
  });

  it('does not wait for what cannot be fetched now', async () => {
    const { controlPlane } = await linkOf('n1');
    relay.deafen();
    const fetched = controlPlane.fetch({ kind: 'ConfigMap', namespace: 'default', name: 'a', podUid: 'b' });
    relay.cut();
    const failure = await fetched.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure)
      .to.be.instanceOf(FetchFailed)
      .and.to.have.property('message', 'the connection to the control plane was lost');
  });

  it('refuses what a node says of another', async () => {
    const { tell } = await linkOf('n1');
    const pod = await podOn('n2', 'web');
    const ref = { resource: 'pods', namespace: 'default', name: 'web' };
    const status = { type: 'ReportStatus', ref, uid: pod.metadata.uid, status: { phase: 'Failed' } } as unknown as Wish;
    const removal = { type: 'Delete', ref, options: { gracePeriodSeconds: 0 } } as unknown as Wish;
    const refused = [registration('n2'), status, removal, { ...removal, ref: { ...ref, resource: 'secrets' } }];
    for (const [i, wish] of refused.entries()) {
      expect(await tell(`wish/${i}`, wish), wish.type).to.include({ rejected: 'Forbidden' });
    }
    expect(await eventsOf('web')).to.have.length(1);
  });

  it('signs what is told with the name that the certificate proves', async () => {
    const { tell } = await linkOf('n1');
    const forged = { ...registration('n1'), by: { user: 'admin', groups: ['system:masters'] } } as unknown as Wish;
    await tell('node', forged);
    const [event] = await eventsOf('n1');
    expect(event?.origin.by.user).to.equal('system:node:n1');
    expect(event?.origin.via).to.equal('agent/n1');
  });

  describe('in a call', () => {
    let client: WebSocket;
    let warnings: string[];
    const warn = ({ message }: Error) => void warnings.push(message);

    const exec = async (container = 'web') => {
      const { certificate, key } = await api.authority.client(adminIdentity);
      const query = `container=${container}&command=cat&stdin=true&stdout=true&stderr=true`;
      const url = `wss://127.0.0.1:${api.api.port}/api/v1/namespaces/default/pods/web/exec?${query}`;
      client = new WebSocket(url, ['v5.channel.k8s.io'], { ca: api.authority.certificate, cert: certificate, key });
      client.on('error', () => undefined); // a spec that ends first
      return client;
    };
    /** A call that has begun at both ends. */
    const begun = async () => {
      const agent = await linkOf('n1');
      await podOn('n1', 'web');
      const socket = await exec();
      await eventually(() => expect(agent.calls).to.have.length(1));
      const [call] = agent.calls;
      if (!call) throw new Error('just came');
      call.began();
      await once(socket, 'open');
      return { agent, call, socket };
    };
    const send = (channel: number, bytes: Buffer) =>
      new Promise((resolve) => client.send(Buffer.concat([Buffer.of(channel), bytes]), resolve));

    beforeEach(() => {
      warnings = [];
      process.on('warning', warn);
    });
    afterEach(() => {
      process.off('warning', warn);
      client?.terminate();
    });

    it('10 MB go there and come back unchanged', async () => {
      const { call, socket } = await begun();
      call.streams.stdin.pipe(call.streams.stdout, { end: false });
      const sent = Buffer.alloc(10 * 2 ** 20, 'reckon ');
      const came: Buffer[] = [];
      let bytes = 0;
      const all = new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer) => {
          if (data[0] !== 1) return;
          came.push(data.subarray(1));
          bytes += data.length - 1;
          if (bytes >= sent.length) resolve();
        });
      });
      for (let at = 0; at < sent.length; at += 2 ** 16) await send(0, sent.subarray(at, at + 2 ** 16));
      await all;
      expect(Buffer.concat(came).equals(sent)).to.equal(true);
      const status = new Promise<string>((resolve) => {
        socket.on('message', (data: Buffer) => data[0] === 3 && resolve(data.toString('utf8', 1)));
      });
      call.ended({ exitCode: 7 });
      expect(await status).to.contain('exit status 7');
      expect(warnings).to.deep.equal([]);
    });

    it('a process that does not read holds its client back', async () => {
      const { call } = await begun();
      const total = 32 * 2 ** 20;
      const piece = Buffer.alloc(2 ** 16);
      let sent = 0;
      const sending = (async () => {
        for (; sent < total; sent += piece.length) await send(0, piece);
      })();
      let before = 0;
      let still = 0;
      await eventually(() => {
        still = sent === before ? still + 1 : 0;
        before = sent;
        expect(still).to.be.at.least(10);
      });
      expect(sent).to.be.lessThan(total);
      let read = 0;
      call.streams.stdin.on('data', (bytes: Buffer) => {
        read += bytes.length;
      });
      await sending;
      await eventually(() => expect(read).to.equal(total));
    }).timeout(30_000);

    it('the process hears that its client has gone', async () => {
      const { call, socket } = await begun();
      socket.terminate();
      await call.streams.hungUp;
      expect(call.streams.stdin.destroyed).to.equal(true);
    });

    it('both ends hear that the connection was lost', async () => {
      const { call, socket } = await begun();
      const said = new Promise<string>((resolve) => {
        socket.on('message', (data: Buffer) => data[0] === 3 && resolve(data.toString('utf8', 1)));
      });
      relay.cut();
      await call.streams.hungUp;
      expect(await said).to.contain('the connection to node n1 was lost');
    });

    it('a second connection of the node takes the place of the first', async () => {
      const first = await linkOf('n1');
      const second = await linkOf('n1', api.api.port);
      await podOn('n1', 'web');
      await exec();
      await eventually(() => expect(second.calls).to.have.length(1));
      expect(first.calls).to.have.length(0);
      await eventually(() =>
        expect(logged).to.include('another agent took the place of node n1: two agents must not have one name'),
      );
    });

    it('a client of a node that is not there is told so', async () => {
      await podOn('n1', 'web');
      const socket = await exec();
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(response.statusCode).to.equal(500);
    });
  });
});
