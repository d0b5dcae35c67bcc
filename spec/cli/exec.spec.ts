import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { expect } from 'chai';
import { acceptRemoteCommand, type RemoteCommand, wantedIn } from '../../api/streams/remote-command.ts';
import { refuseUpgrade } from '../../api/streams/upgrade.ts';
import { realClock } from '../../events/clock.ts';
import { isRejection, notFound } from '../../kinds/rejection.ts';
import { type PodServer, startPodServer } from '../api/streams/pod-server.ts';
import { type Running, runCommand } from '../support/cli.ts';

const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** Runs the command on this machine, connected to the client. */
const runHere = async (command: RemoteCommand, [program = 'true', ...args]: readonly string[]) => {
  const child = spawn(program, args);
  command.stdin?.pipe(child.stdin);
  if (!command.stdin) child.stdin.end();
  child.stdin.on('error', () => command.stdin?.resume());
  if (command.stdout) child.stdout.pipe(command.stdout, { end: false });
  if (command.stderr) child.stderr.pipe(command.stderr, { end: false });
  const [code] = (await once(child, 'close')) as [number | null];
  await command.done({ exitCode: code ?? 137 });
};

describe('reckon exec', function () {
  this.timeout(30_000);
  let server: PodServer;
  let asked: URL | undefined;
  before(async () => {
    server = await startPodServer();
  });
  after(() => server.close());

  /** Answers the next exec with `run`. */
  const serve = (run: (command: RemoteCommand, words: readonly string[]) => Promise<void>) => {
    server.onUpgrade = (upgrade, url) => {
      asked = url;
      const wanted = wantedIn(url.searchParams);
      if (isRejection(wanted)) throw new Error(wanted.message);
      void acceptRemoteCommand(upgrade, wanted, realClock).then((command) =>
        isRejection(command) ? undefined : run(command, url.searchParams.getAll('command')),
      );
    };
  };
  const exec = (args: readonly string[], running: Running = {}) =>
    runCommand(['exec', ...args], realClock, { ...running, env: { KUBECONFIG: server.kubeconfig } });

  it('brings output, errors and the exit code', async () => {
    serve(runHere);
    const ran = await exec(['web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect(ran).to.deep.equal({
      code: 7,
      out: 'out\n',
      err: 'err\nreckon: The command ended with exit code 7\n',
    });
    expect(asked?.pathname).to.equal('/api/v1/namespaces/default/pods/web/exec');
  });

  it('succeeds when the command does, in the container that is named', async () => {
    serve(runHere);
    expect(await exec(['web', '-c', 'main', '--', 'true'])).to.deep.equal({ code: 0, out: '', err: '' });
    expect(asked?.searchParams.get('container')).to.equal('main');
  });

  it('carries 4 MB of input, and its end', async () => {
    serve(runHere);
    const stdin = 'Reckon\n'.repeat(600_000);
    expect((await exec(['-i', 'web', '--', 'sha256sum'], { stdin })).out).to.equal(`${sha(stdin)}  -\n`);
  });

  it('carries much output', async () => {
    serve(runHere);
    expect((await exec(['web', '--', 'seq', '300000'])).out).to.have.length(1_988_895);
  });

  it('passes on no input unless asked to', async () => {
    serve(runHere);
    expect((await exec(['web', '--', 'cat'], { stdin: 'secret' })).out).to.equal('');
  });

  it('says why a command could not be run', async () => {
    serve((command) => command.done({ failed: 'no such container' }));
    const { code, err } = await exec(['web', '--', 'true']);
    expect(err).to.match(/^reckon: The command was not run to its end: .*no such container\n$/);
    expect(code).to.equal(1);
  });

  it('says what the server refuses', async () => {
    server.onUpgrade = (upgrade) => void refuseUpgrade(upgrade, notFound({ resource: 'pods' }, 'gone'));
    const { code, err } = await exec(['gone', '--', 'true']);
    expect(err).to.equal('reckon: Error from server (404): pods "gone" not found\n');
    expect(code).to.equal(1);
  });

  it('says so when the connection breaks', async () => {
    server.onUpgrade = ({ socket }) => socket.destroy();
    const { code, err } = await exec(['web', '--', 'true']);
    expect(err).to.match(/^reckon: Cannot reach the API server at https:\/\/127\.0\.0\.1:\d+: /);
    expect(code).to.equal(1);
  });

  it('does not understand an exec without a command', async () => {
    const { code, err } = await exec(['web']);
    expect(err).to.contain("missing required argument 'command'");
    expect(code).to.equal(2);
  });

  it('works on a terminal: its size, its keys, one output, its exit code', async function () {
    if (process.platform !== 'linux') this.skip();
    const [typed, sized] = [Promise.withResolvers<string>(), Promise.withResolvers<unknown>()];
    serve(async (command) => {
      command.stdin?.once('data', (keys: Buffer) => typed.resolve(keys.toString()));
      for await (const size of command.resize ?? []) {
        sized.resolve(size);
        break;
      }
      command.stdout?.write('ready\r\n');
      await typed.promise;
      await command.done({ exitCode: 130 });
    });
    const line = `stty cols 99 rows 33; exec ${process.execPath} cli/reckon.mjs exec -it web -- sh`;
    const env = { PATH: process.env['PATH'], HOME: server.dir, KUBECONFIG: server.kubeconfig, NO_COLOR: '1' };
    const child = spawn('script', ['-qec', line, '/dev/null'], { env, timeout: 20_000, killSignal: 'SIGKILL' });
    let shown = '';
    child.stdout.on('data', (text: Buffer) => {
      shown += text.toString();
      // Ctrl-C: in raw mode it is a key like any other.
      if (shown.includes('ready') && child.stdin.writable) child.stdin.end('\x03');
    });
    const [code] = await once(child, 'close');
    expect(await sized.promise).to.deep.equal({ width: 99, height: 33 });
    expect(await typed.promise).to.equal('\x03');
    expect([code, shown]).to.deep.equal([130, 'ready\r\nreckon: The command ended with exit code 130\r\n']);
  });
});
