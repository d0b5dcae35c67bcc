import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { Subject } from 'rxjs';
import type { Call, Ending } from '../../../commands/link/messages.ts';
import { demoImages } from '../../../runtime-agent/images/demo.ts';
import type { PodOf } from '../../../runtime-agent/pod.ts';
import type { TerminalSize } from '../../../runtime-agent/streams.ts';
import { eventually } from '../../support/eventually.ts';
import { type DockerAgent, idle, openDockerAgent, script, shell } from './docker-bench.ts';

type Asked = Call extends infer One ? (One extends Call ? Omit<One, 'target'> : never) : never;

describe('a call to a pod on Docker', function () {
  this.timeout(60_000);
  let agent: DockerAgent;
  let pod: PodOf;
  before(async () => {
    agent = await openDockerAgent();
    pod = await agent.running({ containers: [script(`echo one; echo two >&2; echo three; ${idle}`)] });
  });
  after(() => agent.close());

  const begin = (asked: Asked, of = pod, container = 'main') => {
    const { uid, namespace = '', name } = of.metadata;
    const target = { podUid: uid, namespace, pod: name, container };
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const resizes = new Subject<TerminalSize>();
    const gone = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<Ending>();
    let hasBegun = false;
    agent.node.controlPlane.call({
      asked: { ...asked, target },
      streams: { stdin, stdout, stderr, resizes, hungUp: gone.promise },
      began: () => {
        hasBegun = true;
      },
      ended: (ending) => {
        stdout.end();
        stderr.end();
        ended.resolve(ending);
      },
    });
    const hangUp = () => {
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
      gone.resolve();
    };
    return { stdin, stdout, stderr, resizes, hangUp, ended: ended.promise, began: () => hasBegun };
  };
  const exec = (command: readonly string[], more: { readonly tty?: boolean; readonly stdin?: boolean } = {}) =>
    begin({ verb: 'exec', command, tty: false, stdin: false, stdout: true, stderr: true, ...more });
  const logs = { verb: 'logs', follow: false, previous: false, timestamps: false } as const;

  it('logs tells what was written, or a part of it', async () => {
    const all = begin(logs);
    expect((await text(all.stdout)).split('\n').toSorted()).to.deep.equal(['', 'one', 'three', 'two']);
    expect(await all.ended).to.deep.equal({});
    expect(await text(begin({ ...logs, tailLines: 1 }).stdout)).to.match(/^(two|three)\n$/);
    expect(await text(begin({ ...logs, limitBytes: 2 }).stdout)).to.have.length(2);
    expect(await text(begin({ ...logs, timestamps: true, tailLines: 1 }).stdout)).to.match(
      /^\d{4}-\d\d-\d\dT\S+Z \w+\n$/,
    );
  });

  it('logs follows a container to its end', async () => {
    const talking = await agent.run({ restartPolicy: 'Never', containers: [script('echo a; usleep 500000; echo b')] });
    await agent.until(talking, () => expect(agent.statusOf(talking)?.containerID).to.be.a('string'));
    await eventually(async () => {
      const call = begin({ ...logs, follow: true }, talking);
      expect(await text(call.stdout)).to.equal('a\nb\n');
    });
  });

  it('logs of what is not there, or not yet, says so', async () => {
    const waiting = await agent.run({ containers: [{ name: 'main', image: 'none/such:1', imagePullPolicy: 'Never' }] });
    await agent.until(waiting, () => expect(agent.statusOf(waiting)?.state?.waiting).to.have.property('message'));
    expect(await begin(logs, waiting).ended).to.deep.equal({
      error: `container "main" in pod "${waiting.metadata.name}" is waiting to start: trying and failing to pull image`,
    });
    expect(await begin({ ...logs, previous: true }).ended).to.deep.equal({
      error: `previous terminated container "main" in pod "${pod.metadata.name}" not found`,
    });
  });

  it('logs of the run before are of the run before', async () => {
    const twice = await agent.run({
      volumes: [{ name: 'data', emptyDir: {} }],
      containers: [
        script(`if [ -e /data/x ]; then echo second; ${idle}; fi; touch /data/x; echo first; exit 1`, {
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        }),
      ],
    });
    await agent.until(twice, () => expect(agent.statusOf(twice)).to.include({ restartCount: 1, ready: true }));
    expect(await text(begin({ ...logs, previous: true }, twice).stdout)).to.equal('first\n');
    await eventually(async () => expect(await text(begin(logs, twice).stdout)).to.equal('second\n'));
  });

  it('exec moves input, output and the exit code', async () => {
    const call = exec(shell('cat; echo trouble >&2; exit 7'), { stdin: true });
    call.stdin.end('x'.repeat(1_000_000));
    const [out, err] = await Promise.all([text(call.stdout), text(call.stderr)]);
    expect(out).to.have.length(1_000_000);
    expect(err).to.equal('trouble\n');
    expect(await call.ended).to.deep.equal({ exitCode: 7 });
  });

  it('exec of what closes its input early ends in order', async () => {
    const call = exec(shell('exec <&-; usleep 300000; exit 3'), { stdin: true });
    const feeding = setImmediate(function feed() {
      if (!call.stdin.destroyed) call.stdin.write(Buffer.alloc(100_000), () => setImmediate(feed));
    });
    call.stdin.on('error', () => undefined);
    expect(await call.ended).to.deep.equal({ exitCode: 3 });
    clearImmediate(feeding);
    call.hangUp();
  });

  it('exec has a terminal of the client’s size', async () => {
    const call = exec(shell('until [ "$x" = end ]; do read x; stty size; done'), { tty: true, stdin: true });
    let out = '';
    call.stdout.on('data', (bytes: Buffer) => {
      out += String(bytes);
    });
    await eventually(() => expect(call.began()).to.equal(true));
    call.resizes.next({ columns: 99, rows: 33 });
    await eventually(() => {
      call.resizes.next({ columns: 99, rows: 33 });
      call.stdin.write('\n');
      expect(out).to.contain('33 99');
    });
    call.stdin.write('end\n');
    expect(await call.ended).to.deep.equal({ exitCode: 0 });
  });

  it('exec ends its process when the client hangs up', async () => {
    const call = exec(['sleep', '4242']);
    await eventually(() => expect(call.began()).to.equal(true));
    await eventually(async () => expect(await agent.exec(pod, 'ps | grep "[s]leep 4242"')).not.to.equal(''));
    call.hangUp();
    await eventually(async () => expect(await agent.exec(pod, 'ps | grep "[s]leep 4242"')).to.equal(''));
  });

  it('exec of a slow reader waits, and loses nothing', async () => {
    const call = exec(shell('head -c 5000000 /dev/zero'));
    let bytes = 0;
    call.stdout.pipe(
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          bytes += chunk.length;
          setImmediate(done);
        },
      }),
    );
    expect(await call.ended).to.deep.equal({ exitCode: 0 });
    await eventually(() => expect(bytes).to.equal(5_000_000));
  });

  it('exec in what does not run, or of what is not there, says so', async () => {
    const call = begin(
      { verb: 'exec', command: ['true'], tty: false, stdin: false, stdout: true, stderr: true },
      pod,
      'none',
    );
    expect(await call.ended).to.deep.equal({ error: 'container not found ("none")' });
    const missing = await exec(['/no/such']).ended;
    expect(missing.exitCode === 126 || missing.exitCode === 127 || missing.error).to.not.equal(undefined);
  });

  it('attach joins the first process', async () => {
    const cat = await agent.running({
      containers: [{ name: 'main', image: demoImages[0], command: ['cat'], stdin: true }],
    });
    const call = begin({ verb: 'attach', tty: false, stdin: true, stdout: true, stderr: true }, cat);
    await eventually(() => expect(call.began()).to.equal(true));
    call.stdin.write('hello\n');
    const came = new Promise<string>((resolve) => call.stdout.once('data', (bytes: Buffer) => resolve(String(bytes))));
    expect(await came).to.equal('hello\n');
    call.hangUp();
    expect(agent.statusOf(cat)?.restartCount).to.equal(0);
  });

  it('port-forward speaks with a port of the pod', async () => {
    const server = await agent.running({ containers: [{ name: 'main', image: demoImages[0] }] });
    const ask = async () => {
      const call = begin({ verb: 'portForward', port: 8080 }, server);
      call.stdin.end('GET /x HTTP/1.0\r\n\r\n');
      return text(call.stdout);
    };
    await eventually(async () => expect(await ask()).to.contain(' 1 /x\n'));
    const { error } = await begin({ verb: 'portForward', port: 9 }, server).ended;
    expect(error).to.match(/ECONNREFUSED|connection refused/);
  });
});
