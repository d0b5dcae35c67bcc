import { Subject } from 'rxjs';
import type { Want } from '../../commands/link/messages.ts';
import type { Orders } from '../../commands/orders/orders.ts';
import type { Wish } from '../../kinds/command.ts';
import type { Rejection } from '../../kinds/rejection.ts';
import { type ControlPlane, FetchFailed, type Incoming } from '../../runtime-agent/control-plane.ts';

/** A control plane in this process: orders in memory, an ear for what is told, objects to fetch. */
export interface DirectControlPlane extends ControlPlane {
  /** All that was told, in order. */
  readonly told: Wish[];
  readonly objects: Map<string, unknown>;
  call(incoming: Incoming): void;
}

/** `answer` is the door: by default everything is accepted at once. */
export const directControlPlane = (
  orders: Orders,
  node: string,
  answer: (wish: Wish) => Promise<Rejection | undefined> = async () => undefined,
): DirectControlPlane => {
  const told: Wish[] = [];
  const objects = new Map<string, unknown>();
  const calls = new Subject<Incoming>();
  return {
    told,
    objects,
    call: (incoming) => calls.next(incoming),
    readings: () => orders.forNode(node),
    tell: (_key: string, wish: Wish, answered) => {
      told.push(wish);
      void answer(wish).then((rejection) => answered?.(rejection));
    },
    fetch: async (want: Want) => {
      const key = want.kind === 'Token' ? `Token/${want.serviceAccount}` : `${want.kind}/${want.name}`;
      const found = objects.get(key);
      if (found) return found;
      const message = `${want.kind.toLowerCase()}s "${key}" not found`;
      throw new FetchFailed(message, { rejected: 'NotFound', message });
    },
    calls: () => calls,
    close: async () => undefined,
  };
};
