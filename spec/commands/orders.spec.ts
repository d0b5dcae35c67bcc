import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { openEmbeddedOrders } from '../../commands/orders/embedded.ts';
import { memoryOrders } from '../../commands/orders/memory.ts';
import { ordersContract } from './orders.contract.ts';

describe('memoryOrders', () => ordersContract(async () => memoryOrders()));

describe('embedded orders', () => {
  const directories: string[] = [];
  const directory = async () => {
    const made = await mkdtemp(join(tmpdir(), 'reckon-orders-'));
    directories.push(made);
    return made;
  };
  after(() => Promise.all(directories.map((made) => rm(made, { recursive: true }))));

  ordersContract(async () => openEmbeddedOrders({ directory: await directory() }));

  it('stand again after a restart', async () => {
    const where = await directory();
    const before = await openEmbeddedOrders({ directory: where });
    const order = { type: 'Forget', node: 'a', key: 'pod/p1', position: 3 } as const;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'd', uid: 'p2', resourceVersion: '1', creationTimestamp: '' },
      spec: { containers: [] },
    };
    await before.send({ type: 'RunPod', node: 'a', key: 'pod/p1', position: 1, pod });
    await before.send({ type: 'RunPod', node: 'a', key: 'pod/p2', position: 2, pod });
    await before.send(order);
    await before.close();
    const again = await openEmbeddedOrders({ directory: where });
    expect(await firstValueFrom(again.forNode('a'))).to.include({ key: 'pod/p2', position: 2 });
    await again.close();
  });

  it('say so when another process holds the folder', async () => {
    const where = await directory();
    const held = await openEmbeddedOrders({ directory: where });
    const error = await openEmbeddedOrders({ directory: where }).catch((failed: unknown) => failed);
    expect(error).to.be.instanceOf(Error);
    expect((error as Error).message).to.match(/^Cannot open the orders in ".*": .*stop it/);
    await held.close();
  });
});
