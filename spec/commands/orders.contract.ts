import { expect } from 'chai';
import { everyNode, type Order, type RunPod } from '../../commands/orders/order.ts';
import type { Orders, Reading } from '../../commands/orders/orders.ts';

const pod = (uid: string, name = uid): RunPod['pod'] => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', uid, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { containers: [{ name: 'web', image: 'demo' }] },
});
const run = (node: string, uid: string, position: number): Order => ({
  type: 'RunPod',
  node,
  key: `pod/${uid}`,
  position,
  pod: pod(uid),
});
const forget = (node: string, uid: string, position: number): Order => ({
  type: 'Forget',
  node,
  key: `pod/${uid}`,
  position,
});
const told = (reading: Reading) =>
  reading.type === 'AllRead' ? 'AllRead' : `${reading.type} ${reading.key}@${reading.position}`;

/** Every adapter of Orders runs this. `open` gives a fresh, empty one. */
export const ordersContract = (open: () => Promise<Orders>) => {
  let orders: Orders;
  beforeEach(async () => {
    orders = await open();
  });
  afterEach(() => orders.close());

  const listen = (node: string) => {
    const heard: string[] = [];
    const subscription = orders.forNode(node).subscribe((reading) => heard.push(told(reading)));
    return { heard, stop: () => subscription.unsubscribe() };
  };

  it('tells a node what stands, that this was all, and then each new order', async () => {
    await orders.send(run('a', 'p1', 1));
    const { heard } = listen('a');
    await orders.send(run('a', 'p2', 2));
    expect(heard).to.deep.equal(['RunPod pod/p1@1', 'AllRead', 'RunPod pod/p2@2']);
  });

  it('keeps the newest order of a key only', async () => {
    await orders.send(run('a', 'p1', 1));
    await orders.send(run('a', 'p1', 5));
    expect(listen('a').heard).to.deep.equal(['RunPod pod/p1@5', 'AllRead']);
  });

  it('passes over an order older than the one that stands', async () => {
    await orders.send(run('a', 'p1', 5));
    const { heard } = listen('a');
    await orders.send(run('a', 'p1', 4));
    expect(heard).to.deep.equal(['RunPod pod/p1@5', 'AllRead']);
  });

  it('keeps nodes apart, but for what every node must know', async () => {
    const { heard } = listen('a');
    await orders.send(run('b', 'p1', 1));
    await orders.send({ type: 'Forget', node: everyNode, key: 'service/default/none', position: 1 });
    await orders.send(run(everyNode, 's1', 2));
    expect(heard).to.deep.equal(['AllRead', 'RunPod pod/s1@2']);
    expect(listen('c').heard).to.deep.equal(['RunPod pod/s1@2', 'AllRead']);
  });

  it('forgets a key, and tells those who listen', async () => {
    await orders.send(run('a', 'p1', 1));
    const { heard } = listen('a');
    await orders.send(forget('a', 'p1', 2));
    expect(heard).to.deep.equal(['RunPod pod/p1@1', 'AllRead', 'Forget pod/p1@2']);
    expect(listen('a').heard).to.deep.equal(['AllRead']);
  });

  it('tells nothing more to who has left', async () => {
    const { heard, stop } = listen('a');
    stop();
    await orders.send(run('a', 'p1', 1));
    expect(heard).to.deep.equal(['AllRead']);
  });

  it('delivers reports of a node in their order, also those that came before anyone listened', async () => {
    const command = (id: string) => ({
      id,
      at: 0,
      ref: { resource: 'pods', namespace: 'default', name: 'web' },
      type: 'ReportStatus',
      by: { user: 'n', groups: [] },
      via: 'agent/a',
      manager: 'kubelet',
      causes: [],
    });
    await orders.report('a', command('1'));
    const heard: string[] = [];
    orders.reports().subscribe(({ report, done }) => {
      heard.push(report.id);
      done();
    });
    await orders.report('a', command('2'));
    expect(heard).to.deep.equal(['1', '2']);
  });
};
