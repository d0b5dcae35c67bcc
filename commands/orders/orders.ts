import type { Observable } from 'rxjs';
import type { Command } from '../../kinds/command.ts';
import type { Order } from './order.ts';

/** What a reader of orders sees: an order, or that it has now read all that stood when it began. */
export type Reading = Order | { readonly type: 'AllRead' };

/** A report on its way to the door. */
export interface Delivery {
  readonly report: Command;
  /** To be called once the door has answered; until then it may be delivered again. */
  readonly done: () => void;
}

/** Carries orders to nodes and their reports back. Every adapter passes spec/commands/orders.contract.ts. */
export interface Orders {
  /** Resolves once the order cannot be lost. One older than the standing order of its key changes nothing. */
  send(order: Order): Promise<void>;
  /** A node's standing orders and those for every node, then `AllRead`, then each new one. Never completes by itself. */
  forNode(node: string): Observable<Reading>;
  /** Resolves once the report cannot be lost. Reports of one node keep their order. */
  report(node: string, report: Command): Promise<void>;
  /** Reports of all nodes, each at least once. */
  reports(): Observable<Delivery>;
  close(): Promise<void>;
}
