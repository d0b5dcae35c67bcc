import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { demoArchive, demoImages, NoBusybox } from '../../../runtime-agent/images/demo.ts';
import type { Runtime } from '../../../runtime-agent/runtime.ts';
import { loadDemo, openNode, openPod, shell } from '../docker/bench.ts';

describe('the demo’s image', function () {
  this.timeout(60_000);
  let runtime: Runtime;
  let pod: Awaited<ReturnType<typeof openPod>>;
  let id: string;
  let url: string;

  const serve = async (change: Parameters<typeof pod.start>[0] = {}) => {
    id = await pod.start(change);
    const log = await runtime.logs(id, { stdout: true, stderr: true, follow: true, timestamps: false });
    for await (const chunk of log) if (String(chunk).includes(' serves ')) return;
    throw new Error('It does not serve');
  };

  before(loadDemo);
  beforeEach(async () => {
    const node = await openNode();
    ({ runtime } = node);
    pod = await openPod(runtime, node.cidr);
    url = `http://${pod.sandbox.ip}:8080`;
  });
  afterEach(() => runtime.removeAll());

  it('answers with its pod’s name, its version and the path', async () => {
    await serve();
    expect(await (await fetch(`${url}/shop/cart?x=1`)).text()).equal('web 1 /shop/cart\n');
    expect((await fetch(url, { method: 'HEAD' })).status).equal(200);
    const posted = await fetch(`${url}/post`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect(await posted.text()).equal('web 1 /post\n');
  });

  it('has a second version, and takes another from the environment', async () => {
    await serve({ image: demoImages[1] });
    expect(await (await fetch(url)).text()).equal('web 2 /\n');
    await runtime.removeContainer(id);
    await serve({ attempt: 1, env: [{ name: 'VERSION', value: 'blue' }] });
    expect(await (await fetch(url)).text()).equal('web blue /\n');
  });

  it('is not ready while a file says so', async () => {
    await serve();
    expect((await fetch(`${url}/ready`)).status).equal(200);
    await pod.exec(id, shell('touch /tmp/not-ready'));
    expect((await fetch(`${url}/ready`)).status).equal(503);
    expect((await fetch(`${url}/alive`)).status).equal(200);
  });

  it('answers many at once', async () => {
    await serve();
    const workers = Array.from({ length: 32 }, async () => {
      for (let n = 0; n < 20; n++) expect(await (await fetch(`${url}/${n}`)).text()).equal(`web 1 /${n}\n`);
    });
    await Promise.all(workers);
  });

  it('finishes what is in flight when it is told to stop', async () => {
    await serve();
    const slow = fetch(`${url}/sleep/2`).then((response) => response.text());
    await pod.exec(id, shell('until pidof answer; do usleep 10000; done'));
    await runtime.stopContainer(id, 30_000);
    expect(await slow).equal('web 1 /sleep/2\n');
    expect(await pod.ended(id)).include({ exitCode: 0 });
    expect(await pod.logOf(id)).equal('web serves version 1 on port 8080\nweb has stopped\n');
  });

  it('works on a root file system that is read only, and for any user', async () => {
    await serve({ privileges: { readOnlyRootFilesystem: true, user: '1000' } });
    expect(await (await fetch(url)).text()).equal('web 1 /\n');
  });

  it('needs a static busybox, and says how to get one', async () => {
    const messageOf = (path: string) =>
      demoArchive(path).then(
        () => 'made',
        (error: unknown) => (error instanceof NoBusybox ? error.message : String(error)),
      );
    const dir = await mkdtemp(join(tmpdir(), 'reckon-spec-'));
    await writeFile(join(dir, 'script'), '#!/bin/sh\n');
    expect(await messageOf(join(dir, 'busybox'))).equal(
      `Cannot make the demo's images: ${dir}/busybox is missing; install it with: apt-get install busybox-static`,
    );
    expect(await messageOf(join(dir, 'script')))
      .contain('is no Linux program')
      .and.contain('apt-get install busybox-static');
    expect(await messageOf(process.execPath))
      .contain('needs libraries')
      .and.contain('apt-get install busybox-static');
    await rm(dir, { recursive: true });
  });
});
