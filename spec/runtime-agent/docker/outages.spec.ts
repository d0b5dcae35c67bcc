import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstValueFrom, map, ReplaySubject, scan, skip, skipWhile, take, toArray } from 'rxjs';
import type { Clock } from '../../../events/clock.ts';
import type { Observation } from '../../../runtime-agent/runtime.ts';
import { settled, virtualClock } from '../../support/clock.ts';
import { specDocker } from '../../support/docker.ts';
import { shown, viewAfter } from '../../support/observing.ts';
import { failureOf } from '../runtime-bench.ts';
import { loadDemo, openNode, openPod, shell } from './bench.ts';

describe('outages of Docker', function () {
  this.timeout(60_000);
  before(loadDemo);

  const stubborn = shell('trap "" TERM; echo begun; while :; do usleep 20000; done');

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`leave what runs alone, and tell of what happened meanwhile (${signal})`, async () => {
      const docker = await specDocker();
      const { runtime, cidr } = await openNode();
      const pod = await openPod(runtime, cidr);
      const lasting = await pod.start({ name: 'lasting', command: stubborn });
      const fragile = await pod.start({ name: 'fragile', command: stubborn });
      const running = await shown(runtime, ({ containers }) => {
        const [one, other] = [containers.get(lasting), containers.get(fragile)];
        return one?.pid && other?.pid ? { one, other } : undefined;
      });
      const seen = new ReplaySubject<Observation>();
      const watching = runtime.observe().subscribe(seen);
      await firstValueFrom(seen);

      await docker.restart(signal, async () => {
        await firstValueFrom(seen.pipe(skipWhile(({ type }) => type !== 'Lost')));
        expect(await failureOf(runtime.info())).include({ kind: 'Unavailable' });
        process.kill(running.other.pid ?? 0, 'SIGKILL');
      });

      const after = await firstValueFrom(
        seen.pipe(
          scan((list: readonly Observation[], one) => [...list, one], []),
          skipWhile((list) => list.filter(({ type }) => type === 'Listed').length < 2),
          map((list) => list.reduce(viewAfter, { sandboxes: new Map(), containers: new Map(), lost: undefined })),
          skipWhile(({ containers }) => containers.get(fragile)?.state !== 'exited'),
        ),
      );
      watching.unsubscribe();
      expect(after.containers.get(lasting)).deep.equal(running.one);
      expect(after.containers.get(fragile)).include({ state: 'exited' });
      expect(after.sandboxes.get(pod.sandbox.id)).deep.equal(pod.sandbox);
      expect(after.lost).equal(undefined);
      expect(await pod.exec(lasting, ['hostname'])).include({ out: 'web\n', code: 0 });
      await runtime.removeAll();
    });
  }

  it('break off the streams that were open', async () => {
    const docker = await specDocker();
    const { runtime, cidr } = await openNode();
    const pod = await openPod(runtime, cidr);
    const id = await pod.start({ command: stubborn });
    const execution = await runtime.exec(id, { command: ['cat'], stdin: true, tty: false });
    const broken = failureOf(execution.exit());
    const { stdout, stderr = stdout } = execution;
    const closed = [stdout, stderr].map((output) => new Promise((resolve) => output.resume().once('close', resolve)));
    await docker.restart('SIGKILL');
    await Promise.all(closed);
    expect((await broken).kind).equal('Unavailable');
    await runtime.removeAll();
  });

  it('are told of at once, and only once; then it tries again, ever more rarely', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'reckon-spec-'));
    const socketPath = join(dir, 'docker.sock');
    const server = createServer((socket) => socket.destroy());
    server.listen(socketPath);
    await once(server, 'listening');
    const virtual = virtualClock();
    const pauses = new ReplaySubject<number>();
    const clock: Clock = {
      ...virtual,
      setTimeout: (fn, ms) => {
        const timer = virtual.setTimeout(fn, ms);
        if (ms <= 10_000) pauses.next(ms);
        return timer;
      },
    };
    const { runtime } = await openNode({ socketPath, clock });
    const told: Observation[] = [];
    const watching = runtime.observe().subscribe((one) => told.push(one));
    const walking = pauses.subscribe((ms) => setImmediate(() => virtual.advance(ms)));
    expect(await firstValueFrom(pauses.pipe(take(9), toArray()))).deep.equal([
      100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ]);
    walking.unsubscribe();
    watching.unsubscribe();
    server.close();
    await rm(dir, { recursive: true });
    expect(told.map(({ type }) => type)).deep.equal(['Lost']);
    expect(told[0])
      .property('reason')
      .match(new RegExp(`^Docker does not answer at ${socketPath}: `));
  });

  it('of events alone are made good by looking once a minute', async () => {
    const docker = await specDocker();
    const dir = await mkdtemp(join(tmpdir(), 'reckon-spec-'));
    const socketPath = join(dir, 'docker.sock');
    const silent = createHttpServer(({ url = '', method, headers }, response) => {
      if (url.startsWith('/events')) return response.writeHead(200).flushHeaders();
      const asked = request({ socketPath: docker.socketPath, path: url, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      return asked.end();
    });
    silent.listen(socketPath);
    await once(silent, 'listening');
    const { runtime, options, cidr } = await openNode();
    const clock = virtualClock();
    const watcher = await openNode({ ...options, socketPath, clock });
    const pod = await openPod(runtime, cidr);
    const seen = new ReplaySubject<Observation>();
    const watching = watcher.runtime.observe().subscribe(seen);
    await firstValueFrom(seen);
    const id = await pod.start({ command: stubborn });
    await settled();
    clock.advance(59_999);
    const next = firstValueFrom(seen.pipe(skip(1)));
    clock.advance(1);
    expect(await next).nested.include({ type: 'ContainerSeen', 'container.id': id, 'container.state': 'running' });
    await runtime.removeAll();
    clock.advance(60_000);
    const gone = await firstValueFrom(seen.pipe(skip(2), take(2), toArray()));
    expect(gone.map(({ type }) => type)).deep.equal(['Removed', 'Removed']);
    watching.unsubscribe();
    silent.closeAllConnections();
    silent.close();
    await rm(dir, { recursive: true });
  });
});
