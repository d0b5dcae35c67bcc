import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { firstValueFrom, map, takeWhile, toArray } from 'rxjs';
import type { ContainerSpec, PodIdentity, SandboxSpec } from '../../runtime-agent/container.ts';
import { imageArchive } from '../../runtime-agent/images/archive.ts';
import { type Runtime, RuntimeFailure, type RuntimeFailureKind } from '../../runtime-agent/runtime.ts';
import type { LogOptions } from '../../runtime-agent/streams.ts';
import { shown } from '../support/observing.ts';
import { programs } from './programs.ts';

/** A node for one spec. */
export interface RuntimeBench {
  readonly runtime: Runtime;
  /** A range for its pods that is not prepared yet. */
  readonly cidr: string;
  /** A range of the same size beside it. */
  readonly otherCidr: string;
  /** An image that is here, with the contract's programs. */
  readonly image: string;
  /** Lets so much time pass by the runtime's clock, or does not where that passes by itself. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const podNamed = (name: string): PodIdentity => ({ uid: `uid-of-${name}`, namespace: 'shop', name });

export const sandboxFor = (pod: PodIdentity, change: Partial<SandboxSpec> = {}): SandboxSpec => ({
  pod,
  attempt: 0,
  hostname: pod.name,
  network: 'pod',
  ipc: 'pod',
  labels: {},
  ...change,
});

export const containerIn = (sandboxId: string, pod: PodIdentity, change: Partial<ContainerSpec>): ContainerSpec => ({
  sandboxId,
  pod,
  name: 'main',
  attempt: 0,
  image: '',
  command: [],
  args: [],
  env: [],
  mounts: [],
  resources: {},
  privileges: {},
  pid: 'container',
  tty: false,
  stdin: false,
  stdinOnce: false,
  labels: {},
  ...change,
});

/** What a call fails with. */
export const failureOf = async (call: Promise<unknown>): Promise<RuntimeFailure> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).instanceOf(RuntimeFailure);
  return error as RuntimeFailure; // as expected the line before
};

export const expectFailure = async (kind: RuntimeFailureKind, call: Promise<unknown>) =>
  expect((await failureOf(call)).kind).equal(kind);

const wholeLog: LogOptions = { stdout: true, stderr: true, follow: false, timestamps: false };

