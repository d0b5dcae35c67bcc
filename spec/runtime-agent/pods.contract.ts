import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { firstValueFrom, map, takeWhile, toArray } from 'rxjs';
import { shown } from '../support/observing.ts';
import { programs } from './programs.ts';
import { expectFailure, failureOf, type NodeUnderTest, podNamed, sandboxFor, web, wholeLog } from './runtime-bench.ts';

/** Sandboxes, containers, and what is told of them. */
export const podsContract = (node: NodeUnderTest): void => {
  const { runSandbox, create, run, runAlone, inState, firstLine } = node;
  const ended = (id: string) => inState(id, 'exited');

  describe('observe', () => {
    it('begins with a list, which is empty on a new node', async () => {
      expect(await firstValueFrom(node.runtime.observe())).deep.equal({
        type: 'Listed',
        sandboxes: [],
        containers: [],
      });
    });

    it('tells of a container from its making to its removal', async () => {
      const sandbox = await runSandbox();
      const told = firstValueFrom(
        node.runtime.observe().pipe(
          map((one) => {
            if (one.type === 'ContainerSeen') return one.container.state;
            return one.type === 'Removed' ? 'removed' : one.type === 'Listed' ? 'listed' : 'other';
          }),
          takeWhile((state) => state !== 'removed', true),
          toArray(),
        ),
      );
      await shown(node.runtime, ({ sandboxes }) => sandboxes.has(sandbox.id));
      const id = await create(sandbox.id, programs.obeys.command);
      await inState(id, 'created');
      await node.runtime.startContainer(id);
      await inState(id, 'running');
      await node.runtime.stopContainer(id, 10_000);
      await ended(id);
      await node.runtime.removeContainer(id);
      const states = (await told).filter((state, i, all) => state !== all[i - 1] && state !== 'other');
      expect(states).deep.equal(['listed', 'created', 'running', 'exited', 'removed']);
    });

    it('lists what runs to whoever comes later', async () => {
      const sandbox = await runSandbox(web, { attempt: 3, labels: { a: 'sandbox' } });
      const id = await run(sandbox.id, programs.obeys.command, { attempt: 2, labels: { 'example.com/hash': '"7"' } });
      const running = await inState(id, 'running');
      const list = await firstValueFrom(node.runtime.observe());
      expect(list).deep.equal({ type: 'Listed', sandboxes: [sandbox], containers: [running] });
      expect(sandbox).deep.include({
        pod: web,
        attempt: 3,
        labels: { a: 'sandbox' },
        state: 'running',
        network: 'pod',
      });
      expect(running).deep.include({
        sandboxId: sandbox.id,
        pod: web,
        name: 'main',
        attempt: 2,
        oomKilled: false,
        image: node.bench.image,
        labels: { 'example.com/hash': '"7"' },
      });
      expect(running.imageId).equal((await node.runtime.image(node.bench.image))?.id);
      expect(running.startedAt).least(running.createdAt);
      expect(running).not.to.have.any.keys('exitCode', 'finishedAt', 'error');
    });
  });

  describe('prepare', () => {
    it('may be repeated', async () => {
      await node.runtime.prepare(node.bench.cidr);
      await node.runtime.prepare(node.bench.cidr);
      const sandbox = await runSandbox();
      await node.runtime.prepare(node.bench.cidr);
      expect(await shown(node.runtime, ({ sandboxes }) => sandboxes.get(sandbox.id))).include({
        state: 'running',
        ip: sandbox.ip,
      });
    });

    it('takes another range, but not under pods that run', async () => {
      const sandbox = await runSandbox();
      const failure = await failureOf(node.runtime.prepare(node.bench.otherCidr));
      expect(failure).include({
        kind: 'Conflict',
        message: `Cannot give pods addresses of ${node.bench.otherCidr}: pods still run on ${node.bench.cidr}`,
      });
      await node.runtime.removeSandbox(sandbox.id);
      await node.runtime.prepare(node.bench.otherCidr);
    });

    it('refuses what is no range', () => expectFailure('Refused', node.runtime.prepare('fd00::/64')));
  });

  describe('a sandbox', () => {
    it('needs a node with addresses', () => expectFailure('Conflict', node.runtime.runSandbox(sandboxFor(web))));

    it('has an address that no other has, and none had a moment ago', async () => {
      const first = await runSandbox();
      const second = await runSandbox(podNamed('b'));
      await node.runtime.removeSandbox(second.id);
      const third = await runSandbox(podNamed('c'));
      const addresses = [first.ip, second.ip, third.ip];
      expect(new Set(addresses).size, addresses.join(' ')).equal(3);
      const network = node.bench.cidr.slice(0, node.bench.cidr.lastIndexOf('.') + 1);
      for (const address of addresses)
        expect(address)
          .match(/^\d+\.\d+\.\d+\.\d+$/)
          .and.satisfies((ip: string) => ip.startsWith(network));
    });

    it('gets different addresses when many start at once', async () => {
      await node.runtime.prepare(node.bench.cidr);
      const all = await Promise.all(
        ['a', 'b', 'c', 'd'].map((name) => node.runtime.runSandbox(sandboxFor(podNamed(name)))),
      );
      expect(new Set(all.map(({ ip }) => ip)).size).equal(4);
    });

    it('has no address of its own on the node’s network', async () => {
      const sandbox = await runSandbox(web, { network: 'node' });
      expect(sandbox).include({ network: 'node', state: 'running' }).and.not.to.have.property('ip');
      expect((await inState(await run(sandbox.id, programs.obeys.command), 'running')).sandboxId).equal(sandbox.id);
    });

    it('is not made twice', async () => {
      const sandbox = await runSandbox();
      await expectFailure('Conflict', node.runtime.runSandbox(sandboxFor(web)));
      expect((await node.runtime.runSandbox(sandboxFor(web, { attempt: 1 }))).id).not.equal(sandbox.id);
    });

    it('stops with all that runs in it, which stays to be read', async () => {
      const sandbox = await runSandbox();
      const id = await run(sandbox.id, programs.obeys.command);
      await node.runtime.stopSandbox(sandbox.id);
      expect(await ended(id)).include({ exitCode: 137 });
      const stopped = await shown(node.runtime, ({ sandboxes }) => {
        const one = sandboxes.get(sandbox.id);
        return one?.state === 'exited' && one;
      });
      expect(stopped).not.to.have.property('ip');
      expect(await text(await node.runtime.logs(id, wholeLog))).equal('begun\n');
      await node.runtime.stopSandbox(sandbox.id);
    });

    it('goes with all that is in it', async () => {
      const sandbox = await runSandbox();
      await run(sandbox.id, programs.obeys.command);
      await create(sandbox.id, programs.obeys.command, { name: 'other' });
      await node.runtime.removeSandbox(sandbox.id);
      expect(await firstValueFrom(node.runtime.observe())).deep.include({ sandboxes: [], containers: [] });
      await node.runtime.removeSandbox(sandbox.id);
      await node.runtime.stopSandbox(sandbox.id);
    });
  });

  describe('removeAll', () => {
    it('leaves nothing', async () => {
      await run((await runSandbox()).id, programs.obeys.command);
      await runSandbox(podNamed('b'));
      await node.runtime.removeAll();
      expect(await firstValueFrom(node.runtime.observe())).deep.include({ sandboxes: [], containers: [] });
      await node.runtime.removeAll();
    });
  });

  describe('a container', () => {
    it('ends with a code', async () => {
      const container = await ended(await runAlone(programs.ends.command));
      expect(container).include({ exitCode: 3, oomKilled: false }).and.not.to.have.any.keys('error', 'pid');
      expect(container.finishedAt).least(container.startedAt ?? Number.POSITIVE_INFINITY);
    });

    it('that cannot be started has exited, and says why', async () => {
      const id = await create((await runSandbox()).id, programs.missing.command);
      const failure = await failureOf(node.runtime.startContainer(id));
      expect(failure.kind).equal('Refused');
      expect(failure.message).contain('/no/such/program');
      const container = await ended(id);
      expect(container).include({ exitCode: 127, error: failure.message }).and.not.to.have.property('startedAt');
    });

    it('is not made twice', async () => {
      const { id } = await runSandbox();
      await create(id, programs.obeys.command);
      await expectFailure('Conflict', create(id, programs.obeys.command));
      await create(id, programs.obeys.command, { attempt: 1 });
      await create(id, programs.obeys.command, { name: 'other' });
    });

    it('needs an image that is here', async () => {
      await expectFailure('NotFound', create((await runSandbox()).id, [], { image: 'reckon/none:1' }));
    });

    it('needs a sandbox that runs', async () => {
      const sandbox = await runSandbox();
      await expectFailure('NotFound', create('nosuch', []));
      await node.runtime.stopSandbox(sandbox.id);
      await expectFailure('Conflict', create(sandbox.id, []));
    });

    it('may end by itself when it is told to stop', async () => {
      const id = await runAlone(programs.obeys.command);
      await firstLine(id);
      await node.runtime.stopContainer(id, 60_000);
      expect(await ended(id)).include({ exitCode: 0 });
    });

    it('is killed when its grace is over', async () => {
      const id = await runAlone(programs.ignores.command);
      const stopped = node.runtime.stopContainer(id, 600);
      await node.bench.pass(1000);
      await stopped;
      const { exitCode, startedAt = 0, finishedAt = 0 } = await ended(id);
      expect(exitCode).equal(137);
      expect(finishedAt - startedAt).within(900, 8000);
    });

    it('that has ended or is gone needs no stopping', async () => {
      const id = await runAlone(programs.ends.command);
      await ended(id);
      await node.runtime.stopContainer(id, 1000);
      await node.runtime.removeContainer(id);
      await node.runtime.stopContainer(id, 1000);
      await node.runtime.removeContainer(id);
    });

    it('is removed even while it runs', async () => {
      const id = await runAlone(programs.ignores.command);
      await node.runtime.removeContainer(id);
      await shown(node.runtime, ({ containers }) => !containers.has(id));
      await expectFailure('NotFound', node.runtime.logs(id, wholeLog));
    });
  });
};
