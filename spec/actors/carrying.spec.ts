import { expect } from 'chai';
import { carryOutFor } from '../../actors/carry-out.ts';
import type { Wanted } from '../../actors/controller.ts';
import { podKey } from '../../actors/dispatcher/pod-order.ts';
import { leftoverKeys } from '../../actors/leftovers.ts';
import { carryReports } from '../../actors/reports.ts';
import { memoryOrders } from '../../commands/orders/memory.ts';
import type { Order } from '../../commands/orders/order.ts';
import type { Outcome } from '../../commands/outcome.ts';
import type { Command } from '../../kinds/command.ts';
import type { Pod } from '../../kinds/pod.ts';
import { type Rejection, reject } from '../../kinds/rejection.ts';
import { settled } from '../support/clock.ts';
import { objectOf, type Sketch, worldOf } from '../support/world.ts';

const ref = { resource: 'pods', namespace: 'default', name: 'web' };
const remove: Wanted = { type: 'Delete', ref, options: {} };
const object = objectOf({ kind: 'Pod', metadata: { name: 'web' } });
const create: Wanted = { type: 'Create', ref, object };
const replace: Wanted = { type: 'Replace', ref, object };
const note = { type: 'Note', ref } as Wanted;

describe('what a controller wishes for', () => {
  const came = async (wanted: Wanted, outcome: Outcome) => {
    const asked: Command[] = [];
    const carryOut = carryOutFor(
      'replica-set',
      async (command) => {
        asked.push(command);
        return outcome;
      },
      'c0ffee',
    );
    return { came: await carryOut({ id: 'replica-set/key@7/0', at: 5, causes: [3], wanted }), asked };
  };

  it('goes to the door in the name of the controller, with what led to it', async () => {
    const { asked } = await came(remove, { object, gone: true, events: [], warnings: [] });
    expect(asked[0]).to.deep.include({
      id: 'c0ffee/replica-set/key@7/0',
      at: 5,
      causes: [3],
      via: 'controller/replica-set',
      manager: 'kube-controller-manager',
    });
    expect(asked[0]?.by.user).to.equal('system:serviceaccount:kube-system:replica-set-controller');
  });

  it('has written as far as its newest event', async () => {
    const events = [{ position: 8 }, { position: 9 }] as never;
    expect((await came(remove, { object, gone: true, events, warnings: [] })).came).to.deep.equal({
      written: 9,
    });
  });

  describe('is no failure', () => {
    const going: Rejection = {
      ...reject('Forbidden', 'no'),
      causes: [{ reason: 'NamespaceTerminating', message: '' }],
    };
    const rows: readonly (readonly [string, Wanted, Rejection])[] = [
      ['when what shall go is gone', remove, reject('NotFound', 'gone')],
      ['when what shall go is another by now', remove, reject('Conflict', 'another')],
      ['when what shall change is gone', replace, reject('NotFound', 'gone')],
      ['when users cannot be told', note, reject('Forbidden', 'quota')],
      ['when the namespace is going', create, going],
    ];
    for (const [what, wanted, rejection] of rows)
      it(what, async () => expect((await came(wanted, rejection)).came).to.deep.equal({ written: -1 }));
  });

  it('fails otherwise', async () => {
    for (const [wanted, reason] of [
      [create, 'NotFound'],
      [create, 'AlreadyExists'],
      [replace, 'Conflict'],
    ] as const)
      expect((await came(wanted, reject(reason, 'no'))).came).to.include({ rejected: reason });
  });
});

describe('what nodes report', () => {
  const report = (node: string, id: string) => ({
    ...remove,
    id,
    at: 0,
    by: { user: node, groups: [] },
    via: `agent/${node}`,
    manager: 'kubelet',
    causes: [],
  });

  it('reaches the door in the order of each node, nodes side by side', async () => {
    const orders = memoryOrders();
    const log: string[] = [];
    const waiting: (() => void)[] = [];
    carryReports(
      orders,
      ({ id }) => {
        log.push(id);
        return new Promise((resolve) => void waiting.push(() => resolve(reject('NotFound', 'gone'))));
      },
      () => expect.fail('nothing fails'),
    );
    for (const id of ['a1', 'a2', 'b1']) await orders.report(id.slice(0, 1), report(id.slice(0, 1), id));
    expect(log).to.deep.equal(['a1', 'b1']);
    waiting[0]?.();
    await settled();
    expect(log).to.deep.equal(['a1', 'b1', 'a2']);
  });

  it('goes on after a log that could not be reached', async () => {
    const orders = memoryOrders();
    const failures: unknown[] = [];
    const log: string[] = [];
    carryReports(
      orders,
      async ({ id }) => {
        log.push(id);
        throw new Error('away');
      },
      (error) => failures.push(error),
    );
    await orders.report('a', report('a', 'a1'));
    await settled();
    await orders.report('a', report('a', 'a2'));
    await settled();
    expect(log).to.deep.equal(['a1', 'a2']);
    expect(failures).to.have.length(2);
  });
});

describe('orders left over from a control plane that ended', () => {
  const node: Sketch = { kind: 'Node', metadata: { name: 'a' } };
  const sketch: Sketch = { kind: 'Pod', metadata: { name: 'web' }, spec: { nodeName: 'a', containers: [] } };
  const pod = objectOf(sketch) as Pod;
  const run: Order = { type: 'RunPod', node: 'a', key: 'pod/web-uid', position: 1, pod };
  const stop = (gone: boolean): Order => ({ ...run, type: 'StopPod', gracePeriodSeconds: 0, gone });
  const left = async (order: Order, ...sketches: readonly Sketch[]) => {
    const orders = memoryOrders();
    await orders.send(order);
    return leftoverKeys(worldOf(...sketches), orders);
  };
  const key = podKey({ uid: 'web-uid', node: 'a', stream: 'pods-default/web', confirmed: false });

  it('are those of pods that are gone', async () => {
    expect(await left(run, node)).to.deep.equal([key]);
    expect(await left(stop(false), node)).to.deep.equal([key]);
  });
  it('are not those of pods that are there, nor those that say so already', async () => {
    expect(await left(run, node, sketch)).to.deep.equal([]);
    expect(await left(stop(true), node)).to.deep.equal([]);
  });
  it('are those of a pod of that name with another uid', async () =>
    expect(await left(run, node, { ...sketch, metadata: { name: 'web', uid: 'new' } })).to.deep.equal([key]));
});