/** What every runtime does, whatever it runs on. */
export const runtimeContract = (open: () => Promise<RuntimeBench>): void => {
  let bench: RuntimeBench;
  let runtime: Runtime;
  const web = podNamed('web');

  beforeEach(async () => {
    bench = await open();
    ({ runtime } = bench);
  });
  afterEach(() => bench.close());

  const runSandbox = async (pod = web, change: Partial<SandboxSpec> = {}) => {
    await runtime.prepare(bench.cidr);
    return runtime.runSandbox(sandboxFor(pod, change));
  };
  const create = (sandboxId: string, command: readonly string[], change: Partial<ContainerSpec> = {}) =>
    runtime.createContainer(containerIn(sandboxId, web, { image: bench.image, command, ...change }));
  const run = async (sandboxId: string, command: readonly string[], change: Partial<ContainerSpec> = {}) => {
    const id = await create(sandboxId, command, change);
    await runtime.startContainer(id);
    return id;
  };
  /** A container of a pod of its own. */
  const runAlone = async (command: readonly string[], change: Partial<ContainerSpec> = {}) =>
    run((await runSandbox()).id, command, change);
  const inState = (id: string, state: 'created' | 'running' | 'exited') =>
    shown(runtime, ({ containers }) => {
      const container = containers.get(id);
      return container?.state === state && container;
    });
  const ended = (id: string) => inState(id, 'exited');
  /** Waits until it has written a line. */
  const firstLine = async (id: string) => {
    for await (const chunk of await runtime.logs(id, { ...wholeLog, follow: true }))
      if (String(chunk).includes('\n')) return;
    throw new Error('It ended without a line');
  };

  describe('observe', () => {
    it('begins with a list, which is empty on a new node', async () => {
      expect(await firstValueFrom(runtime.observe())).deep.equal({ type: 'Listed', sandboxes: [], containers: [] });
    });

    it('tells of a container from its making to its removal', async () => {
      const sandbox = await runSandbox();
      const told = firstValueFrom(
        runtime.observe().pipe(
          map((one) => {
            if (one.type === 'ContainerSeen') return one.container.state;
            return one.type === 'Removed' ? 'removed' : one.type === 'Listed' ? 'listed' : 'other';
          }),
          takeWhile((state) => state !== 'removed', true),
          toArray(),
        ),
      );
      await shown(runtime, ({ sandboxes }) => sandboxes.has(sandbox.id));
      const id = await create(sandbox.id, programs.obeys.command);
      await inState(id, 'created');
      await runtime.startContainer(id);
      await inState(id, 'running');
      await runtime.stopContainer(id, 10_000);
      await ended(id);
      await runtime.removeContainer(id);
      const states = (await told).filter((state, i, all) => state !== all[i - 1] && state !== 'other');
      expect(states).deep.equal(['listed', 'created', 'running', 'exited', 'removed']);
    });

    it('lists what runs to whoever comes later', async () => {
      const sandbox = await runSandbox(web, { attempt: 3, labels: { a: 'sandbox' } });
      const id = await run(sandbox.id, programs.obeys.command, { attempt: 2, labels: { 'example.com/hash': '"7"' } });
      const running = await inState(id, 'running');
      const list = await firstValueFrom(runtime.observe());
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
        image: bench.image,
        labels: { 'example.com/hash': '"7"' },
      });
      expect(running.imageId).equal((await runtime.image(bench.image))?.id);
      expect(running.startedAt).least(running.createdAt);
      expect(running).not.to.have.any.keys('exitCode', 'finishedAt', 'error');
    });
  });

  describe('prepare', () => {
    it('may be repeated', async () => {
      await runtime.prepare(bench.cidr);
      await runtime.prepare(bench.cidr);
      const sandbox = await runSandbox();
      await runtime.prepare(bench.cidr);
      expect(await shown(runtime, ({ sandboxes }) => sandboxes.get(sandbox.id))).include({
        state: 'running',
        ip: sandbox.ip,
      });
    });

    it('takes another range, but not under pods that run', async () => {
      const sandbox = await runSandbox();
      const failure = await failureOf(runtime.prepare(bench.otherCidr));
      expect(failure).include({
        kind: 'Conflict',
        message: `Cannot give pods addresses of ${bench.otherCidr}: pods still run on ${bench.cidr}`,
      });
      await runtime.removeSandbox(sandbox.id);
      await runtime.prepare(bench.otherCidr);
    });

    it('refuses what is no range', () => expectFailure('Refused', runtime.prepare('fd00::/64')));
  });

  describe('a sandbox', () => {
    it('needs a node with addresses', () => expectFailure('Conflict', runtime.runSandbox(sandboxFor(web))));

    it('has an address that no other has, and none had a moment ago', async () => {
      const first = await runSandbox();
      const second = await runSandbox(podNamed('b'));
      await runtime.removeSandbox(second.id);
      const third = await runSandbox(podNamed('c'));
      const addresses = [first.ip, second.ip, third.ip];
      expect(new Set(addresses).size, addresses.join(' ')).equal(3);
      const network = bench.cidr.slice(0, bench.cidr.lastIndexOf('.') + 1);
      for (const address of addresses)
        expect(address)
          .match(/^\d+\.\d+\.\d+\.\d+$/)
          .and.satisfies((ip: string) => ip.startsWith(network));
    });

    it('gets different addresses when many start at once', async () => {
      await runtime.prepare(bench.cidr);
      const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => runtime.runSandbox(sandboxFor(podNamed(name)))));
      expect(new Set(all.map(({ ip }) => ip)).size).equal(4);
    });

    it('has no address of its own on the node’s network', async () => {
      const sandbox = await runSandbox(web, { network: 'node' });
      expect(sandbox).include({ network: 'node', state: 'running' }).and.not.to.have.property('ip');
      expect((await inState(await run(sandbox.id, programs.obeys.command), 'running')).sandboxId).equal(sandbox.id);
    });

    it('is not made twice', async () => {
      const sandbox = await runSandbox();
      await expectFailure('Conflict', runtime.runSandbox(sandboxFor(web)));
      expect((await runtime.runSandbox(sandboxFor(web, { attempt: 1 }))).id).not.equal(sandbox.id);
    });

    it('stops with all that runs in it, which stays to be read', async () => {
      const sandbox = await runSandbox();
      const id = await run(sandbox.id, programs.obeys.command);
      await runtime.stopSandbox(sandbox.id);
      expect(await ended(id)).include({ exitCode: 137 });
      const stopped = await shown(runtime, ({ sandboxes }) => {
        const one = sandboxes.get(sandbox.id);
        return one?.state === 'exited' && one;
      });
      expect(stopped).not.to.have.property('ip');
      expect(await text(await runtime.logs(id, wholeLog))).equal('begun\n');
      await runtime.stopSandbox(sandbox.id);
    });

    it('goes with all that is in it', async () => {
      const sandbox = await runSandbox();
      await run(sandbox.id, programs.obeys.command);
      await create(sandbox.id, programs.obeys.command, { name: 'other' });
      await runtime.removeSandbox(sandbox.id);
      expect(await firstValueFrom(runtime.observe())).deep.include({ sandboxes: [], containers: [] });
      await runtime.removeSandbox(sandbox.id);
      await runtime.stopSandbox(sandbox.id);
    });
  });

  describe('removeAll', () => {
    it('leaves nothing', async () => {
      await run((await runSandbox()).id, programs.obeys.command);
      await runSandbox(podNamed('b'));
      await runtime.removeAll();
      expect(await firstValueFrom(runtime.observe())).deep.include({ sandboxes: [], containers: [] });
      await runtime.removeAll();
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
      const failure = await failureOf(runtime.startContainer(id));
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
      await runtime.stopSandbox(sandbox.id);
      await expectFailure('Conflict', create(sandbox.id, []));
    });

    it('may end by itself when it is told to stop', async () => {
      const id = await runAlone(programs.obeys.command);
      await firstLine(id);
      await runtime.stopContainer(id, 60_000);
      expect(await ended(id)).include({ exitCode: 0 });
    });

    it('is killed when its grace is over', async () => {
      const id = await runAlone(programs.ignores.command);
      const stopped = runtime.stopContainer(id, 600);
      await bench.pass(1000);
      await stopped;
      const { exitCode, startedAt = 0, finishedAt = 0 } = await ended(id);
      expect(exitCode).equal(137);
      expect(finishedAt - startedAt).within(990, 3000);
    });

    it('that has ended or is gone needs no stopping', async () => {
      const id = await runAlone(programs.ends.command);
      await ended(id);
      await runtime.stopContainer(id, 1000);
      await runtime.removeContainer(id);
      await runtime.stopContainer(id, 1000);
      await runtime.removeContainer(id);
    });

    it('is removed even while it runs', async () => {
      const id = await runAlone(programs.ignores.command);
      await runtime.removeContainer(id);
      await shown(runtime, ({ containers }) => !containers.has(id));
      await expectFailure('NotFound', runtime.logs(id, wholeLog));
    });
  });

  describe('exec', () => {
    it('gives both outputs and the exit code', async () => {
      const id = await runAlone(programs.obeys.command);
      const execution = await runtime.exec(id, { command: programs.ends.command, stdin: false, tty: false });
      expect(execution.stdin).equal(undefined);
      expect(await Promise.all([text(execution.stdout), text(execution.stderr ?? Readable.from([]))])).deep.equal([
        'one\ntwo\n',
        'three\n',
      ]);
      expect(await execution.exit()).equal(3);
    });

    it('takes standard input to its end', async () => {
      const id = await runAlone(programs.obeys.command);
      const execution = await runtime.exec(id, { command: programs.echoes.command, stdin: true, tty: false });
      const output = text(execution.stdout);
      execution.stderr?.resume();
      execution.stdin?.write('a little, ');
      execution.stdin?.end('x'.repeat(1_000_000));
      expect(await output).equal(`a little, ${'x'.repeat(1_000_000)}`);
      expect(await execution.exit()).equal(0);
    });

    it('has one output with a terminal', async () => {
      const id = await runAlone(programs.obeys.command);
      const size = { columns: 80, rows: 24 };
      const execution = await runtime.exec(id, {
        command: programs.saysTerminal.command,
        stdin: true,
        tty: true,
        size,
      });
      expect(execution.stderr).equal(undefined);
      expect((await text(execution.stdout)).replaceAll('\r', '')).equal('terminal\nerror\n');
      expect(await execution.exit()).equal(0);
    });

    it('can be killed', async () => {
      const id = await runAlone(programs.obeys.command);
      const execution = await runtime.exec(id, { command: programs.sleeps.command, stdin: false, tty: false });
      execution.stdout.resume();
      execution.stderr?.resume();
      await execution.kill();
      expect(await execution.exit()).equal(137);
    });

    it('needs a container that runs', async () => {
      const id = await runAlone(programs.ends.command);
      await ended(id);
      const spec = { command: programs.ends.command, stdin: false, tty: false };
      await expectFailure('Conflict', runtime.exec(id, spec));
      await expectFailure('NotFound', runtime.exec('nosuch', spec));
    });
  });

  describe('attach', () => {
    it('gives what is written from now on, until the container ends', async () => {
      const id = await runAlone(programs.talks.command);
      await firstLine(id);
      const streams = await runtime.attach(id, { stdin: false });
      streams.stderr?.resume();
      const output = text(streams.stdout);
      await bench.pass(600);
      expect(await output).equal('two\n');
    });

    it('needs a container that runs', async () => {
      const id = await runAlone(programs.ends.command);
      await ended(id);
      await expectFailure('Conflict', runtime.attach(id, { stdin: false }));
    });
  });

  describe('logs', () => {
    it('are there after the container has ended', async () => {
      const id = await runAlone(programs.ends.command);
      await ended(id);
      const read = async (change: Partial<LogOptions>) => text(await runtime.logs(id, { ...wholeLog, ...change }));
      expect((await read({})).split('\n').sort()).deep.equal(['', 'one', 'three', 'two']);
      expect(await read({ stderr: false })).equal('one\ntwo\n');
      expect(await read({ stdout: false })).equal('three\n');
      expect(await read({ tailLines: 2 })).match(/^(\w+\n){2}$/);
      expect(await read({ tailLines: 0 })).equal('');
      expect(await read({ follow: true, stderr: false })).equal('one\ntwo\n');
    });

    it('tell when each line was written, and can begin at a time', async () => {
      const id = await runAlone(programs.talks.command);
      await bench.pass(600);
      const { startedAt = 0, finishedAt = 0 } = await ended(id);
      const lines = (await text(await runtime.logs(id, { ...wholeLog, timestamps: true }))).trimEnd().split('\n');
      expect(lines.map((line) => line.split(' ')[1])).deep.equal(['one', 'two']);
      const times = lines.map((line) => {
        const [stamp = ''] = line.split(' ');
        expect(stamp).match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
        return Date.parse(stamp);
      });
      for (const time of times) expect(time).within(startedAt, finishedAt);
      expect(await text(await runtime.logs(id, { ...wholeLog, since: startedAt + 200 }))).equal('two\n');
      expect(await text(await runtime.logs(id, { ...wholeLog, since: finishedAt + 1000 }))).equal('');
    });

    it('follow until the container ends', async () => {
      const id = await runAlone(programs.talks.command);
      const log = text(await runtime.logs(id, { ...wholeLog, follow: true }));
      await bench.pass(600);
      expect(await log).equal('one\ntwo\n');
    });

    it('stop following when the reader leaves', async () => {
      const id = await runAlone(programs.obeys.command);
      const log = await runtime.logs(id, { ...wholeLog, follow: true });
      await once(log, 'readable');
      log.destroy();
      await once(log, 'close');
      await firstLine(id);
    });
  });

  describe('images', () => {
    it('are told by name and by id', async () => {
      const image = await runtime.image(bench.image);
      expect(image?.id).match(/^sha256:[0-9a-f]{64}$/);
      expect(image?.tags).deep.equal([bench.image]);
      expect(await runtime.image(`docker.io/${bench.image}`)).deep.equal(image);
      expect(await runtime.image(image?.id ?? '')).deep.equal(image);
      expect((await runtime.images()).find(({ id }) => id === image?.id)).deep.equal(image);
    });

    it('may be missing, or have a name that is none', async () => {
      expect(await runtime.image('reckon/none:1')).equal(undefined);
      const failure = await failureOf(runtime.image('Not An Image'));
      expect(failure).include({
        kind: 'Refused',
        message: `couldn't parse image name "Not An Image": invalid reference format`,
      });
      await expectFailure('Refused', runtime.pullImage('a//b'));
    });

    it('are taken in from an archive, again and again', async () => {
      const files = [{ path: 'hello', mode: 0o644, content: Buffer.from('hello') }];
      const images = ['reckon/contract:1', 'reckon/contract:2'].map((reference) => ({
        reference,
        config: { User: reference.slice(-1) },
      }));
      const archive = await imageArchive({ architecture: 'amd64', files, images });
      await runtime.loadImages(Readable.from([archive]));
      const first = await runtime.image('reckon/contract:1');
      expect(first?.tags).deep.equal(['reckon/contract:1']);
      expect((await runtime.image('reckon/contract:2'))?.tags).deep.equal(['reckon/contract:2']);
      await runtime.loadImages(Readable.from([archive]));
      expect(await runtime.image('reckon/contract:1')).deep.equal(first);
    });
  });

  describe('dial', () => {
    it('reaches a server in the sandbox', async () => {
      const sandbox = await runSandbox();
      await firstLine(await run(sandbox.id, programs.serves.command));
      const connection = await runtime.dial(sandbox, 8080);
      connection.write('GET /ready HTTP/1.1\r\nHost: web\r\n\r\n');
      expect(await text(connection)).match(/^HTTP\/1\.1 200 /);
    });

    it('says when nothing listens', async () => {
      const sandbox = await runSandbox();
      await expectFailure('Unreachable', runtime.dial(sandbox, 1));
    });
  });
};
