import { Observable, Subject } from 'rxjs';
import { type Order, everyNode } from './order.ts';
import type { Delivery, Orders, Reading } from './orders.ts';

/** Orders within one process, lost on exit: for simulation, and wherever the World can tell them again. */
export const memoryOrders = (): Orders => {
  const standing = new Map<string, Map<string, Order>>();
  const sent = new Subject<Order>();
  const reported = new Subject<Delivery>();
  const waiting: Delivery[] = [];

  return {
    send: async (order) => {
      const topic = standing.get(order.node) ?? new Map<string, Order>();
      standing.set(order.node, topic);
      if ((topic.get(order.key)?.position ?? -1) > order.position) return;
      if (order.type === 'Forget') topic.delete(order.key);
      else topic.set(order.key, order);
      sent.next(order);
    },
    forNode: (node) =>
      new Observable<Reading>((subscriber) => {
        for (const topic of [everyNode, node])
          for (const order of standing.get(topic)?.values() ?? []) subscriber.next(order);
        subscriber.next({ type: 'AllRead' });
        return sent.subscribe((order) => {
          if (order.node === node || order.node === everyNode) subscriber.next(order);
        });
      }),
    report: async (_node, report) => {
      const delivery = { report, done: () => undefined };
      if (reported.observed) reported.next(delivery);
      else waiting.push(delivery);
    },
    reports: () =>
      new Observable<Delivery>((subscriber) => {
        const subscription = reported.subscribe(subscriber);
        for (const delivery of waiting.splice(0)) subscriber.next(delivery);
        return subscription;
      }),
    close: async () => undefined,
  };
};
