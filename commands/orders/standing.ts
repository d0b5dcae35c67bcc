import { Observable, Subject } from 'rxjs';
import { everyNode, type Order } from './order.ts';
import type { Delivery, Reading } from './orders.ts';

/** Orders that stand, by topic and key, and who listens. What both adapters within one process share. */
export interface Standing {
  /** True when the order now stands; false when a newer one did already, or it is the very same. */
  take(order: Order): boolean;
  forNode(node: string): Observable<Reading>;
  all(): Iterable<Order>;
}

/** Nothing stands yet. */
export const openStanding = (): Standing => {
  const topics = new Map<string, Map<string, Order>>();
  const taken = new Subject<Order>();
  return {
    take: (order) => {
      const topic = topics.get(order.node) ?? new Map<string, Order>();
      topics.set(order.node, topic);
      const before = topic.get(order.key);
      if (before && before.position > order.position) return false;
      if (before && before.position === order.position && before.type === order.type) return false;
      if (order.type === 'Forget' && !topic.has(order.key)) return false;
      if (order.type === 'Forget') topic.delete(order.key);
      else topic.set(order.key, order);
      taken.next(order);
      return true;
    },
    forNode: (node) =>
      new Observable<Reading>((subscriber) => {
        for (const topic of [everyNode, node]) {
          for (const order of topics.get(topic)?.values() ?? []) subscriber.next(order);
        }
        subscriber.next({ type: 'AllRead' });
        return taken.subscribe((order) => {
          if (order.node === node || order.node === everyNode) subscriber.next(order);
        });
      }),
    *all() {
      for (const topic of topics.values()) yield* topic.values();
    },
  };
};

/** Reports within one process: kept until someone listens. An agent tells again what was not answered. */
export const openReports = () => {
  const reported = new Subject<Delivery>();
  const waiting: Delivery[] = [];
  return {
    report: async (_node: string, report: Delivery['report']): Promise<void> => {
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
  };
};
