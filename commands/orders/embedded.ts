import { ClassicLevel } from 'classic-level';
import type { Order } from './order.ts';
import type { Orders } from './orders.ts';
import { openReports, openStanding } from './standing.ts';

/** The orders cannot be opened or written: what, where and what to do is in the message. */
export class OrdersUnavailable extends Error {
  override readonly name = 'OrdersUnavailable';
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Orders that wait to be written are refused beyond this many. */
const queueMax = 100_000;

const keyOf = ({ node, key }: Order): string => `${node}\0${key}`;

/**
 * The command log of a control plane that is one process: the newest order per node and key, in a folder of its own. It is
 * read whole at start; an order reaches its node before it is on disk, since the World would tell it again after a crash.
 */
export const openEmbeddedOrders = async ({ directory }: { readonly directory: string }): Promise<Orders> => {
  const db = new ClassicLevel<string, Order>(directory, { valueEncoding: 'json' });
  await db.open().catch((error: Error) => {
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    throw new OrdersUnavailable(
      `Cannot open the orders in "${directory}": ${why}. If another Reckon runs on this folder, stop it; if the folder is damaged, remove it: the log tells all orders again.`,
      { cause: error },
    );
  });
  const standing = openStanding();
  for await (const order of db.values()) standing.take(order);

  let queue = new Map<string, Order>();
  let waiting: Waiting[] = [];
  let writing = Promise.resolve();
  let scheduled = false;

  const write = async () => {
    const [orders, those] = [queue, waiting];
    queue = new Map();
    waiting = [];
    scheduled = false;
    const operations = Array.from(orders, ([key, order]) =>
      order.type === 'Forget' ? { type: 'del' as const, key } : { type: 'put' as const, key, value: order },
    );
    try {
      await db.batch(operations, { sync: true });
      for (const { resolve } of those) resolve();
    } catch (error) {
      const failed = new OrdersUnavailable(`Cannot write orders to "${directory}": ${(error as Error).message}`, {
        cause: error,
      }); // LevelDB throws Errors
      for (const { reject } of those) reject(failed);
    }
  };

  return {
    ...openReports(),
    send: (order) =>
      new Promise((resolve, reject) => {
        if (queue.size >= queueMax)
          return reject(new OrdersUnavailable(`Cannot take more orders: ${queueMax} wait to be written`));
        if (!standing.take(order)) return resolve();
        queue.set(keyOf(order), order);
        waiting.push({ resolve, reject });
        if (scheduled) return undefined;
        scheduled = true;
        writing = writing.then(write);
        return undefined;
      }),
    forNode: standing.forNode,
    close: async () => {
      await writing;
      await db.close();
    },
  };
};
