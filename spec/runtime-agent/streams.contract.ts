import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { imageArchive } from '../../runtime-agent/images/archive.ts';
import type { LogOptions } from '../../runtime-agent/streams.ts';
import { programs } from './programs.ts';
import { expectFailure, failureOf, type NodeUnderTest, wholeLog } from './runtime-bench.ts';

/** Commands, logs, images and connections. */
export const streamsContract = (node: NodeUnderTest): void => {
  const { runSandbox, run, runAlone, inState, firstLine } = node;
  const ended = (id: string) => inState(id, 'exited');

  describe('exec', () => {
    it('gives both outputs and the exit code', async () => {
      const id = await runAlone(programs.obeys.command);
      const execution = await node.runtime.exec(id, { command: programs.ends.command, stdin: false, tty: false });
      expect(execution.stdin).equal(undefined);
      expect(await Promise.all([text(execution.stdout), text(execution.stderr ?? Readable.from([]))])).deep.equal([
        'one\ntwo\n',
        'three\n',
      ]);
      expect(await execution.exit()).equal(3);
    });

    it('takes standard input to its end', async () => {
      const id = await runAlone(programs.obeys.command);
      const execution = await node.runtime.exec(id, { command: programs.echoes.command, stdin: true, tty: false });
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
      const execution = await node.runtime.exec(id, {
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
      const execution = await node.runtime.exec(id, { command: programs.sleeps.command, stdin: false, tty: false });
      execution.stdout.resume();
      execution.stderr?.resume();
      await execution.kill();
      expect(await execution.exit()).equal(137);
    });

    it('needs a container that runs', async () => {
      const id = await runAlone(programs.ends.command);
      await ended(id);
      const spec = { command: programs.ends.command, stdin: false, tty: false };
      await expectFailure('Conflict', node.runtime.exec(id, spec));
      await expectFailure('NotFound', node.runtime.exec('nosuch', spec));
    });
  });

  describe('attach', () => {
    it('gives what is written from now on, until the container ends', async () => {
      const id = await runAlone(programs.obeys.command);
      await firstLine(id);
      const streams = await node.runtime.attach(id, { stdin: false });
      streams.stderr?.resume();
      const output = text(streams.stdout);
      await node.runtime.stopContainer(id, 60_000);
      expect(await output).equal('farewell\n');
    });

    it('needs a container that runs', async () => {
      const id = await runAlone(programs.ends.command);
      await ended(id);
      await expectFailure('Conflict', node.runtime.attach(id, { stdin: false }));
    });
  });

  describe('logs', () => {
    it('are there after the container has ended', async () => {
      const id = await runAlone(programs.ends.command);
      await ended(id);
      const read = async (change: Partial<LogOptions>) => text(await node.runtime.logs(id, { ...wholeLog, ...change }));
      expect((await read({})).split('\n').sort()).deep.equal(['', 'one', 'three', 'two']);
      expect(await read({ stderr: false })).equal('one\ntwo\n');
      expect(await read({ stdout: false })).equal('three\n');
      expect(await read({ tailLines: 2 })).match(/^(\w+\n){2}$/);
      expect(await read({ tailLines: 0 })).equal('');
      expect(await read({ follow: true, stderr: false })).equal('one\ntwo\n');
    });

    it('tell when each line was written, and can begin at a time', async () => {
      const id = await runAlone(programs.talks.command);
      await node.bench.pass(600);
      const { createdAt, finishedAt = 0 } = await ended(id);
      const lines = (await text(await node.runtime.logs(id, { ...wholeLog, timestamps: true }))).trimEnd().split('\n');
      expect(lines.map((line) => line.split(' ')[1])).deep.equal(['one', 'two']);
      const times = lines.map((line) => {
        const [stamp = ''] = line.split(' ');
        expect(stamp).match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
        return Date.parse(stamp);
      });
      for (const time of times) expect(time).within(createdAt, finishedAt);
      const between = (times[0] ?? 0) + 150;
      expect(await text(await node.runtime.logs(id, { ...wholeLog, since: between }))).equal('two\n');
      expect(await text(await node.runtime.logs(id, { ...wholeLog, since: finishedAt + 1000 }))).equal('');
    });

    it('follow until the container ends', async () => {
      const id = await runAlone(programs.talks.command);
      const log = text(await node.runtime.logs(id, { ...wholeLog, follow: true }));
      await node.bench.pass(600);
      expect(await log).equal('one\ntwo\n');
    });

    it('stop following when the reader leaves', async () => {
      const id = await runAlone(programs.obeys.command);
      const log = await node.runtime.logs(id, { ...wholeLog, follow: true });
      await once(log, 'readable');
      log.destroy();
      await once(log, 'close');
      await firstLine(id);
    });
  });

  describe('images', () => {
    it('are told by name and by id', async () => {
      const image = await node.runtime.image(node.bench.image);
      expect(image?.id).match(/^sha256:[0-9a-f]{64}$/);
      expect(image?.tags).deep.equal([node.bench.image]);
      expect(await node.runtime.image(`docker.io/${node.bench.image}`)).deep.equal(image);
      expect(await node.runtime.image(image?.id ?? '')).deep.equal(image);
      expect((await node.runtime.images()).find(({ id }) => id === image?.id)).deep.equal(image);
    });

    it('may be missing, or have a name that is none', async () => {
      expect(await node.runtime.image('reckon/none:1')).equal(undefined);
      const failure = await failureOf(node.runtime.image('Not An Image'));
      expect(failure).include({
        kind: 'Refused',
        message: `couldn't parse image name "Not An Image": invalid reference format`,
      });
      await expectFailure('Refused', node.runtime.pullImage('a//b'));
    });

    it('are taken in from an archive, again and again', async () => {
      const files = [{ path: 'hello', mode: 0o644, content: Buffer.from('hello') }];
      const images = ['reckon/contract:1', 'reckon/contract:2'].map((reference) => ({
        reference,
        config: { User: reference.slice(-1) },
      }));
      const archive = await imageArchive({ architecture: 'amd64', files, images });
      await node.runtime.loadImages(Readable.from([archive]));
      const first = await node.runtime.image('reckon/contract:1');
      expect(first?.tags).deep.equal(['reckon/contract:1']);
      expect((await node.runtime.image('reckon/contract:2'))?.tags).deep.equal(['reckon/contract:2']);
      await node.runtime.loadImages(Readable.from([archive]));
      expect(await node.runtime.image('reckon/contract:1')).deep.equal(first);
    });
  });

  describe('dial', () => {
    it('reaches a server in the sandbox', async () => {
      const sandbox = await runSandbox();
      await firstLine(await run(sandbox.id, programs.serves.command));
      const connection = await node.runtime.dial(sandbox, 8080);
      connection.write('GET /ready HTTP/1.1\r\nHost: web\r\n\r\n');
      expect(await text(connection)).match(/^HTTP\/1\.1 200 /);
    });

    it('says when nothing listens', async () => {
      const sandbox = await runSandbox();
      await expectFailure('Unreachable', node.runtime.dial(sandbox, 1));
    });
  });
};
