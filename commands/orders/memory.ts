import type { Orders } from './orders.ts';
import { openReports, openStanding } from './standing.ts';

/** Orders within one process, lost on exit: for simulation, and wherever the World can tell them again. */
export const memoryOrders = (): Orders => {
  const standing = openStanding();
  return {
    ...openReports(),
    send: async (order) => {
      standing.take(order);
    },
    forNode: standing.forNode,
    close: async () => undefined,
  };
};
