import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { saidBy } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { type RealCluster, realCluster } from '../support/real-cluster.ts';

const idleMs = 20_000;
const lasting = /\/(default|kube-.*)$/;
/** Of the kernel's clock ticks, by which it counts processor time. */
const ticksPerSecond = 100;

describe('an idle cluster', function () {
  this.timeout(120_000);
  let cluster: RealCluster;
  before(async () => {
    cluster = await realCluster();
  });

  const position = async (): Promise<number> => {
    const { body } = await cluster.ask({ path: '/metrics', accept: 'text/plain' });
    return Number(/^reckon_world_position (\d+)$/m.exec(body)?.[1]);
  };
  const memoryOf = async (pid: number) =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  const ticksOf = async (pid: number) => {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };

  it('appends nothing to the log, and the processes rest', async function appendsNothing() {
    const pids = await Promise.all((['server', 'agent'] as const).map(cluster.pidOf));
    const sum = async (of: (pid: number) => Promise<number>) =>
      (await Promise.all(pids.map(of))).reduce((a, b) => a + b);
    // What earlier specs deleted may still be on its way.
    const say = saidBy(await cluster.kubectl(), { timeoutMs: 60_000 });
    for (const gone of (await say('get', 'namespaces', '-o', 'name')).split('\n').filter((name) => !lasting.test(name)))
      await say('wait', '--for=delete', gone, '--timeout=45s');
    const before = await eventually(async () => {
      const seen = await position();
      await wait(2_000);
      expect(await position()).to.equal(seen);
      return seen;
    }, 20_000);
    const ticks = await sum(ticksOf);
    await wait(idleMs);
    const share = ((await sum(ticksOf)) - ticks) / ticksPerSecond / (idleMs / 1_000);
    const memory = await sum(memoryOf);
    expect(await position()).to.equal(before);
    if (this.test) this.test.title += ` (${(share * 100).toFixed(1)} % of a core, ${memory.toFixed(0)} MB)`;
    expect(memory).to.be.below(400);
  });
});
