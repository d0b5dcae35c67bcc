import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { Runtime } from '../../../runtime-agent/runtime.ts';
import { failureOf } from '../runtime-bench.ts';
import { loadDemo, openNode, openPod, shell } from './bench.ts';

describe('streams of Docker', function () {
  this.timeout(60_000);
  let runtime: Runtime;
  let pod: Awaited<ReturnType<typeof openPod>>;
  let id: string;

  before(async () => {
    await loadDemo();
    const node = await openNode();
    ({ runtime } = node);
    pod = await openPod(runtime, node.cidr);
    id = await pod.start({ name: 'idle', command: ['sleep', '1000'] });
  });
  after(() => runtime.removeAll());

  it('wait for a slow reader, instead of filling the memory', async () => {
    const command = ['head', '-c', '64000000', '/dev/zero'];
    const execution = await runtime.exec(id, { command, stdin: false, tty: false });
    await once(execution.stdout, 'readable');
    expect(await pod.exec(id, shell('sleep 1; pidof head'))).include({ code: 0 });
    expect(execution.stdout.readableLength).lessThan(200_000);
    let bytes = 0;
    for await (const chunk of execution.stdout) bytes += (chunk as Buffer).length;
    expect(bytes).equal(64_000_000);
    expect(await execution.exit()).equal(0);
  });

  it('carry both outputs byte for byte, however they are cut', async () => {
    const script =
      'i=0; while [ $i -lt 300 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; head -c 200000 /dev/urandom > /tmp/r; cat /tmp/r; md5sum < /tmp/r >&2';
    const execution = await runtime.exec(id, { command: shell(script), stdin: false, tty: false });
    const [out, err] = await Promise.all([
      execution.stdout.toArray().then((chunks) => Buffer.concat(chunks as Buffer[])),
      text(execution.stderr ?? execution.stdout),
    ]);
    const lines = (word: string) => Array.from({ length: 300 }, (_, i) => `${word} ${i}\n`).join('');
    expect(out.subarray(0, -200_000).toString()).equal(lines('out'));
    expect(err).equal(`${lines('err')}${createHash('md5').update(out.subarray(-200_000)).digest('hex')}  -\n`);
  });

  it('go on for one output when the reader of the other has left', async () => {
    const script = 'head -c 1000000 /dev/zero >&2; echo done';
    const execution = await runtime.exec(id, { command: shell(script), stdin: false, tty: false });
    execution.stderr?.destroy();
    expect(await text(execution.stdout)).equal('done\n');
    expect(await execution.exit()).equal(0);
  });

  it('resize a terminal', async () => {
    const command = shell('read -r line; stty size');
    const execution = await runtime.exec(id, { command, stdin: true, tty: true, size: { columns: 80, rows: 24 } });
    await execution.resize({ columns: 132, rows: 43 });
    execution.stdin?.write('\n');
    expect((await text(execution.stdout)).trim()).equal('43 132');
    await execution.resize({ columns: 1, rows: 1 });
  });

  it('know the size of a terminal from the start', async () => {
    const execution = await runtime.exec(id, {
      command: shell('read -r line; stty size'),
      stdin: true,
      tty: true,
      size: { columns: 101, rows: 33 },
    });
    execution.stdin?.write('\n');
    expect((await text(execution.stdout)).trim()).equal('33 101');
  });

  it('say that a command is not in the image', async () => {
    const { out, code } = await pod.exec(id, ['/no/such/program']);
    expect(code).equal(126);
    expect(out).contain('/no/such/program');
  });

  it('take what is typed into a container', async () => {
    const typed = await pod.start({ name: 'typed', command: ['cat'], stdin: true, stdinOnce: true });
    const streams = await runtime.attach(typed, { stdin: true });
    streams.stderr?.resume();
    const output = text(streams.stdout);
    streams.stdin?.end('hello\n');
    expect(await output).equal('hello\n');
    expect(await pod.ended(typed)).include({ exitCode: 0 });
  });

  it('do not take a log for something else', async () => {
    const json = await pod.start({ name: 'json', command: ['echo', '{"a": 1}'] });
    expect(await pod.logOf(json)).equal('{"a": 1}\n');
    expect(
      await text(await runtime.logs(json, { stdout: true, stderr: true, follow: false, timestamps: false })),
    ).equal('{"a": 1}\n');
  });

  it('let go of a process that goes on', async () => {
    const execution = await runtime.exec(id, { command: ['sleep', '1234'], stdin: false, tty: false });
    await pod.exec(id, shell('until ps | grep -q "[s]leep 1234"; do usleep 10000; done'));
    execution.close();
    expect(await pod.exec(id, shell('ps | grep "[s]leep 1234"'))).include({ code: 0 });
    await execution.kill();
    expect(await failureOf(execution.exit())).include({ kind: 'Unavailable' });
  });
});
