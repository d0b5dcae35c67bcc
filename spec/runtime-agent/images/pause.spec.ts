import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { pauseArchive } from '../../../runtime-agent/images/pause.ts';
import type { Runtime } from '../../../runtime-agent/runtime.ts';
import { specDocker } from '../../support/docker.ts';
import { loadDemo, openNode, openPod, shell } from '../docker/bench.ts';

describe('the sandbox image', function () {
  this.timeout(60_000);
  let runtime: Runtime;
  let pod: Awaited<ReturnType<typeof openPod>>;

  beforeEach(async () => {
    await loadDemo();
    const node = await openNode();
    ({ runtime } = node);
    pod = await openPod(runtime, node.cidr);
  });
  afterEach(() => runtime.removeAll());

  it('is the same wherever it is made', async () => {
    expect(await pauseArchive('amd64')).deep.equal(await pauseArchive('amd64'));
    expect(await pauseArchive('arm64')).not.deep.equal(await pauseArchive('amd64'));
  });

  it('holds a pod in less than 64 kB', async () => {
    const { client } = await specDocker();
    const { State } = await client.getContainer(pod.sandbox.id).inspect();
    const status = await readFile(`/proc/${State.Pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])).lessThan(64);
  });

  it('buries what others leave behind', async () => {
    const id = await pod.start({ name: 'parent', command: ['sleep', '1000'], pid: 'pod' });
    const orphans = 'for i in 1 2 3 4 5; do (usleep 100000 &); done; usleep 300000; ps -o stat,comm | grep -c "^Z"';
    expect((await pod.exec(id, shell(orphans))).out).equal('0\n');
    expect(await pod.exec(id, shell('ps -o ppid,comm | grep -q "^ *0 pause"'))).include({ code: 0 });
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends at once on ${signal}, and on nothing else`, async () => {
      const { client } = await specDocker();
      const pause = client.getContainer(pod.sandbox.id);
      for (const other of ['SIGHUP', 'SIGUSR1', 'SIGCHLD', 'SIGWINCH']) await pause.kill({ signal: other });
      expect((await pause.inspect()).State.Running).equal(true);
      await pause.kill({ signal });
      expect(await pause.wait()).deep.include({ StatusCode: 0 });
    });
  }
});
