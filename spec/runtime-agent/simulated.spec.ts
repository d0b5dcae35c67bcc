import { expect } from 'chai';
import { firstValueFrom, take, toArray } from 'rxjs';
import { RuntimeFailure } from '../../runtime-agent/runtime.ts';
import { type SimulatedRuntime, simulatedRuntime } from '../../runtime-agent/simulated.ts';
import { settled, type VirtualClock, virtualClock } from '../support/clock.ts';
import { programOf } from './programs.ts';
import { runtimeContract } from './runtime.contract.ts';
import { containerIn, expectFailure, failureOf, podNamed, type RuntimeBench, sandboxFor } from './runtime-bench.ts';

const image = 'reckon/demo:1';

const openBench = async (): Promise<RuntimeBench> => {
  const clock = virtualClock();
  const runtime = simulatedRuntime({
    node: 'a',
    clock,
    cpus: 4,
    memoryBytes: 8e9,
    behaviour: {
      container: ({ command }) => programOf(command),
      command: programOf,
      http: (_, port) => (port === 8080 ? 200 : undefined),
    },
  });
  await runtime.pullImage(image);
  return {
    runtime,
    cidr: '10.244.1.0/24',
    otherCidr: '10.244.2.0/24',
    image,
    pass: async (ms) => {
      await settled();
      clock.advance(ms);
      await settled();
    },
    close: async () => {},
  };
};

describe('simulatedRuntime', () => {
  runtimeContract(openBench);

  describe('what may befall it', () => {
    let clock: VirtualClock;
    let runtime: SimulatedRuntime;
    const web = podNamed('web');

    const open = async (behaviour = {}) => {
      clock = virtualClock();
      runtime = simulatedRuntime({ node: 'a', clock, cpus: 4, memoryBytes: 8e9, behaviour });
      await runtime.prepare('10.244.1.0/24');
    };
    const runOne = async () => {
      await runtime.pullImage(image);
      const sandbox = await runtime.runSandbox(sandboxFor(web));
      const id = await runtime.createContainer(containerIn(sandbox.id, web, { image }));
      await runtime.startContainer(id);
      return { sandbox, id };
    };

    it('shows a container that ended by itself, and a sandbox that died', async () => {
      await open();
      const { sandbox, id } = await runOne();
      clock.advance(5000);
      const told = firstValueFrom(runtime.observe().pipe(take(3), toArray()));
      runtime.endContainer(id, { code: 137, oomKilled: true });
      runtime.endSandbox(sandbox.id);
      const [, ended, died] = await told;
      expect(ended).nested.include({
        'container.state': 'exited',
        'container.exitCode': 137,
        'container.oomKilled': true,
      });
      expect(died).nested.include({ 'sandbox.state': 'exited' }).and.not.nested.property('sandbox.ip');
    });

    it('is lost, and lists everything when it is back', async () => {
      await open();
      const { id } = await runOne();
      const told = firstValueFrom(runtime.observe().pipe(take(3), toArray()));
      runtime.lose('gone fishing');
      runtime.endContainer(id, { code: 1, oomKilled: false });
      expect(await failureOf(runtime.info())).include({ kind: 'Unavailable', message: 'gone fishing' });
      expect(await firstValueFrom(runtime.observe())).deep.equal({ type: 'Lost', reason: 'gone fishing' });
      runtime.recover();
      const [, lost, listed] = await told;
      expect(lost).deep.equal({ type: 'Lost', reason: 'gone fishing' });
      expect(listed).nested.include({ type: 'Listed', 'containers[0].exitCode': 1 });
    });

    it('may refuse to pull', async () => {
      await open({
        pull: (reference: string) =>
          reference === image ? undefined : new RuntimeFailure('Unauthorized', `no ${reference} for you`),
      });
      await runtime.pullImage(image);
      await expectFailure('Unauthorized', runtime.pullImage('private:1'));
      expect(await runtime.image('private:1')).equal(undefined);
    });

    it('has no more addresses than its range', async () => {
      await open();
      await runtime.prepare('10.244.1.0/30');
      const { ip } = await runtime.runSandbox(sandboxFor(web));
      expect(ip).equal('10.244.1.2');
      const failure = await failureOf(runtime.runSandbox(sandboxFor(podNamed('b'))));
      expect(failure).include({
        kind: 'Refused',
        message: 'Cannot run a sandbox: all 1 addresses of this node are in use',
      });
    });
  });
});
