import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { acceptPortForward } from '../../../api/streams/port-forward.ts';
import { acceptRemoteCommand, type RemoteCommand, wantedIn } from '../../../api/streams/remote-command.ts';
import { upgradeOf } from '../../../api/streams/upgrade.ts';
import { realClock } from '../../../events/clock.ts';
import { isRejection } from '../../../kinds/rejection.ts';
import { type Client, clientsRunHere, releases, stockClient } from '../../support/kubectl.ts';
import { type PodServer, startPodServer } from './pod-server.ts';

const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** Runs the command on this machine, connected to the client. */
const runHere = (command: RemoteCommand, [program = 'true', ...args]: readonly string[]) => {
  const child = spawn(program, args);
  command.stdin?.pipe(child.stdin);
  if (!command.stdin) child.stdin.end();
  child.stdin.on('error', () => command.stdin?.resume());
  if (command.stdout) child.stdout.pipe(command.stdout, { end: false });
  if (command.stderr) child.stderr.pipe(command.stderr, { end: false });
  void command.closed.then(() => child.kill('SIGKILL'));
  return new Promise<number>((ended) => child.on('close', (code) => ended(code ?? 137)));
};

const ways = [
  ['a WebSocket', {}],
  ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
] as const;

for (const release of releases)
  for (const [way, environment] of ways)
    describe(`kubectl ${release} over ${way}`, function () {
      this.timeout(60_000);
      let server: PodServer;
      let kubectl: Client;
      const spoken = new Set<string | undefined>();
      before(async function () {
        if (!clientsRunHere) this.skip();
        server = await startPodServer();
        kubectl = await stockClient('kubectl', release, server.kubeconfig, server.dir, environment);
      });
      after(() => server?.close());
      afterEach(() => {
        expect([...spoken]).to.deep.equal([way === 'SPDY' ? 'spdy' : 'websocket']);
        spoken.clear();
      });

      /** Answers the next exec or attach with `run`. */
      const serve = (run: (command: RemoteCommand, args: readonly string[]) => Promise<void>) => {
        const ended = Promise.withResolvers<Error | undefined>();
        server.onUpgrade = (upgrade, url) => {
          spoken.add(upgradeOf(upgrade.request));
          const wanted = wantedIn(url.searchParams);
          if (isRejection(wanted)) return ended.reject(new Error(wanted.message));
          void acceptRemoteCommand(upgrade, wanted, realClock).then(async (command) => {
            if (isRejection(command)) return ended.reject(new Error(command.message));
            await run(command, url.searchParams.getAll('command'));
            ended.resolve(await command.closed);
          }, ended.reject);
          return undefined;
        };
        return ended.promise;
      };
      const serveHere = () => serve(async (command, args) => command.done({ exitCode: await runHere(command, args) }));

      it('brings output, errors and the exit code', async () => {
        const closed = serveHere();
        const ran = await kubectl.run(['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
        expect(ran).to.deep.equal({ code: 7, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 7\n' });
        expect(await closed).to.equal(undefined);
      });

      it('succeeds when the command does', async () => {
        void serveHere();
        expect(await kubectl.run(['exec', 'web', '--', 'true'])).to.deep.equal({ code: 0, stdout: '', stderr: '' });
      });

      it('says why a command could not be run', async () => {
        void serve((command) => command.done({ failed: 'no such container' }));
        const { code, stderr } = await kubectl.run(['exec', 'web', '--', 'true']);
        expect(code).to.equal(1);
        expect(stderr).to.contain('error executing command in container: no such container');
      });

      it('carries 1 MB of input, and its end', async () => {
        const closed = serveHere();
        const input = Buffer.alloc(1_000_000, 'Reckon\n');
        const { stdout } = await kubectl.run(['exec', '-i', 'web', '--', 'sha256sum'], { stdin: input });
        expect(stdout).to.equal(`${sha(input)}  -\n`);
        expect(await closed).to.equal(undefined);
      });

      it('carries 64 MB of output', async () => {
        void serveHere();
        const size = 64 * 1024 * 1024;
        const child = kubectl.start(['exec', 'web', '--', 'head', '-c', String(size), '/dev/zero']);
        let received = 0;
        child.stdout.on('data', (bytes: Buffer) => {
          received += bytes.length;
        });
        expect(await once(child, 'close')).to.deep.equal([0, null]);
        expect(received).to.equal(size);
      });

      it('gets all output and the exit code when the command leaves its input unread', async () => {
        void serveHere();
        const stdin = Buffer.alloc(4_000_000, 'x');
        const ran = await kubectl.run(['exec', '-i', 'web', '--', 'sh', '-c', 'head -c 10; exit 3'], { stdin });
        expect([ran.code, ran.stdout]).to.deep.equal([3, 'xxxxxxxxxx']);
      });

      it('is noticed when it is interrupted', async () => {
        const started = Promise.withResolvers<void>();
        const closed = serve(async (command, args) => {
          const ran = runHere(command, args);
          started.resolve();
          await command.done({ exitCode: await ran });
        });
        const child = kubectl.start(['exec', '-i', 'web', '--', 'sleep', '1000']);
        await started.promise;
        child.kill('SIGINT');
        await once(child, 'close');
        await closed;
      });

      it('works on a terminal: its size, its keys, one output', async () => {
        const typed = Promise.withResolvers<string>();
        const sized = Promise.withResolvers<unknown>();
        const closed = serve(async (command) => {
          expect(command.stderr).to.equal(undefined);
          command.stdin?.once('data', (keys: Buffer) => typed.resolve(keys.toString()));
          for await (const size of command.resize ?? []) {
            sized.resolve(size);
            break;
          }
          command.stdout?.write('ready\r\n');
          await typed.promise;
          await command.done({ exitCode: 130 });
        });
        const child = kubectl.startOnTerminal(['exec', '-it', 'web', '--', 'sh'], 99, 33);
        let shown = '';
        child.stdout.on('data', (text: Buffer) => {
          shown += text.toString();
          if (shown.includes('ready') && child.stdin.writable) child.stdin.end('\x03');
        });
        const [code] = await once(child, 'close');
        expect(await sized.promise).to.deep.equal({ width: 99, height: 33 });
        expect(await typed.promise).to.equal('\x03');
        expect([code, shown]).to.deep.equal([130, 'ready\r\ncommand terminated with exit code 130\r\n']);
        await closed;
      });

      it('forwards many connections to a port', async () => {
        const echo = createServer((socket) => socket.pipe(socket));
        await new Promise<void>((listening) => echo.listen(0, '127.0.0.1', listening));
        const { port } = echo.address() as AddressInfo;
        server.onUpgrade = (upgrade) => {
          spoken.add(upgradeOf(upgrade.request));
          void acceptPortForward(
            upgrade,
            ({ port: wanted, data, fail }) => {
              if (wanted !== 80) return fail(`nothing listens on port ${wanted}`);
              const target = connect(port, '127.0.0.1');
              data.pipe(target).pipe(data);
              return undefined;
            },
            realClock,
          );
        };
        const child = kubectl.start(['port-forward', 'web', ':80', ':81']);
        const listening = Promise.withResolvers<readonly number[]>();
        let said = '';
        child.stdout.on('data', (text: Buffer) => {
          said += text.toString();
          const found = [...said.matchAll(/127\.0\.0\.1:(\d+) -> \d+\n/g)].map(([, port]) => Number(port));
          if (found.length === 2) listening.resolve(found);
        });
        const errors: string[] = [];
        child.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
        const ports = await listening.promise;
        const exchange = (text: Buffer, to = ports[0] ?? 0) =>
          new Promise<Buffer>((resolve, reject) => {
            const socket = connect(to, '127.0.0.1');
            const parts: Buffer[] = [];
            socket.on('data', (part) => parts.push(part)).on('error', reject);
            socket.on('close', () => resolve(Buffer.concat(parts)));
            socket.end(text);
          });
        const big = Buffer.alloc(3_000_000, 'Reckon');
        expect((await exchange(big)).equals(big)).to.equal(true);
        const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => exchange(Buffer.from(`call ${i}`))));
        expect(answers.map(String)).to.deep.equal(Array.from({ length: 20 }, (_, i) => `call ${i}`));
        expect(String(await exchange(Buffer.from('x'), ports[1]).catch(() => ''))).to.equal('');
        expect(errors.join('')).to.contain('nothing listens on port 81');
        child.kill('SIGINT');
        await once(child, 'close');
        echo.close();
      });
    });
