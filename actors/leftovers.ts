import { firstValueFrom, takeWhile, toArray } from 'rxjs';
import type { Orders } from '../commands/orders/orders.ts';
import { streamOf } from '../events/event.ts';
import type { Node } from '../kinds/node.ts';
import type { World } from '../projections/world.ts';
import { podKey } from './dispatcher/pod-order.ts';

/**
 * Keys of the dispatcher for orders that stand though their pods are gone: the control plane ended between the end of a pod
 * and the order that follows from it.
 */
export const leftoverKeys = async (world: World, orders: Orders): Promise<readonly string[]> => {
  const keys: string[] = [];
  for (const { metadata } of world.list<Node>('nodes')) {
    const node = metadata.name;
    const readings = orders.forNode(node).pipe(
      takeWhile(({ type }) => type !== 'AllRead'),
      toArray(),
    );
    for (const order of await firstValueFrom(readings)) {
      if (order.type !== 'RunPod' && (order.type !== 'StopPod' || order.gone)) continue;
      const { name, namespace = '', uid } = order.pod.metadata;
      const ref = { resource: 'pods', namespace, name };
      if (world.get(ref)?.metadata.uid !== uid)
        keys.push(podKey({ uid, node, stream: streamOf(ref), confirmed: false }));
    }
  }
  return keys;
};
